package io.mappedpages.internal.borrow;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.util.concurrent.CompletableFuture;
import java.util.function.BooleanSupplier;

import org.jspecify.annotations.Nullable;

import io.mappedpages.internal.fault.Fault;
import io.mappedpages.internal.fault.FaultException;
import io.mappedpages.internal.format.CopyPair;
import io.mappedpages.internal.format.Sums;
import io.mappedpages.internal.latch.BorrowWatch;
import io.mappedpages.internal.latch.Latch;
import io.mappedpages.internal.latch.LatchBlock;
import io.mappedpages.internal.mapping.LentMapping;
import io.mappedpages.internal.mapping.StagingBuffers;
import io.mappedpages.internal.thread.Deadline;
import io.mappedpages.internal.thread.StackRoom;
import io.mappedpages.internal.transaction.CommitQueue;
import io.mappedpages.internal.transaction.Late;
import io.mappedpages.internal.transaction.OpenFile;
import io.mappedpages.internal.transaction.Openings;
import io.mappedpages.internal.transaction.PageChecks;
import io.mappedpages.internal.transaction.PageSync;
import io.mappedpages.internal.transaction.ProtectedWrite;

/**
 * Lends pages: takes the latch, makes sure that the page is what the caller thinks, and hands out its bytes.
 *
 * <p>A check made before a latch was granted is made again after it: the page may have been freed, or the pair flipped,
 * while the caller waited. A regular page that was found to be a user's is marked as such in its latch word; from then on
 * borrowing it is one atomic instruction and one slice, because only who holds its latch exclusively can free it.
 *
 * <p>A borrow is made first and taken afterwards, so that the user's own object is made in between, and nothing that can
 * fail comes after the latch. On the fast way each object is made when all that goes into it is there: so the compiler
 * leaves the garbage collector's barriers out, and the whole is small enough to be inlined. On the slow way, where more
 * is done with the latch held, it is made sure first that there is room on the stack to give it back.
 */
public final class Lending {

    private final Openings openings;
    private final PageChecks checks;
    private final CommitQueue queue;
    private final ReadFailures failures;
    private final @Nullable BorrowWatch watch;

    /**
     * Lends pages of whichever opening is current.
     *
     * @param watch told of each borrow, if there is one. Then each goes the slow way: the bytes of pages are not kept at hand
     */
    public Lending(Openings openings, PageChecks checks, CommitQueue queue, ReadFailures failures,
            @Nullable BorrowWatch watch) {
        this.openings = openings;
        this.checks = checks;
        this.queue = queue;
        this.failures = failures;
        this.watch = watch;
    }

    /** {@return a borrow of a regular page, for {@link #takeShared}} */
    public PageBorrow read(long page) {
        LentMapping mapping = openings.mapping();
        LatchBlock block = mapping.latches().blockIfThere(page);
        if (block != null) {
            LatchBlock.Bytes bytes = block.bytes();
            long offset = LatchBlock.offset(page, mapping.pageSize());
            if (offset + mapping.pageSize() <= bytes.length()) {
                return new PageBorrow(mapping, block, page, bytes.readOnly(), offset);
            }
        }
        return slowBorrow(mapping, page);
    }

    /** {@return a borrow that cannot be taken at first try, because nothing is known of the page} */
    private PageBorrow slowBorrow(LentMapping mapping, long page) {
        return watch == null ? new PageBorrow(mapping, page) : WatchedBorrow.of(mapping, page, watch);
    }

    /**
     * Borrows the regular page shared. If this throws, nothing is held. Between the atomic instruction that takes a latch
     * and the return to the user nothing is called.
     */
    public void takeShared(PageBorrow borrow) {
        LentMapping mapping = borrow.mapping();
        if (!borrow.tryShared(LatchBlock.ALLOCATED)) {
            readFirst(borrow);
        } else if (!mapping.lending) {
            throw tooLate(borrow);
        }
    }

