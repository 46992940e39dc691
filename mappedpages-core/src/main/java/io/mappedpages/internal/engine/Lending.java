package io.mappedpages.internal.engine;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.util.List;

import io.mappedpages.internal.format.CopyPair;
import io.mappedpages.internal.format.Sums;
import io.mappedpages.internal.storage.ByteRange;

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
final class Lending {

    private final Lifecycle life;
    private final Exclusive exclusive;
    private final PageChecks checks;

    Lending(Lifecycle life, Exclusive exclusive, PageChecks checks) {
        this.life = life;
        this.exclusive = exclusive;
        this.checks = checks;
    }

    /** {@return a borrow of a regular page, to be taken shared} */
    PageBorrow read(long page) {
        Incarnation file = life.current();
        LatchBlock block = file.latches.blockIfThere(page);
        if (block != null) {
            LatchBlock.Bytes bytes = block.bytes();
            long offset = LatchBlock.offset(page, file.pageSize);
            if (offset + file.pageSize <= bytes.length()) {
                MemorySegment segment = bytes.readOnly().asSlice(offset, file.pageSize);
                return new PageBorrow(this, file, block, page, segment);
            }
        }
        return new PageBorrow(this, file, page);
    }

    /** Borrows a page shared that was not taken at first try. */
    void readFirst(PageBorrow borrow) {
        StackRoom.forLatch();
        Incarnation file = borrow.file();
        requireUsable(file);
        checks.requireData(file, borrow.page(), false);
        try {
            if (!borrow.acquireShared(life.patience())) {
                throw borrowed(file, borrow.page(), -1);
            }
            lend(borrow, LatchBlock.ALLOCATED, true);
        } catch (RuntimeException | Error e) {
            borrow.release();
            throw e;
        }
    }

    /** {@return a borrow of a regular page, to be taken exclusively} */
    PageBorrow write(long page) {
        Incarnation file = life.current();
        LatchBlock block = file.latches.blockIfThere(page);
        if (block != null && file.hasLent()) {
            LatchBlock.Bytes bytes = block.bytes();
            long offset = LatchBlock.offset(page, file.pageSize);
            if (offset + file.pageSize <= bytes.length()) {
                MemorySegment segment = bytes.writable().asSlice(offset, file.pageSize);
                return new PageBorrow(this, file, block, page, segment);
            }
        }
        return new PageBorrow(this, file, page);
    }

    /** Borrows a page exclusively that was not taken at first try. */
    void writeFirst(PageBorrow borrow) {
        StackRoom.forLatch();
        Incarnation file = borrow.file();
        requireUsable(file);
        checks.requireData(file, borrow.page(), false);
        if (!file.committer.hasWritten()) {
            exclusive.run(file, file.committer::settle);
        }
        try {
            if (!borrow.acquireExclusive(life.patience())) {
                throw borrowed(file, borrow.page(), -1);
            }
            file.noteLent();
            lend(borrow, LatchBlock.ALLOCATED | LatchBlock.LENT, false);
        } catch (RuntimeException | Error e) {
            borrow.release();
            throw e;
        }
    }

    /** Looks again at a page that is latched now, notes what it is, and hands out its bytes. */
    private void lend(PageBorrow borrow, long marks, boolean readOnly) {
        Incarnation file = borrow.file();
        long page = borrow.page();
        requireLending(file);
        checks.requireData(file, page, false);
        borrow.block().mark(page, marks);
        MemorySegment segment = segment(file, page);
        file.keepBytes(borrow.block());
        borrow.lend(readOnly ? segment.asReadOnly() : segment);
    }

    /** A borrow that was taken from an opening that is being closed. {@return what to throw} */
    EngineException tooLate(PageBorrow borrow) {
        borrow.release();
        return life.refusal();
    }

    /** {@return a borrow of a protected page, to be taken shared} */
    PageBorrow readProtected() {
        return new PageBorrow(this, lending(), 0);
    }

    /**
     * Borrows the current copy of protected page {@code id} shared. Taking the latch goes deeper down the stack than
     * giving it back, and the second look as deep as the first: so there is room for both.
     */
    void readProtected(PageBorrow borrow, long id) {
        Incarnation file = borrow.file();
        Patience patience = life.patience();
        try {
            while (true) {
                long page = checks.requireEntry(file, id, false).activePage();
                borrow.aim(page);
                if (!borrow.acquireShared(patience)) {
                    throw borrowed(file, page, id);
                }
                requireLending(file);
                CopyPair now = checks.requireEntry(file, id, false);
                if (now.activePage() == page) {
                    MemorySegment segment = segment(file, page).asReadOnly();
                    verifyOnce(file, borrow.block(), id, now, segment);
                    borrow.lend(segment);
                    return;
                }
                borrow.release();
            }
        } catch (RuntimeException | Error e) {
            borrow.release();
            throw e;
        }
    }

    /** {@return a protected page's writer, to be taken} */
    ProtectedStage writeProtected(long id) {
        return new ProtectedStage(this, lending(), id);
    }

