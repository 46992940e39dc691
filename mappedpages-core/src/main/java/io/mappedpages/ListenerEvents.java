package io.mappedpages;

import java.lang.System.Logger.Level;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Consumer;

import org.jspecify.annotations.Nullable;

import io.mappedpages.internal.engine.EngineEvents;
import io.mappedpages.internal.engine.EngineState;
import io.mappedpages.internal.fault.FaultException;
import io.mappedpages.internal.log.SafeLog;
import io.mappedpages.internal.recovery.Recovery;

/**
 * Hands the engine's events to a {@link PagerListener} on a thread of its own, so that a user's code never runs on a
 * committing thread. Without a listener there is no thread and events go nowhere.
 */
final class ListenerEvents implements EngineEvents {

    /** How long closing waits for a listener that is busy. */
    static final Duration PATIENCE = Duration.ofSeconds(5);

    private static final SafeLog LOG = SafeLog.of(ListenerEvents.class);

    private record Target(PagerListener listener, DeliveryThread thread) {

        void deliver(Consumer<PagerListener> event) {
            thread.deliver(() -> event.accept(listener));
        }

        void deliverOrDrop(Consumer<PagerListener> event) {
            thread.deliverOrDrop(() -> event.accept(listener));
        }
    }

    private final Path path;
    private final @Nullable Target target;

    ListenerEvents(@Nullable PagerListener listener, Path path) {
        this.path = path;
        this.target = listener == null ? null
                : new Target(listener, new DeliveryThread("mappedpages-events " + path.getFileName()));
    }

    /** Tells the listener, if there is one. What goes wrong here must not look like a commit that went wrong. */
    private void tell(Consumer<Target> what) {
        if (target != null) {
            try {
                what.accept(target);
            } catch (RuntimeException | Error e) {
                LOG.log(Level.WARNING, "An event of " + path + " is lost to its listener; the pager is not affected",
                        e);
            }
        }
    }

    @Override
    public void committed(long generation, int callers, long bytes, int syncs, long nanos) {
        tell(to -> {
            var event = new PagerListener.CommitEvent(generation, bytes, callers, syncs, Duration.ofNanos(nanos),
                    to.thread.dropped());
            to.deliverOrDrop(listener -> listener.onCommit(event));
        });
    }

    @Override
    public void checkpointed(long generation, long records, long bytes, int syncs, long nanos) {
        tell(to -> {
            var event = new PagerListener.CheckpointEvent(generation, records, bytes, syncs,
                    Duration.ofNanos(nanos));
            to.deliver(listener -> listener.onCheckpoint(event));
        });
    }

    @Override
    public void grew(long oldPageCount, long newPageCount, long nanos) {
        tell(to -> {
            var event = new PagerListener.GrowthEvent(oldPageCount, newPageCount, Duration.ofNanos(nanos));
            to.deliver(listener -> listener.onGrowth(event));
        });
    }

    @Override
    public void recovered(Recovery recovery) {
        tell(to -> {
            var event = new PagerListener.RecoveryEvent(Reports.of(recovery));
            to.deliver(listener -> listener.onRecovery(event));
        });
    }

    @Override
    public void stateChanged(EngineState from, EngineState to, @Nullable Throwable cause) {
        Throwable told = cause == null ? null : published(cause);
        if (to == EngineState.UNAVAILABLE && cause != null) {
            LOG.log(Level.ERROR, message(cause), told);
        }
        tell(target -> {
            var event = new PagerListener.StateEvent(Reports.of(from), Reports.of(to), Optional.ofNullable(told));
            target.deliver(listener -> listener.onState(event));
        });
    }

    /** {@return what callers may see of a failure} If there is no memory to make that, it is the failure itself. */
    private static Throwable published(Throwable cause) {
        try {
            return Failures.published(cause);
        } catch (RuntimeException | Error e) {
            return cause;
        }
    }

    private String message(Throwable cause) {
        try {
            return cause instanceof FaultException e ? Messages.of(e.fault())
                    : path + " is unavailable until it is reopened";
        } catch (RuntimeException | Error e) {
            return "a pager is unavailable until it is reopened";
        }
    }

    /** {@return what ends the thread without waiting for it} It does not lead to this object, nor to the listener. */
    Runnable ending() {
        return target == null ? () -> {
        } : target.thread::stopLater;
    }

    /** Delivers what is still waiting and ends the thread. */
    void close() {
        if (target != null) {
            target.thread.stop(PATIENCE);
        }
    }
}