    /** Borrows a page shared that was not taken at first try. */
    private void readFirst(PageBorrow borrow) {
        StackRoom.forLatch();
        OpenFile file = fileOf(borrow);
        checks.requireData(file, borrow.page(), false);
        try {
            if (!borrow.acquireShared(openings.deadline())) {
                throw borrowed(file, borrow.page(), -1);
            }
            lend(borrow, file, LatchBlock.ALLOCATED, true);
        } catch (RuntimeException | Error e) {
            borrow.release();
            throw e;
        }
    }

    /** {@return a borrow of a regular page, for {@link #takeExclusive}} */
    public PageBorrow write(long page) {
        LentMapping mapping = openings.mapping();
        LatchBlock block = mapping.latches().blockIfThere(page);
        if (block != null && mapping.hasLent()) {
            LatchBlock.Bytes bytes = block.bytes();
            long offset = LatchBlock.offset(page, mapping.pageSize());
            if (offset + mapping.pageSize() <= bytes.length()) {
                return new PageBorrow(mapping, block, page, bytes.writable(), offset);
            }
        }
        return slowBorrow(mapping, page);
    }

    /** Borrows the regular page exclusively. If this throws, nothing is held. */
    public void takeExclusive(PageBorrow borrow) {
        LentMapping mapping = borrow.mapping();
        if (!borrow.tryExclusive(LatchBlock.ALLOCATED, LatchBlock.LENT)) {
            writeFirst(borrow);
        } else if (!mapping.lending) {
            throw tooLate(borrow);
        }
    }

    /** Borrows a page exclusively that was not taken at first try. */
    private void writeFirst(PageBorrow borrow) {
        StackRoom.forLatch();
        OpenFile file = fileOf(borrow);
        checks.requireData(file, borrow.page(), false);
        if (!file.hasWritten()) {
            queue.settle(file);
        }
        try {
            if (!borrow.acquireExclusive(openings.deadline())) {
                throw borrowed(file, borrow.page(), -1);
            }
            file.mapping().noteLent();
            lend(borrow, file, LatchBlock.ALLOCATED | LatchBlock.LENT, false);
        } catch (RuntimeException | Error e) {
            borrow.release();
            throw e;
        }
    }

    /** Looks again at a page that is latched now, notes what it is, and hands out its bytes. */
    private void lend(PageBorrow borrow, OpenFile file, long marks, boolean readOnly) {
        long page = borrow.page();
        requireLending(file);
        checks.requireData(file, page, false);
        borrow.block().mark(page, marks);
        handOut(borrow, file, readOnly);
        borrow.noteTaken(-1, !readOnly);
    }

    /** Hands out the bytes of a page that is latched, and keeps them at hand for the next borrow. */
    private void handOut(PageBorrow borrow, OpenFile file, boolean readOnly) {
        LatchBlock block = borrow.block();
        if (!borrow.lendFrom(block.bytes(), readOnly)) {
            MemorySegment segment = segment(file, borrow.page());
            if (watch == null) {
                file.mapping().keepBytes(block);
            }
            if (!borrow.lendFrom(block.bytes(), readOnly)) { // a page so large is not kept
                borrow.lend(readOnly ? segment.asReadOnly() : segment, 0);
            }
        }
    }

    /** A borrow that was taken from an opening that is being closed. {@return what to throw} */
    private FaultException tooLate(PageBorrow borrow) {
        borrow.release();
        return openings.refusal();
    }

    /** {@return a borrow of a protected page, for {@link #takeCurrent}} */
    public PageBorrow readProtected() {
        return slowBorrow(lending().mapping(), 0);
    }

    /**
     * Borrows the current copy of protected page {@code id} shared. If this throws, nothing is held.
     *
     * <p>Only a {@code free} of the page can be in the way. Any other holder has the copy because it is the current one no
     * longer; then the current one is the other.
     *
     * <p>Taking the latch goes deeper down the stack than giving it back, and the second look as deep as the first: so
     * there is room for both.
     */
    public void takeCurrent(PageBorrow borrow, long id) {
        OpenFile file = fileOf(borrow);
        Deadline deadline = openings.deadline();
        CopyPair pair = checks.requireEntry(file, id, false);
        try {
            while (true) {
                CopyPair seen = pair;
                borrow.aim(seen.activePage());
                boolean granted = borrow.acquireShared(deadline, () -> hasChanged(file, id, seen));
                requireLending(file);
                pair = checks.requireEntry(file, id, false);
                if (granted && pair.activePage() == borrow.page()) {
                    handOut(borrow, file, true);
                    verifyOnce(file, borrow.block(), id, pair, borrow.segment());
                    borrow.noteTaken(id, false);
                    return;
                }
                requireOtherCopies(borrow, file, id, seen, pair);
                borrow.release();
            }
        } catch (RuntimeException | Error e) {
            borrow.release();
            throw e;
        }
    }

