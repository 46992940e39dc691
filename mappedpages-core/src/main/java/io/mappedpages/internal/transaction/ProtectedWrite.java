package io.mappedpages.internal.transaction;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.VarHandle;
import java.util.Objects;

import org.jspecify.annotations.Nullable;

import io.mappedpages.internal.commit.Batch;
import io.mappedpages.internal.format.CopyPair;
import io.mappedpages.internal.format.Sums;
import io.mappedpages.internal.latch.Latch;
import io.mappedpages.internal.latch.LatchBlock;

/**
 * Gives a protected page new contents.
 *
 * <p>Readers must never meet the latch of a writer: not before the copies are flipped, for then they read the other copy,
 * and not after, either. But if the latch were given back before, another writer could have it, find the copies as they
 * were, and stage what is about to be the past. So before they are flipped the latch becomes a reader's, whom
 * other readers do not mind and no writer passes, and afterwards it is given back.
 */
public final class ProtectedWrite implements Change {

    private final OpenFile file;
    private final long id;
    private final CopyPair pair;
    private final Latch latch;
    private final MemorySegment content;
    private @Nullable Sums sums;
    private @Nullable CopyPair written;
    /** Whether the content was written and is not part of a batch yet. */
    private boolean isAhead;
    private @Nullable IOException failure;

    /**
     * For one call.
     *
     * @param pair    the page's copies, as they have been since the latch is held
     * @param latch   held alone, on the copy that is not current
     * @param content the new contents
     */
    public ProtectedWrite(OpenFile file, long id, CopyPair pair, Latch latch, MemorySegment content) {
        this.file = file;
        this.id = id;
        this.pair = pair;
        this.latch = latch;
        this.content = content;
    }

    /**
     * Not as the first thing that is written to an opened file, nor to one that is not ours any more: before that who leads has to
     * look, and may have to move copies.
     *
     * <p>The fence keeps the write behind the flip that made this copy the one that is not current, which another thread
     * published: who reads the copy without a latch, and finds a byte of this write, finds the flip afterwards.
     */
    @Override
    public void prepareAhead() {
        try {
            if (file.mayWriteAhead() && file.isOursForCertain()) {
                VarHandle.fullFence();
                sums = file.contents().write(file.storage(), pair.inactivePage(), content);
                isAhead = true;
            }
        } catch (IOException e) {
            failure = e;
        }
    }

    /** To the copy that is not current, which nobody else writes while the latch is held. */
    @Override
    public boolean prepare(Batch batch) throws IOException {
        if (failure != null) {
            throw failure;
        }
        if (sums == null) {
            sums = batch.write(pair.inactivePage(), content);
        } else if (isAhead) {
            batch.noteWritten(pair.inactivePage());
            isAhead = false;
        } // else it was written for another batch, which made it durable, and this change had to wait
        return true;
    }

    @Override
    public boolean plan() throws IOException {
        CopyPair now = file.state().directory().entry(id); // a damaged leaf must show before anything is changed
        if (!now.hasPagesOf(pair) || now.activePage() != pair.activePage()) {
            throw new IllegalStateException("protected page " + id + " moved while it was latched");
        }
        return true;
    }

    @Override
    public void apply(Batch batch) throws IOException {
        written = pair.flippedTo(batch.generation(), Objects.requireNonNull(sums));
        file.state().directory().entry(id, written);
    }

    @Override
    public void durable() {
        latch.share(LatchBlock.VERIFIED);
    }

    @Override
    public void published() {
        if (written != null) {
            file.state().directory().noteChecked(id, written.activePage());
        }
    }

    @Override
    public void giveBack() {
        try {
            latch.release();
        } catch (Error e) {
            // The caller tries again, or whoever waits looks by itself.
        }
    }
}
