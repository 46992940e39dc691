package io.mappedpages.internal.engine;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * One latch a physical page: many readers or one writer, across threads, not reentrant. A latch is taken and given back
 * with one compare-and-set; only who has to wait touches a lock.
 *
 * <p>Latch words live in blocks of 256, made when a page of the block is first borrowed, so the table costs 4 bytes for
 * each page in use and nothing for the rest of the file. A word is
 *
 * <pre>
 * bit  31     a writer holds the page
 * bit  30     LENT: the page was lent writable since this opening, so somebody may keep a segment and store into it
 * bit  29     VERIFIED: the contents of this copy of a protected page were checked since this opening
 * bits 28..0  how many readers hold the page
 * </pre>
 *
 * <p>Readers are preferred: a writer waits until no reader is left. Waiting is never cut short by an interrupt; the
 * thread's interrupt flag is kept.
 */
final class LatchTable {

    private static final int WRITER = 1 << 31;
    private static final int LENT = 1 << 30;
    private static final int VERIFIED = 1 << 29;
    private static final int READERS = VERIFIED - 1;
    private static final int HELD = WRITER | READERS;

    private static final int BLOCK_BITS = 8;
    private static final int BLOCK_SIZE = 1 << BLOCK_BITS;
    private static final int STRIPES = 64;

    private final LongTable<Block> blocks = new LongTable<>();
    private final Stripe[] stripes = new Stripe[STRIPES];

    LatchTable() {
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

    /** {@return whether a shared latch on {@code page} was granted before {@code patience} ran out} */
    boolean acquireShared(long page, Patience patience) {
        Block block = block(page);
        int index = index(page);
        return tryShared(block, index) || await(page, patience, () -> tryShared(block, index));
    }

    /** {@return whether the exclusive latch on {@code page} was granted before {@code patience} ran out} */
    boolean acquireExclusive(long page, Patience patience) {
        Block block = block(page);
        int index = index(page);
        return tryExclusive(block, index) || await(page, patience, () -> tryExclusive(block, index));
    }

    void releaseShared(long page) {
        block(page).words.getAndDecrement(index(page));
        wakeWaiters(page);
    }

    void releaseExclusive(long page) {
        clear(page, WRITER);
        wakeWaiters(page);
    }

    /** {@return who holds {@code page} at this moment} */
    Holders holders(long page) {
        int word = block(page).words.get(index(page));
        return new Holders((word & WRITER) != 0, word & READERS);
    }

    /** Remembers that a writable segment of {@code page} is out; it stays so until the file is opened anew. */
    void markLent(long page) {
        set(page, LENT);
    }

    boolean wasLent(long page) {
        Block block = blocks.get(page >>> BLOCK_BITS);
        return block != null && (block.words.get(index(page)) & LENT) != 0;
    }

    void markVerified(long page) {
        set(page, VERIFIED);
    }

    void clearVerified(long page) {
        clear(page, VERIFIED);
    }

    boolean isVerified(long page) {
        return (block(page).words.get(index(page)) & VERIFIED) != 0;
    }

    /** Waits until nobody holds any page. {@return whether that came true before {@code patience} ran out} */
    boolean awaitIdle(Patience patience) {
        boolean interrupted = false;
        try {
            while (anyHeld()) {
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

    private boolean anyHeld() {
        boolean[] held = new boolean[1];
        blocks.forEach(block -> {
            for (int i = 0; i < BLOCK_SIZE && !held[0]; i++) {
                held[0] = (block.words.get(i) & HELD) != 0;
            }
        });
        return held[0];
    }

    private static boolean tryShared(Block block, int index) {
        while (true) {
            int word = block.words.get(index);
            if ((word & WRITER) != 0 || (word & READERS) == READERS) {
                return false;
            }
            if (block.words.compareAndSet(index, word, word + 1)) {
                return true;
            }
        }
    }

    private static boolean tryExclusive(Block block, int index) {
        while (true) {
            int word = block.words.get(index);
            if ((word & HELD) != 0) {
                return false;
            }
            if (block.words.compareAndSet(index, word, word | WRITER)) {
                return true;
            }
        }
    }

    private boolean await(long page, Patience patience, Attempt attempt) {
        return patience.left() > 0 && stripe(page).await(patience, attempt);
    }

    /** The full fence of the release before this read makes sure that a waiter is either seen here or sees the release. */
    private void wakeWaiters(long page) {
        Stripe stripe = stripe(page);
        if (stripe.waiters.get() != 0) {
            stripe.wake();
        }
    }

    private void set(long page, int bit) {
        AtomicIntegerArray words = block(page).words;
        int index = index(page);
        if ((words.get(index) & bit) == 0) {
            words.accumulateAndGet(index, bit, (word, mask) -> word | mask);
        }
    }

    private void clear(long page, int bit) {
        block(page).words.accumulateAndGet(index(page), bit, (word, mask) -> word & ~mask);
    }

    private Block block(long page) {
        long key = page >>> BLOCK_BITS;
        Block block = blocks.get(key);
        return block != null ? block : blocks.getOrCreate(key, Block::new);
    }

    private static int index(long page) {
        return (int) page & (BLOCK_SIZE - 1);
    }

    private Stripe stripe(long page) {
        return stripes[(int) page & (STRIPES - 1)];
    }

    /** One try at a latch. */
    private interface Attempt {
        boolean succeeds();
    }

    /** The latch words of 256 neighbouring pages. */
    private static final class Block implements LongTable.Keyed {
        private final long key;
        private final AtomicIntegerArray words = new AtomicIntegerArray(BLOCK_SIZE);

        Block(long key) {
            this.key = key;
        }

        @Override
        public long key() {
            return key;
        }
    }

    /** Where the waiters of every 64th page meet. */
    private static final class Stripe {
        private final ReentrantLock lock = new ReentrantLock();
        private final Condition released = lock.newCondition();
        private final AtomicInteger waiters = new AtomicInteger();

        boolean await(Patience patience, Attempt attempt) {
            boolean interrupted = false;
            waiters.incrementAndGet();
            lock.lock();
            try {
                while (!attempt.succeeds()) {
                    long left = patience.left();
                    if (left <= 0) {
                        return false;
                    }
                    try {
                        released.await(left, TimeUnit.NANOSECONDS);
                    } catch (InterruptedException e) {
                        interrupted = true; // remembered, and restored below: a borrow is not cut short
                    }
                }
                return true;
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
