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
    private final LatchBlock block;
    final long id;
    final CopyPair pair;
    private final MemorySegment buffer;
    private final AtomicReference<State> state = new AtomicReference<>(State.STAGING);

    /** @param block where the latch on the copy that is not current is held */
    ProtectedStage(Lending lending, Incarnation file, LatchBlock block, long id, CopyPair pair,
            MemorySegment buffer) {
        this.lending = lending;
        this.file = file;
        this.block = block;
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
            lending.commit(this, block, buffer);
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
        file.latches.releaseExclusive(block, pair.inactivePage());
    }

    private IllegalStateException closed() {
        return new IllegalStateException("the writer of protected page " + id + " was committed or closed");
    }
}