    /** Begins to write a protected page. */
    void writeProtected(ProtectedStage stage) {
        StackRoom.forChange();
        Incarnation file = stage.file();
        long id = stage.id();
        Latch latch = stage.latch();
        Patience patience = life.patience();
        try {
            while (true) {
                long page = checks.requireEntry(file, id, false).inactivePage();
                latch.aim(page);
                if (!latch.acquireExclusive(patience)) {
                    throw borrowed(file, page, id);
                }
                requireLending(file);
                CopyPair now = checks.requireEntry(file, id, false);
                if (now.inactivePage() == page) {
                    fill(stage, now);
                    return;
                }
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
        Incarnation file = stage.file();
        StagingBuffers.Buffer buffer = buffer(file);
        stage.stage(pair, buffer);
        copy(file, stage.id(), pair.activePage(), buffer.segment());
        LatchBlock block = file.latches.block(pair.activePage());
        verifyOnce(file, block, stage.id(), pair, buffer.segment());
    }

    private StagingBuffers.Buffer buffer(Incarnation file) {
        try {
            return file.staging.take();
        } catch (IllegalStateException e) {
            throw unmapped(file, e);
        }
    }

    void commit(ProtectedStage stage, MemorySegment buffer) {
        Incarnation file = stage.file();
        exclusive.run(file, () -> {
            file.committer.settle();
            Sums sums = file.committer.write(stage.pair().inactivePage(), buffer);
            CopyPair next = stage.pair().flippedTo(file.committer.nextGeneration(), sums);
            file.directory.entry(stage.id(), next);
            file.committer.commit();
            stage.latch().block().mark(next.activePage(), LatchBlock.VERIFIED);
        });
    }

    /** Makes what was stored into a regular page durable. */
    void sync(Incarnation file, long page) {
        StackRoom.forChange();
        if (life.usable() != file) { // while it is being closed, open borrows may still be brought to an end
            throw life.refusal();
        }
        try {
            exclusive.requireWhole(file);
            file.storage.sync(List.of(new ByteRange(file.geometry.offsetOf(page), file.geometry.pageSize())));
        } catch (IOException e) {
            throw life.fail(file, e);
        }
    }

    /** The first borrow of a copy since opening compares it with its sums; a copy written since then is known. */
    private void verifyOnce(Incarnation file, LatchBlock block, long id, CopyPair pair, MemorySegment bytes) {
        long page = pair.activePage();
        if (block.isMarked(page, LatchBlock.VERIFIED)) {
            return;
        }
        Sums sums;
        try {
            sums = file.contents.sumsOf(bytes);
        } catch (InternalError e) {
            throw unreadable(file, id, page, e);
        } catch (IllegalStateException e) {
            throw unmapped(file, e);
        }
        if (!sums.equals(pair.sums())) {
            throw new EngineException(new Fault.CorruptProtectedPage(life.path(), id, page, sums.toString(),
                    pair.sums().toString()));
        }
        block.mark(page, LatchBlock.VERIFIED);
    }

    /** The mapped bytes of a page; a mapping that was not needed until now may still fail. */
    private MemorySegment segment(Incarnation file, long page) {
        try {
            return file.segment(page);
        } catch (IOException e) {
            throw life.fail(file, e);
        } catch (IllegalStateException e) {
            throw unmapped(file, e);
        }
    }

    private void copy(Incarnation file, long id, long page, MemorySegment to) {
        MemorySegment from = segment(file, page);
        try {
            to.copyFrom(from);
        } catch (InternalError e) {
            throw unreadable(file, id, page, e);
        } catch (IllegalStateException e) {
            throw unmapped(file, e);
        }
    }

    /** Closing has waited long enough and unmapped the file under this call. */
    private RuntimeException unmapped(Incarnation file, IllegalStateException e) {
        return file.isLending() ? e : life.refusal();
    }

    /**
     * What the JDK throws when the bytes behind mapped memory cannot be had: the file was truncated, which stops the pager,
     * or this one page cannot be read, which concerns only those who want it.
     */
    private EngineException unreadable(Incarnation file, long id, long page, InternalError e) {
        try {
            exclusive.requireWhole(file);
        } catch (IOException failed) {
            failed.addSuppressed(e);
            return life.fail(file, failed);
        }
        IOException cause = new IOException("the mapped page " + page + " could not be read", e);
        return new EngineException(new Fault.Unreadable(life.path(), Fault.Part.CONTENTS, page, id, null), cause);
    }

    /** The opening to borrow from; one that is being closed refuses at once, and does not make the caller wait first. */
    private Incarnation lending() {
        Incarnation file = life.usable();
        requireLending(file);
        return file;
    }

    /** The opening that a borrow was made for must be open still. */
    private void requireUsable(Incarnation file) {
        if (lending() != file) {
            throw life.refusal();
        }
    }

    /** The opening that a borrow was granted by must still be the one that is open. */
    private void requireLending(Incarnation file) {
        if (!file.isLending()) {
            throw life.refusal();
        }
    }

    private EngineException borrowed(Incarnation file, long page, long id) {
        LatchTable.Holders holders = file.latches.holders(page);
        return new EngineException(new Fault.Borrowed(page, id, holders.writer(), holders.readers(),
                life.borrowTimeout()));
    }
}
