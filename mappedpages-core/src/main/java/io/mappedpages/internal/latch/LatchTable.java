package io.mappedpages.internal.latch;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;

import org.jspecify.annotations.Nullable;

import io.mappedpages.internal.table.LongTable;
import io.mappedpages.internal.thread.Deadline;
import io.mappedpages.internal.thread.StackRoom;

/**
 * One latch a physical page: many readers or one writer, across threads, not reentrant. As a rule a latch is taken and
 * given back with one atomic instruction each; locks are for waiting and waking, and for making and finding blocks.
 *
 * <p>Latch words live in {@linkplain LatchBlock blocks}, made when a page of the block is first borrowed. When there are
 * more blocks than there should be, each new one makes some go that nobody holds and nobody used lately (the clock
 * algorithm), so that memory is bounded whatever the file and however long it is in use.
 *
 * <p>Readers are preferred: a writer waits until no reader is left. Waiting is never cut short by an interrupt; the
 * thread's interrupt flag is kept.
 */
public final class LatchTable {

    /** What a block takes on the heap, about: its words, its two segments, its own fields, its slots in the table. */
    public static final int BLOCK_BYTES = Long.BYTES * LatchBlock.SIZE + 160;

    private static final int STRIPES = 64;

    /**
     * A thread that gives a latch back at the end of its stack may be unable to wake those who wait for it; they look again by
     * themselves.
     */
    private static final long LONGEST_SLEEP = TimeUnit.MILLISECONDS.toNanos(100);

    /** Blocks to look at for each one made in excess. */
    private static final int LOOKS = 8;

    private final int mostBlocks;
    private final WaitCounts waitCounts;
    private final LongTable<LatchBlock> blocks = new LongTable<>();
    private final LentBlocks lentBlocks = new LentBlocks();
    private final Stripe[] stripes = new Stripe[STRIPES];
    private final Gate gate = new Gate();

    /**
     * A table without a block.
     *
     * @param mostBlocks how many blocks to keep, unless more have pages that are held
     * @param waitCounts where to count those who wait
     */
    public LatchTable(int mostBlocks, WaitCounts waitCounts) {
        this.mostBlocks = mostBlocks;
        this.waitCounts = waitCounts;
        for (int i = 0; i < STRIPES; i++) {
            stripes[i] = new Stripe();
        }
    }

    /** {@return where the latch of {@code page} is if it is there already} Its word may be retired. */
    public @Nullable LatchBlock blockIfThere(long page) {
        return blocks.get(LatchBlock.keyOf(page));
    }

    /** Waits while borrows are held back. */
    void passGate() {
        gate.pass();
    }

    /** {@return who holds {@code page} at this moment} */
    public Holders holders(long page) {
        LatchBlock block = blocks.find(LatchBlock.keyOf(page));
        return block == null ? new Holders(false, 0) : block.holders(page);
    }

    /** {@return whether a writable segment of {@code page} may be out} It stays so until the file is mapped anew. */
    public boolean wasLent(long page) {
        LatchBlock near = blocks.get(LatchBlock.keyOf(page));
        if (near != null && near.isMarked(page, LatchBlock.LENT)) {
            return true;
        }
        while (true) {
            LatchBlock block = blocks.find(LatchBlock.keyOf(page)); // waits for a sweep to be over
            if (block != null && block.isMarked(page, LatchBlock.LENT)) {
                return true;
            }
            if (block == null || !block.isRetired(page)) { // else it was retired after it was found
                return lentBlocks.contains(LatchBlock.keyOf(page));
            }
        }
    }

    /**
     * {@return the first page at or after {@code page} and below {@code limit} that was surely not lent; {@code limit} if
     * there is none} A whole block may be passed over.
     */
    public long nextNotLent(long page, long limit) {
        long at = page;
        while (at < limit) {
            long key = LatchBlock.keyOf(at);
            long end = Math.min(limit, (key + 1) << LatchBlock.BITS);
            LatchBlock block = blocks.find(key); // waits for a sweep to be over
            long next = lentBlocks.contains(key) ? end : block == null ? at : block.nextNotLent(at, end);
            if (next != LatchBlock.GONE) { // else it was retired after it was found
                if (next < end) {
                    return next;
                }
                at = end;
            }
        }
        return limit;
    }

    /**
     * Runs {@code unmap} at a moment at which nobody holds a latch, and forgets all that is noted if it says that it has
     * done its work. From then on no page counts as lent.
     *
     * <p>Why no borrow granted later can carry an older segment: a borrow on the fast way takes its segment from a block
     * and then its latch from a word of the same block. Here every word of every block is retired first, so such a borrow
     * either had its latch before, and nothing is done, or is refused. A borrow that is refused, or finds no block, has to
     * make or find one, which waits until this is over, and a block that is made then has no segments: it gets them from the
     * mapping of that time, and the thread that gives them to it holds a latch of it.
     *
     * <p>If {@code unmap} throws, nobody knows what it did, and all is forgotten as well: a block that came back to life
     * might lend a segment that is of no use any more. Then the caller has to see to it that nothing is lent.
     *
     * @return false if a latch was held, or {@code unmap} did nothing; then all is as it was
     */
    public boolean whileNothingIsHeld(BooleanSupplier unmap) {
        return blocks.exclusively(() -> {
            if (isAnyHeld()) {
                return false;
            }
            List<LatchBlock> retired = new ArrayList<>(blocks.size());
            boolean idle = false;
            try {
                idle = !blocks.anyMatch(block -> !retire(block, retired));
            } finally {
                if (!idle) {
                    retired.forEach(LatchBlock::revive);
                }
            }
            if (!idle) {
                return false;
            }
            boolean forget = true;
            try {
                forget = unmap.getAsBoolean();
                return forget;
            } finally {
                if (forget) {
                    blocks.clear();
                    lentBlocks.clear();
                } else {
                    retired.forEach(LatchBlock::revive);
                }
            }
        });
    }

