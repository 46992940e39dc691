package io.mappedpages.internal.engine;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;

import org.jspecify.annotations.Nullable;

import io.mappedpages.internal.engine.LatchBlock.Try;

/**
 * One latch a physical page: many readers or one writer, across threads, not reentrant. A latch is taken and given back
 * with one atomic instruction each; only who has to wait touches a lock.
 *
 * <p>Latch words live in {@linkplain LatchBlock blocks}, made when a page of the block is first borrowed. When there are
 * more blocks than there should be, each new one makes some go that nobody holds and nobody used lately (the clock
 * algorithm), so that memory is bounded whatever the file and however long it is in use.
 *
 * <p>Readers are preferred: a writer waits until no reader is left. Waiting is never cut short by an interrupt; the
 * thread's interrupt flag is kept.
 */
final class LatchTable {

    /** What a block takes on the heap, about: its words, its own fields, its slots in the table. */
    static final int BLOCK_BYTES = Integer.BYTES * (1 << LatchBlock.BITS) + 64;

    private static final int STRIPES = 64;

    /** Blocks to look at for each one made in excess. */
    private static final int LOOKS = 8;

    private final int mostBlocks;
    private final LongTable<LatchBlock> blocks = new LongTable<>();
    private final LentBlocks lentBlocks = new LentBlocks();
    private final Stripe[] stripes = new Stripe[STRIPES];

    /** @param mostBlocks how many blocks to keep, unless more have pages that are held */
    LatchTable(int mostBlocks) {
        this.mostBlocks = mostBlocks;
        for (int i = 0; i < STRIPES; i++) {
            stripes[i] = new Stripe();
        }
    }

    /** Who holds a page: a writer, or so many readers. */
    record Holders(boolean writer, int readers) {
        boolean none() {
            return !writer && readers == 0;
        }
    }

    /**
     * The fast way: {@return the block in which a shared latch on {@code page} is held now; null if a writer holds it or
     * the page is not marked as a user's regular one}
     */
    @Nullable LatchBlock trySharedAllocated(long page) {
        LatchBlock block = blocks.get(LatchBlock.keyOf(page));
        return block != null && block.tryShared(page, LatchBlock.ALLOCATED) == Try.GRANTED ? block : null;
    }

    /** The same for the exclusive latch of a page that is going to be lent writable, which it marks. */
    @Nullable LatchBlock tryLendAllocated(long page) {
        LatchBlock block = blocks.get(LatchBlock.keyOf(page));
        return block != null && block.tryExclusive(page, LatchBlock.ALLOCATED, LatchBlock.LENT) == Try.GRANTED
                ? block
                : null;
    }

    /** {@return the block in which a shared latch on {@code page} is held now; null if patience ran out} */
    @Nullable LatchBlock acquireShared(long page, Patience patience) {
        LatchBlock block = tryShared(page);
        return block != null ? block : await(page, patience, () -> tryShared(page));
    }

    /** {@return the block in which the exclusive latch on {@code page} is held now; null if patience ran out} */
    @Nullable LatchBlock acquireExclusive(long page, Patience patience) {
        LatchBlock block = tryExclusive(page);
        return block != null ? block : await(page, patience, () -> tryExclusive(page));
    }

    /** @param block where the latch was taken */
    void releaseShared(LatchBlock block, long page) {
        block.releaseShared(page);
        wakeWaiters(page);
    }

    /** @param block where the latch was taken */
    void releaseExclusive(LatchBlock block, long page) {
        block.releaseExclusive(page, 0);
        wakeWaiters(page);
    }

    /** Gives the exclusive latch of a page back that may have been freed: what was seen of it is forgotten. */
    void releaseFreed(LatchBlock block, long page) {
        block.releaseExclusive(page, LatchBlock.ALLOCATED | LatchBlock.VERIFIED);
        wakeWaiters(page);
    }

    /** {@return who holds {@code page} at this moment} */
    Holders holders(long page) {
        int word = wordNow(page);
        return new Holders((word & LatchBlock.WRITER) != 0, word & LatchBlock.READERS);
    }

    /** {@return whether a writable segment of {@code page} may be out} It stays so until the file is opened anew. */
    boolean wasLent(long page) {
        return (wordNow(page) & LatchBlock.LENT) != 0 || lentBlocks.contains(LatchBlock.keyOf(page));
    }

