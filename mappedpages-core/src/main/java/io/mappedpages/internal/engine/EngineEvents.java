package io.mappedpages.internal.engine;

import org.jspecify.annotations.Nullable;

/**
 * What the engine tells of itself. Called on the thread that did the work, often under the engine lock: implementations
 * hand over at once, never block, never throw and never call back.
 */
public interface EngineEvents {

    /** Hears nothing. */
    EngineEvents NONE = new EngineEvents() {
    };

    /** A generation became durable. {@code bytesWritten} counts what the commit wrote, not what users stored. */
    default void committed(long generation, long bytesWritten, long nanos) {
    }

    /** The file has more pages than before. */
    default void grew(long oldPageCount, long newPageCount, long nanos) {
    }

    /** Opening found something to repair or report. */
    default void recovered(Recovery recovery) {
    }

    /** The state changed; {@code cause} is the failure behind {@link EngineState#UNAVAILABLE}. */
    default void stateChanged(EngineState from, EngineState to, @Nullable Throwable cause) {
    }
}