    /**
     * {@return whether a protected page may not be in these copies any more, or another one of them may be current} Without
     * a lock, so a page of which nothing is in memory is one of those.
     */
    private static boolean hasChanged(OpenFile file, long id, CopyPair seen) {
        return !seen.equals(file.durableEntry(id));
    }

    /** Refuses who was refused a copy of a page of which nothing has changed since it was chosen. */
    private void requireOtherCopies(Latch latch, OpenFile file, long id, CopyPair seen, CopyPair now) {
        if (latch.wasRefused() && now.equals(seen)) {
            throw borrowed(file, latch.page(), id);
        }
    }

    /** {@return a protected page's writer, for {@link #take}} */
    public ProtectedStage writeProtected(long id) {
        return new ProtectedStage(lending(), id, watch);
    }

    /**
     * Borrows the protected page for writing. If this throws, nothing is held.
     *
     * <p>A writer never has the latch of the current copy, not even until it finds that out: a reader would meet it. So it
     * takes the latch only as it was when the copy was seen not to be current, see {@link Latch#acquireExclusive}.
     */
    public void take(ProtectedStage stage) {
        take(stage, false);
    }

    /** As {@link #take(ProtectedStage)}. {@code holdsOthers} says whether the caller holds latches of other pages for the same purpose. */
    void take(ProtectedStage stage, boolean holdsOthers) {
        StackRoom.forChange();
        OpenFile file = stage.file();
        if (file.mayMoveCopies()) {
            queue.settle(file); // now, and not while the other copy is latched
        }
        long id = stage.id();
        Latch latch = stage.latch();
        Deadline deadline = openings.deadline();
        CopyPair pair = checks.requireEntry(file, id, false);
        try {
            while (true) {
                CopyPair seen = pair;
                latch.aim(seen.inactivePage());
                BooleanSupplier hasMoved = () -> hasChanged(file, id, seen);
                boolean granted = holdsOthers ? latch.acquireOneMore(deadline, hasMoved)
                        : latch.acquireExclusive(deadline, hasMoved);
                requireLending(file);
                pair = checks.requireEntry(file, id, false);
                if (granted && pair.inactivePage() == latch.page()) {
                    fill(stage, pair);
                    stage.noteTaken();
                    return;
                }
                requireOtherCopies(latch, file, id, seen, pair);
                latch.release();
            }
        } catch (RuntimeException | Error e) {
            stage.release();
            throw e;
        }
    }

    /**
     * Copies the current contents. While the latch on the other copy is held, nobody can write or free the page: the
     * current copy stays what it is, and so does what is noted about it.
     */
    private void fill(ProtectedStage stage, CopyPair pair) {
        OpenFile file = stage.file();
        StagingBuffers.Buffer buffer = buffer(file);
        stage.stage(pair, buffer);
        copy(file, stage.id(), pair.activePage(), buffer.segment());
        LatchBlock block = file.latches().block(pair.activePage());
        verifyOnce(file, block, stage.id(), pair, buffer.segment());
    }

    /** {@return a buffer full of zeros} */
    StagingBuffers.Buffer buffer(OpenFile file) {
        try {
            return file.mapping().staging().take();
        } catch (IllegalStateException e) {
            throw failures.unmapped(file, e);
        }
    }

    /**
     * Makes the staged bytes the page's contents, durably, and gives the page back: the latch with the commit, or else here,
     * and the buffer here.
     */
    public void commit(ProtectedStage stage) {
        StackRoom.forChange();
        MemorySegment staged = stage.beginCommit();
        OpenFile file = stage.file();
        try {
            queue.submit(file, new ProtectedWrite(file, stage.id(), stage.pair(), stage.latch(), staged));
        } finally {
            stage.end();
        }
    }

