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
 * borrowing it is one atomic instruction and one slice, because only who holds its latch exclusively can free it.
 *
 * <p>Objects made on that way are made last, when all that goes into them is there: then the compiler knows that they are
 * new, leaves the garbage collector's barriers out, and the whole is small enough to be inlined.
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
        LatchBlock block = file.latches.trySharedAllocated(page);
        return block != null ? lendShared(file, block, page) : readFirst(page);
    }

    private PageBorrow readFirst(long page) {
        Incarnation file = lending();
        checks.requireData(file, page, false);
        LatchBlock block = file.latches.acquireShared(page, life.patience());
        if (block == null) {
            throw borrowed(file, page, -1);
        }
        mark(file, block, page, false);
        return lendShared(file, block, page);
    }

    private PageBorrow lendShared(Incarnation file, LatchBlock block, long page) {
        try {
            requireLending(file);
            MemorySegment segment = segmentForReading(file, page);
            return new PageBorrow(this, file, block, page, false, segment);
        } catch (RuntimeException | Error e) {
            file.latches.releaseShared(block, page);
            throw e;
        }
    }

    /** Borrows a regular page exclusively. */
    PageBorrow write(long page) {
        Incarnation file = life.current();
        if (file.committer.hasWritten()) {
            LatchBlock block = file.latches.tryLendAllocated(page);
            if (block != null) {
                return lendExclusive(file, block, page);
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
        LatchBlock block = file.latches.acquireExclusive(page, life.patience());
        if (block == null) {
            throw borrowed(file, page, -1);
        }
        mark(file, block, page, true);
        return lendExclusive(file, block, page);
    }

    private PageBorrow lendExclusive(Incarnation file, LatchBlock block, long page) {
        try {
            requireLending(file);
            file.noteLent();
            MemorySegment segment = segment(file, page);
            return new PageBorrow(this, file, block, page, true, segment);
        } catch (RuntimeException | Error e) {
            file.latches.releaseExclusive(block, page);
            throw e;
        }
    }

    /** Looks again at a page that is latched now, and notes what it is. */
    private void mark(Incarnation file, LatchBlock block, long page, boolean exclusively) {
        try {
            requireLending(file);
            checks.requireData(file, page, false);
            block.mark(page, exclusively ? LatchBlock.ALLOCATED | LatchBlock.LENT : LatchBlock.ALLOCATED);
        } catch (RuntimeException | Error e) {
            if (exclusively) {
                file.latches.releaseExclusive(block, page);
            } else {
                file.latches.releaseShared(block, page);
            }
            throw e;
        }
    }

    /** Borrows the current copy of a protected page shared. */
    PageBorrow readProtected(long id) {
        Incarnation file = lending();
        Patience patience = life.patience();
        while (true) {
            long page = checks.requireEntry(file, id, false).activePage();
            LatchBlock block = file.latches.acquireShared(page, patience);
            if (block == null) {
                throw borrowed(file, page, id);
            }
            boolean lent = false;
            try {
                requireLending(file);
                CopyPair now = checks.requireEntry(file, id, false);
                if (now.activePage() == page) {
                    MemorySegment segment = segmentForReading(file, page);
                    verifyOnce(file, block, id, now, segment);
                    lent = true;
                    return new PageBorrow(this, file, block, page, false, segment);
                }
            } finally {
                if (!lent) {
                    file.latches.releaseShared(block, page);
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
            LatchBlock block = file.latches.acquireExclusive(page, patience);
            if (block == null) {
                throw borrowed(file, page, id);
            }
            boolean lent = false;
            try {
                requireLending(file);
                CopyPair now = checks.requireEntry(file, id, false);
                if (now.inactivePage() == page) {
                    MemorySegment buffer = stage(file, id, now);
                    lent = true;
                    return new ProtectedStage(this, file, block, id, now, buffer);
                }
            } finally {
                if (!lent) {
                    file.latches.releaseExclusive(block, page);
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
        copy(file, segment(file, pair.activePage()), buffer);
        LatchBlock block = file.latches.block(pair.activePage());
        verifyOnce(file, block, id, pair, buffer);
        return buffer;
    }

    void commit(ProtectedStage stage, LatchBlock block, MemorySegment buffer) {
        Incarnation file = stage.file;
        exclusive.run(file, () -> {
            file.committer.settle();
            Sums sums = file.committer.write(stage.pair.inactivePage(), buffer);
            CopyPair next = stage.pair.flippedTo(file.committer.nextGeneration(), sums);
            file.directory.entry(stage.id, next);
            file.committer.commit();
            block.mark(next.activePage(), LatchBlock.VERIFIED);
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
            throw life.fail(file, unreadable(e));
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

    private MemorySegment segmentForReading(Incarnation file, long page) {
        try {
            return file.segmentForReading(page);
        } catch (IOException e) {
            throw life.fail(file, e);
        } catch (IllegalStateException e) {
            throw unmapped(file, e);
        }
    }

    private void copy(Incarnation file, MemorySegment from, MemorySegment to) {
        try {
            to.copyFrom(from);
        } catch (InternalError e) {
            throw life.fail(file, unreadable(e));
        } catch (IllegalStateException e) {
            throw unmapped(file, e);
        }
    }

    /** Closing has waited long enough and unmapped the file under this call. */
    private RuntimeException unmapped(Incarnation file, IllegalStateException e) {
        return file.isLending() ? e : life.refusal();
    }

    /** What the JDK throws when mapped memory has no file behind it any more. */
    private static IOException unreadable(InternalError e) {
        return new IOException("the mapped file could not be read; was it truncated by somebody?", e);
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
