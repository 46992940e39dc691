package io.mappedpages.internal.engine;

import org.jspecify.annotations.Nullable;

import io.mappedpages.internal.commit.CommitEvents;
import io.mappedpages.internal.recovery.Recovery;
import io.mappedpages.internal.transaction.GrowthEvents;

/**
 * What the engine tells of itself. Called on the thread that did the work, often under the engine lock: implementations
 * hand over at once, never block, never throw and never call back.
 */
public interface EngineEvents extends CommitEvents, GrowthEvents {

    /** Hears nothing. */
    EngineEvents NONE = new EngineEvents() {
    };

    /** Opening found something to repair or report. */
    default void recovered(Recovery recovery) {
    }

    /** The state changed; {@code cause} is the failure behind {@link EngineState#UNAVAILABLE}. */
    default void stateChanged(EngineState from, EngineState to, @Nullable Throwable cause) {
    }
}
