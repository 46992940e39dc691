package io.mappedpages.internal.engine;

import java.lang.ref.WeakReference;

import org.jspecify.annotations.Nullable;

import io.mappedpages.internal.recovery.Recovery;

/**
 * Tells somebody as long as somebody else keeps him: a listener that knows its pager must not be what keeps a forgotten
 * pager from being noticed.
 */
final class FaintEvents implements EngineEvents {

    private final WeakReference<EngineEvents> listener;

    FaintEvents(EngineEvents listener) {
        this.listener = new WeakReference<>(listener);
    }

    private EngineEvents listener() {
        EngineEvents kept = listener.get();
        return kept == null ? EngineEvents.NONE : kept;
    }

    @Override
    public void committed(long generation, int callers, long bytes, int syncs, long nanos) {
        listener().committed(generation, callers, bytes, syncs, nanos);
    }

    @Override
    public void checkpointed(long generation, long records, long bytes, int syncs, long nanos) {
        listener().checkpointed(generation, records, bytes, syncs, nanos);
    }

    @Override
    public void grew(long oldPageCount, long newPageCount, long nanos) {
        listener().grew(oldPageCount, newPageCount, nanos);
    }

    @Override
    public void recovered(Recovery recovery) {
        listener().recovered(recovery);
    }

    @Override
    public void stateChanged(EngineState from, EngineState to, @Nullable Throwable cause) {
        listener().stateChanged(from, to, cause);
    }
}
