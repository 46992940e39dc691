package io.mappedpages.internal.engine;

import java.lang.foreign.MemorySegment;
import java.util.concurrent.atomic.AtomicReference;

import io.mappedpages.internal.format.CopyPair;

/**
 * A protected page being written: a buffer of its own that starts as a copy of the current contents. It holds the
 * exclusive latch on the copy that is not current, so there is one writer at a time, and readers of the current copy do
 * not notice.
 */
public final class ProtectedStage {

    private enum State {
        STAGING, COMMITTING, RELEASED
    }

    private final Lending lending;
    final Incarnation file;
    private final Latch latch;
    final long id;
    final CopyPair pair;
    private final MemorySegment buffer;
    private final AtomicReference<State> state = new AtomicReference<>(State.STAGING);

    /** @param latch on the copy that is not current */
    ProtectedStage(Lending lending, Incarnation file, Latch latch, long id, CopyPair pair,
            MemorySegment buffer) {
        this.lending = lending;
        this.file = file;
        this.latch = latch;
        this.id = id;
        this.pair = pair;
        this.buffer = buffer;
    }

    /** {@return the staged bytes} @throws IllegalStateException after {@link #commit} or {@link #release} */
    public MemorySegment segment() {
        if (state.get() != State.STAGING) {
            throw closed();
        }
        return buffer;
    }

    /** {@return bytes in the page} */
    public int size() {
        return file.geometry.pageSize();
    }

    /** Makes the staged bytes the page's contents, durably, and gives the page back. */
    public void commit() {
        if (!state.compareAndSet(State.STAGING, State.COMMITTING)) {
            throw closed();
        }
        try {
            lending.commit(this, latch, buffer);
        } finally {
            giveBack();
        }
    }

    /** {@return whether the page was given back} */
    public boolean isReleased() {
        return state.get() == State.RELEASED;
    }

    /** Gives the page back; without {@link #commit} what was staged is gone. Again does nothing. */
    public void release() {
        if (state.compareAndSet(State.STAGING, State.COMMITTING)) {
            giveBack();
        }
    }

    private void giveBack() {
        state.set(State.RELEASED);
        latch.release();
    }

    private IllegalStateException closed() {
        return new IllegalStateException("the writer of protected page " + id + " was committed or closed");
    }
}