    /** As {@link #commit}, without waiting for the commit. */
    public void commitLater(ProtectedStage stage, CompletableFuture<@Nullable Void> future) {
        StackRoom.forChange();
        MemorySegment staged = stage.beginCommit();
        OpenFile file = stage.file();
        try {
            queue.submitLater(file, new ProtectedWrite(file, stage.id(), stage.pair(), stage.latch(), staged),
                    (_, failure) -> Late.end(future, failure, stage::end));
        } catch (RuntimeException | Error e) {
            stage.end();
            throw e;
        }
    }

    /** Makes what was stored into a regular page, borrowed exclusively, durable. */
    public void sync(PageBorrow borrow) {
        OpenFile file = fileToSync(borrow);
        queue.submit(file, new PageSync(file, borrow.page()));
    }

    /** As {@link #sync}, without waiting for the commit. What was stored until this is called is made durable. */
    public void syncLater(PageBorrow borrow, CompletableFuture<@Nullable Void> future) {
        OpenFile file = fileToSync(borrow);
        queue.submitLater(file, new PageSync(file, borrow.page()),
                (_, failure) -> Late.complete(future, failure, () -> null));
    }

    private OpenFile fileToSync(PageBorrow borrow) {
        borrow.requireHeld();
        StackRoom.forChange();
        OpenFile file = openings.usable(); // while it is being closed, open borrows may still be brought to an end
        if (file.mapping() != borrow.mapping()) {
            throw openings.refusal();
        }
        return file;
    }

    /** The first borrow of a copy since opening compares it with its sums; a copy written since then is known. */
    private void verifyOnce(OpenFile file, LatchBlock block, long id, CopyPair pair, MemorySegment bytes) {
        long page = pair.activePage();
        if (block.isMarked(page, LatchBlock.VERIFIED)) {
            return;
        }
        Sums sums;
        try {
            sums = file.contents().sumsOf(bytes);
        } catch (InternalError e) {
            throw failures.unreadable(file, id, page, e);
        } catch (IllegalStateException e) {
            throw failures.unmapped(file, e);
        }
        if (!sums.equals(pair.sums())) {
            throw new FaultException(new Fault.CorruptProtectedPage(openings.path(), id, page, sums.toString(),
                    pair.sums().toString()));
        }
        block.mark(page, LatchBlock.VERIFIED);
    }

    /** The mapped bytes of a page; a mapping that was not needed until now may still fail. */
    private MemorySegment segment(OpenFile file, long page) {
        try {
            return file.mapping().segment(page);
        } catch (IOException e) {
            throw openings.fail(file, e);
        } catch (IllegalStateException e) {
            throw failures.unmapped(file, e);
        }
    }

    private void copy(OpenFile file, long id, long page, MemorySegment to) {
        MemorySegment from = segment(file, page);
        try {
            to.copyFrom(from);
        } catch (InternalError e) {
            throw failures.unreadable(file, id, page, e);
        } catch (IllegalStateException e) {
            throw failures.unmapped(file, e);
        }
    }

    /** The opening to borrow from; one that is being closed refuses at once, and does not make the caller wait first. */
    OpenFile lending() {
        OpenFile file = openings.usable();
        requireLending(file);
        return file;
    }

    /** Refuses who began with another opening than the one to borrow from. */
    void requireLendingOf(OpenFile file) {
        if (lending() != file) {
            throw openings.refusal();
        }
    }

    /** {@return the opening that a borrow was made for, which must be open still} */
    private OpenFile fileOf(PageBorrow borrow) {
        OpenFile file = lending();
        if (file.mapping() != borrow.mapping()) {
            throw openings.refusal();
        }
        return file;
    }

    /** The opening that a borrow was granted by must still be the one that is open. */
    private void requireLending(OpenFile file) {
        if (!file.mapping().isLending()) {
            throw openings.refusal();
        }
    }

    private FaultException borrowed(OpenFile file, long page, long id) {
        return checks.borrowed(file, page, id, openings.borrowTimeout());
    }
}