    private static boolean retire(LatchBlock block, List<LatchBlock> retired) {
        if (!block.retire()) {
            return false;
        }
        retired.add(block);
        return true;
    }

    /**
     * From now on new borrows wait, but those of one who frees several pages and has begun. {@return false if that is so
     * already}
     */
    public boolean holdBack() {
        if (!gate.shut()) {
            return false;
        }
        try {
            blocks.forEach(LatchBlock::forgetAllocated);
            return true;
        } catch (RuntimeException | Error e) {
            gate.open(); // who does not learn that it is shut does not open it
            throw e;
        }
    }

    /** Ends {@link #holdBack}. */
    public void letGo() {
        gate.open();
    }

    /** {@return how many pages are held at this moment} */
    public long countHeld() {
        long[] held = new long[1];
        blocks.forEach(block -> held[0] += block.countHeld());
        return held[0];
    }

    /**
     * {@return what is borrowed at this moment} Waits for nobody, and looks at each word of each block. What is taken or given
     * back meanwhile may be counted or not, and so may what is in a block that is just being moved in the table.
     */
    public OpenBorrows openBorrows() {
        OpenBorrows[] sum = {OpenBorrows.NONE};
        blocks.glance(block -> sum[0] = sum[0].plus(block.openBorrows()));
        return sum[0];
    }

    /** After many latches were given back: makes blocks go that are more than there should be. */
    void shrink() {
        for (int i = 0; i < 2 && blocks.size() > mostBlocks; i++) { // the first time it may just be noted who is idle
            blocks.sweep(blocks.size(), block -> blocks.size() > mostBlocks && giveUp(block));
        }
    }

    /** Waits until nobody holds any page. {@return whether that came true before {@code deadline} ran out} */
    public boolean awaitIdle(Deadline deadline) {
        boolean interrupted = false;
        try {
            while (isAnyHeld()) {
                if (deadline.left() <= 0) {
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

    /** {@return some pages that are held now, at most so many} */
    public List<Long> held(int most) {
        List<Long> held = new ArrayList<>();
        blocks.forEach(block -> {
            long first = block.key() << LatchBlock.BITS;
            for (long page = first; page < first + LatchBlock.SIZE && held.size() < most; page++) {
                Holders holders = block.holders(page);
                if (holders.writer() || holders.readers() > 0) {
                    held.add(page);
                }
            }
        });
        return held;
    }

    /** {@return whether any page is held at this moment} */
    public boolean isAnyHeld() {
        return blocks.anyMatch(LatchBlock::isAnyHeld);
    }

    /** {@return where what is noted about {@code page} stands} It may be retired while the caller looks at it. */
    public LatchBlock block(long page) {
        long key = LatchBlock.keyOf(page);
        LatchBlock block = blocks.get(key);
        if (block != null && !block.isRetired(page)) {
            return block;
        }
        StackRoom.forChange(); // a block that is half in the table, or half out of it, would never be found again
        return blocks.getOrCreate(key, this::createBlock); // waits for a sweep to be over
    }

    private LatchBlock createBlock(long key) {
        if (blocks.size() >= mostBlocks) {
            blocks.sweep(LOOKS, this::giveUp);
        }
        return new LatchBlock(key);
    }

    private boolean giveUp(LatchBlock block) {
        if (!block.isIdleSinceLastAsked()) {
            return false;
        }
        lentBlocks.makeRoom(block.key()); // now, because nothing may fail between retiring and taking out
        if (!block.retire()) {
            return false;
        }
        if (block.wasLentBeforeRetired()) {
            lentBlocks.add(block.key()); // before the sweep is over, and who wants to know waits for that
        }
        return true;
    }

    /** Makes {@code attempt} each time a latch was given back, until it succeeds. {@return false if the time ran out} */
    boolean await(long page, Deadline deadline, BooleanSupplier attempt) {
        boolean granted = false;
        if (deadline.left() > 0) {
            waitCounts.began();
            long begun = System.nanoTime();
            try {
                granted = stripe(page).await(deadline, attempt);
            } finally {
                waitCounts.ended(System.nanoTime() - begun);
            }
        }
        if (!granted && !deadline.isNone()) {
            waitCounts.timedOut();
        }
        return granted;
    }

    /** After a release. The full fence of that before this read makes sure that a waiter is either seen here or sees the release. */
    void wakeWaiters(long page) {
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

        boolean await(Deadline deadline, BooleanSupplier attempt) {
            StackRoom.forChange(); // nothing of what follows may be broken off: others would wait for ever
            boolean interrupted = false;
            waiters.incrementAndGet();
            lock.lock();
            try {
                while (true) {
                    if (attempt.getAsBoolean()) {
                        return true;
                    }
                    long left = deadline.left();
                    if (left <= 0) {
                        return false;
                    }
                    try {
                        released.await(Math.min(left, LONGEST_SLEEP), TimeUnit.NANOSECONDS);
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
            StackRoom.forLatch(); // or the lock would stay locked
            lock.lock();
            try {
                released.signalAll();
            } finally {
                lock.unlock();
            }
        }
    }
}