    /** Waits until nobody holds any page. {@return whether that came true before {@code patience} ran out} */
    boolean awaitIdle(Patience patience) {
        boolean interrupted = false;
        try {
            while (isAnyHeld()) {
                if (patience.left() <= 0) {
                    return false;
                }
                try {
                    Thread.sleep(1);
                } catch (InterruptedException e) {
                    interrupted = true; // remembered, and restored below: closing is not cut short
                }
            }
            return true;
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private boolean isAnyHeld() {
        boolean[] held = new boolean[1];
        blocks.forEach(block -> held[0] |= block.isAnyHeld());
        return held[0];
    }

    /** The word of {@code page} without making a block for it. */
    private int wordNow(long page) {
        LatchBlock block = blocks.find(LatchBlock.keyOf(page));
        return block == null ? 0 : withoutRetired(block.word(page));
    }

    private static int withoutRetired(int word) {
        return word == LatchBlock.RETIRED ? 0 : word;
    }

    private @Nullable LatchBlock tryShared(long page) {
        while (true) {
            LatchBlock block = block(page);
            Try result = block.tryShared(page, 0);
            if (result != Try.RETIRED) {
                return result == Try.GRANTED ? block : null;
            }
        }
    }

    private @Nullable LatchBlock tryExclusive(long page) {
        while (true) {
            LatchBlock block = block(page);
            Try result = block.tryExclusive(page, 0, 0);
            if (result != Try.RETIRED) {
                return result == Try.GRANTED ? block : null;
            }
        }
    }

    /** {@return where what is noted about {@code page} stands} It may be retired while the caller looks at it. */
    LatchBlock block(long page) {
        long key = LatchBlock.keyOf(page);
        LatchBlock block = blocks.get(key);
        if (block != null && block.word(page) != LatchBlock.RETIRED) {
            return block;
        }
        return blocks.getOrCreate(key, this::createBlock); // waits for a sweep to be over
    }

    private LatchBlock createBlock(long key) {
        if (blocks.size() >= mostBlocks) {
            blocks.sweep(LOOKS, this::giveUp);
        }
        return new LatchBlock(key);
    }

    private boolean giveUp(LatchBlock block) {
        if (!block.isIdleSinceLastAsked() || !block.retire()) {
            return false;
        }
        if (block.wasLentBeforeRetired()) {
            lentBlocks.add(block.key()); // before the sweep is over, and who wants to know waits for that
        }
        return true;
    }

    private @Nullable LatchBlock await(long page, Patience patience, Supplier<@Nullable LatchBlock> attempt) {
        return patience.left() > 0 ? stripe(page).await(patience, attempt) : null;
    }

    /** The full fence of the release before this read makes sure that a waiter is either seen here or sees the release. */
    private void wakeWaiters(long page) {
        Stripe stripe = stripe(page);
        if (stripe.waiters.get() != 0) {
            stripe.wake();
        }
    }

    private Stripe stripe(long page) {
        return stripes[(int) page & (STRIPES - 1)];
    }

    /** Where the waiters of every 64th page meet. */
    private static final class Stripe {
        private final ReentrantLock lock = new ReentrantLock();
        private final Condition released = lock.newCondition();
        private final AtomicInteger waiters = new AtomicInteger();

        @Nullable LatchBlock await(Patience patience, Supplier<@Nullable LatchBlock> attempt) {
            boolean interrupted = false;
            waiters.incrementAndGet();
            lock.lock();
            try {
                while (true) {
                    LatchBlock block = attempt.get();
                    if (block != null) {
                        return block;
                    }
                    long left = patience.left();
                    if (left <= 0) {
                        return null;
                    }
                    try {
                        released.await(left, TimeUnit.NANOSECONDS);
                    } catch (InterruptedException e) {
                        interrupted = true; // remembered, and restored below: a borrow is not cut short
                    }
                }
            } finally {
                lock.unlock();
                waiters.decrementAndGet();
                if (interrupted) {
                    Thread.currentThread().interrupt();
                }
            }
        }

        void wake() {
            lock.lock();
            try {
                released.signalAll();
            } finally {
                lock.unlock();
            }
        }
    }
}
