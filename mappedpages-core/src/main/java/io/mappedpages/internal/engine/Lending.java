package io.mappedpages.internal.engine;

import java.io.IOException;
import java.lang.foreign.Arena;
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
 * borrowing it is one atomic instruction and one slice, because only who holds its latch exclusively can free it. On that
 * way all objects are made before the latch is taken, each when all that goes into it is there: so the compiler leaves the
 * garbage collector's barriers out, and the whole is small enough to be inlined.
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

    /** Borrows a regular page shared. */
    PageBorrow read(long page) {
        Incarnation file = life.current();
        LatchBlock block = file.latches.blockIfThere(page);
        if (block != null) {
            LatchBlock.Bytes bytes = block.bytes();
            long offset = LatchBlock.offset(page, file.pageSize);
            if (offset + file.pageSize <= bytes.length()) {
                MemorySegment segment = bytes.readOnly().asSlice(offset, file.pageSize);
                PageBorrow borrow = new PageBorrow(this, file, block, page, segment);
                if (borrow.tryShared()) {
                    return stillLending(file, borrow);
                }
            }
        }
        return readFirst(page);
    }

    private PageBorrow readFirst(long page) {
        Incarnation file = lending();
        checks.requireData(file, page, false);
        Latch latch = file.latches.acquireShared(page, life.patience());
        if (latch == null) {
            throw borrowed(file, page, -1);
        }
        return lend(file, latch, LatchBlock.ALLOCATED, true);
    }

    /** Borrows a regular page exclusively. */
    PageBorrow write(long page) {
        Incarnation file = life.current();
        LatchBlock block = file.latches.blockIfThere(page);
        if (block != null && file.hasLent()) {
            LatchBlock.Bytes bytes = block.bytes();
            long offset = LatchBlock.offset(page, file.pageSize);
            if (offset + file.pageSize <= bytes.length()) {
                MemorySegment segment = bytes.writable().asSlice(offset, file.pageSize);
                PageBorrow borrow = new PageBorrow(this, file, block, page, segment);
                if (borrow.tryExclusive()) {
                    return stillLending(file, borrow);
                }
            }
        }
        return writeFirst(page);
    }

    private PageBorrow writeFirst(long page) {
        Incarnation file = lending();
        checks.requireData(file, page, false);
        if (!file.committer.hasWritten()) {
            exclusive.run(file, file.committer::settle);
        }
        Latch latch = file.latches.acquireExclusive(page, life.patience());
        if (latch == null) {
            throw borrowed(file, page, -1);
        }
        file.noteLent();
        return lend(file, latch, LatchBlock.ALLOCATED | LatchBlock.LENT, false);
    }

    private PageBorrow stillLending(Incarnation file, PageBorrow borrow) {
        if (!file.isLending()) {
            borrow.release();
            throw life.refusal();
        }
        return borrow;
    }

    /** Looks again at a page that is latched now, notes what it is, and hands out its bytes. */
    private PageBorrow lend(Incarnation file, Latch latch, long marks, boolean readOnly) {
        try {
            requireLending(file);
            checks.requireData(file, latch.page(), false);
            latch.block().mark(latch.page(), marks);
            MemorySegment segment = segment(file, latch.page());
            file.keepBytes(latch.block());
            return new PageBorrow(this, file, latch, readOnly ? segment.asReadOnly() : segment);
        } catch (RuntimeException | Error e) {
            latch.release();
            throw e;
        }
    }

    /** Borrows the current copy of a protected page shared. */
    PageBorrow readProtected(long id) {
        Incarnation file = lending();
        Patience patience = life.patience();
        while (true) {
            long page = checks.requireEntry(file, id, false).activePage();
            Latch latch = file.latches.acquireShared(page, patience);
            if (latch == null) {
                throw borrowed(file, page, id);
            }
            boolean lent = false;
            try {
                requireLending(file);
                CopyPair now = checks.requireEntry(file, id, false);
                if (now.activePage() == page) {
                    MemorySegment segment = segment(file, page).asReadOnly();
                    verifyOnce(file, latch.block(), id, now, segment);
                    PageBorrow borrow = new PageBorrow(this, file, latch, segment);
                    lent = true;
                    return borrow;
                }
            } finally {
                if (!lent) {
                    latch.release();
                }
            }
        }
    }

    /** Begins to write a protected page. */
    ProtectedStage writeProtected(long id) {
        Incarnation file = lending();
        Patience patience = life.patience();
        while (true) {
            long page = checks.requireEntry(file, id, false).inactivePage();
            Latch latch = file.latches.acquireExclusive(page, patience);
            if (latch == null) {
                throw borrowed(file, page, id);
            }
            boolean lent = false;
            try {
                requireLending(file);
                CopyPair now = checks.requireEntry(file, id, false);
                if (now.inactivePage() == page) {
                    MemorySegment buffer = stage(file, id, now);
                    ProtectedStage stage = new ProtectedStage(this, file, latch, id, now, buffer);
                    lent = true;
                    return stage;
                }
            } finally {
                if (!lent) {
                    latch.release();
                }
            }
        }
    }

    /**
     * {@return a copy of the current contents} While the latch on the other copy is held, nobody can write or free the
     * page: the current copy stays what it is, and so does what is noted about it.
     */
    private MemorySegment stage(Incarnation file, long id, CopyPair pair) {
        MemorySegment buffer = Arena.ofAuto().allocate(file.geometry.pageSize(), Long.BYTES);
        copy(file, id, pair.activePage(), buffer);
        LatchBlock block = file.latches.block(pair.activePage());
        verifyOnce(file, block, id, pair, buffer);
        return buffer;
    }

    void commit(ProtectedStage stage, Latch latch, MemorySegment buffer) {
        Incarnation file = stage.file;
        exclusive.run(file, () -> {
            file.committer.settle();
            Sums sums = file.committer.write(stage.pair.inactivePage(), buffer);
            CopyPair next = stage.pair.flippedTo(file.committer.nextGeneration(), sums);
            file.directory.entry(stage.id, next);
            file.committer.commit();
            latch.block().mark(next.activePage(), LatchBlock.VERIFIED);
        });
    }

    /** Makes what was stored into a regular page durable. */
    void sync(Incarnation file, long page) {
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
            throw new EngineException(new Fault.CorruptProtectedPage(life.path(), id, page,
                    "sums are " + sums + ", committed were " + pair.sums()));
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
        return new EngineException(
                new Fault.Unreadable(life.path(), Fault.Part.CONTENTS, page, id,
                        "the operating system could not bring it into memory"),
                cause);
    }

    /** The opening to borrow from; one that is being closed refuses at once, and does not make the caller wait first. */
    private Incarnation lending() {
        Incarnation file = life.usable();
        requireLending(file);
        return file;
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
