package io.mappedpages.internal.borrow;

import java.lang.foreign.MemorySegment;
import java.util.concurrent.atomic.AtomicReference;

import org.jspecify.annotations.Nullable;

import io.mappedpages.internal.format.CopyPair;
import io.mappedpages.internal.latch.BorrowWatch;
import io.mappedpages.internal.latch.Latch;
import io.mappedpages.internal.mapping.StagingBuffers;
import io.mappedpages.internal.transaction.OpenFile;

/**
 * A protected page being written: a buffer of its own that starts as a copy of the current contents. It holds the
 * exclusive latch on the copy that is not current, so there is one writer at a time, and readers of the current copy do
 * not notice.
 */
public final class ProtectedStage {

    private enum State {
        STAGING, COMMITTING, ENDED
    }

    private final OpenFile file;
    private final long id;
    /** On the copy that is not current. */
    private final Latch latch;
    private CopyPair pair = CopyPair.NONE;
    private StagingBuffers.@Nullable Buffer buffer;
    private final @Nullable BorrowWatch watch;
    private BorrowWatch.@Nullable Hold hold;
    private final AtomicReference<State> state = new AtomicReference<>(State.STAGING);

    /** Nothing is borrowed yet. {@code watch}, if there is one, is told when it is. */
    ProtectedStage(OpenFile file, long id, @Nullable BorrowWatch watch) {
        this.file = file;
        this.id = id;
        this.watch = watch;
        this.latch = new Latch(file.latches(), 0);
    }

    OpenFile file() {
        return file;
    }

    long id() {
        return id;
    }

    Latch latch() {
        return latch;
    }

    /** {@return the copies as they are while the latch is held} */
    CopyPair pair() {
        return pair;
    }

    /** From now on this is for writing the copy of {@code pair} that is not current. */
    void stage(CopyPair pair, StagingBuffers.Buffer buffer) {
        this.pair = pair;
        this.buffer = buffer;
    }

    /** It was taken, and the user gets it now. */
    void noteTaken() {
        if (watch != null) {
            hold = watch.note(latch, id, true);
        }
    }

    /** {@return the staged bytes} @throws IllegalStateException once it is committed or released */
    public MemorySegment segment() {
        StagingBuffers.Buffer staged = buffer;
        if (state.get() != State.STAGING || staged == null) {
            throw closed();
        }
        return staged.segment();
    }

    /** {@return bytes in the page} */
    public int size() {
        return file.mapping().pageSize();
    }

    /** From now on this is being committed and nothing else: {@link #end} has to follow. {@return the staged bytes} */
    MemorySegment beginCommit() {
        MemorySegment staged = segment();
        if (!state.compareAndSet(State.STAGING, State.COMMITTING)) {
            throw closed();
        }
        return staged;
    }

    /** The commit is over, whatever came of it. Gives the page back. */
    void end() {
        state.set(State.ENDED);
        release();
    }

    /** {@return whether the page was given back} */
    public boolean isReleased() {
        return state.get() == State.ENDED;
    }

    /** Gives the page back; without a commit what was staged is gone. Again does nothing. */
    public void release() {
        if (state.compareAndSet(State.STAGING, State.ENDED) || state.get() == State.ENDED) {
            latch.release();
            StagingBuffers.Buffer staged = buffer;
            if (staged != null) {
                file.mapping().staging().giveBack(staged);
                buffer = null;
            }
            BorrowWatch.Hold noted = hold;
            if (watch != null && noted != null) {
                watch.forget(noted);
            }
        }
    }

    private IllegalStateException closed() {
        return new IllegalStateException("the writer of protected page " + id + " was committed or closed");
    }
}
