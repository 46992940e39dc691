package io.mappedpages;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Consumer;

import org.jspecify.annotations.Nullable;

import io.mappedpages.internal.engine.EngineEvents;
import io.mappedpages.internal.engine.EngineState;
import io.mappedpages.internal.engine.Recovery;

/**
 * Hands the engine's events to a {@link PagerListener} on a thread of its own, so that a user's code never runs on a
 * committing thread. Without a listener there is no thread and events go nowhere.
 */
final class ListenerEvents implements EngineEvents {

    /** How long closing waits for a listener that is busy. */
    static final Duration PATIENCE = Duration.ofSeconds(5);

    private record Target(PagerListener listener, DeliveryThread thread) {

        void deliver(Consumer<PagerListener> event) {
            thread.deliver(() -> event.accept(listener));
        }

        void deliverOrDrop(Consumer<PagerListener> event) {
            thread.deliverOrDrop(() -> event.accept(listener));
        }
    }

    private final @Nullable Target target;

    ListenerEvents(@Nullable PagerListener listener, Path path) {
        this.target = listener == null ? null
                : new Target(listener, new DeliveryThread("mappedpages-events " + path.getFileName()));
    }

    @Override
    public void committed(long generation, long bytesWritten, long nanos) {
        if (target != null) {
            var event = new PagerListener.CommitEvent(generation, bytesWritten, Duration.ofNanos(nanos),
                    target.thread.dropped());
            target.deliverOrDrop(listener -> listener.onCommit(event));
        }
    }

    @Override
    public void grew(long oldPageCount, long newPageCount, long nanos) {
        if (target != null) {
            var event = new PagerListener.GrowthEvent(oldPageCount, newPageCount, Duration.ofNanos(nanos));
            target.deliver(listener -> listener.onGrowth(event));
        }
    }

    @Override
    public void recovered(Recovery recovery) {
        if (target != null) {
            var event = new PagerListener.RecoveryEvent(Reports.of(recovery));
            target.deliver(listener -> listener.onRecovery(event));
        }
    }

    @Override
    public void stateChanged(EngineState from, EngineState to, @Nullable Throwable cause) {
        if (target != null) {
            var event = new PagerListener.StateEvent(Reports.of(from), Reports.of(to),
                    Optional.ofNullable(cause).map(Failures::published));
            target.deliver(listener -> listener.onState(event));
        }
    }

    /** Delivers what is still waiting and ends the thread. */
    void close() {
        if (target != null) {
            target.thread.stop(PATIENCE);
        }
    }
}
