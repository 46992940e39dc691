package io.mappedpages.internal.latch;

import java.util.function.BooleanSupplier;

import io.mappedpages.internal.thread.Deadline;
import io.mappedpages.internal.thread.StackRoom;

/** Exclusive latches taken one after the other to free pages, all within one patience, and given back together. */
public final class HeldLatches implements AutoCloseable {

    private final LatchTable table;
    private final Deadline deadline;
    /** With which each is taken. */
    private final Latch latch;
    // not a list of latches: there may be millions
    private final long[] pages;
    private final LatchBlock[] blocks;
    private final long[] tickets;
    /** Whether the thread holds others besides: then it is not held back, for who does that waits for those. */
    private final boolean holdsOthers;
    private int count;

    /**
     * For one call.
     *
     * @param holdsOthers whether more are held for the same purpose
     * @param most how many there will be; room is made for them first, so that no latch is held that is not noted
     */
    public HeldLatches(LatchTable table, Deadline deadline, boolean holdsOthers, int most) {
        StackRoom.forChange(); // also for close(), which nobody repeats
        this.table = table;
        this.deadline = deadline;
        this.holdsOthers = holdsOthers;
        this.latch = new Latch(table, 0);
        this.pages = new long[most];
        this.blocks = new LatchBlock[most];
        this.tickets = new long[most];
    }

    /**
     * Takes one more. Callers go in ascending order of pages, so that two of them never wait for each other.
     *
     * @param hasMoved whether this page is the wrong one by now, see {@link Latch#acquireExclusive(Deadline, BooleanSupplier)}
     * @return false if it was not granted in time, or is the wrong one; the others are held still
     */
    public boolean acquire(long page, BooleanSupplier hasMoved) {
        latch.aim(page);
        try {
            boolean granted = (count == 0 && !holdsOthers)
                    ? latch.acquireExclusive(deadline, hasMoved)
                    : latch.acquireOneMore(deadline, hasMoved);
            if (!granted) {
                return false;
            }
            LatchBlock block = latch.block();
            long ticket = latch.ticket();
            // From here on nothing is called: it is noted, and close() gives it back.
            pages[count] = page;
            blocks[count] = block;
            tickets[count] = ticket;
            count++;
            return true;
        } catch (RuntimeException | Error e) {
            latch.release();
            throw e;
        }
    }

    /** From now on what {@code held} holds, exclusively, is one of these, and given back with them. */
    public void takeOver(Latch held) {
        pages[count] = held.page();
        blocks[count] = held.block();
        tickets[count] = held.ticket();
        count++;
        held.handOver();
    }

    /** {@return whether the last one asked for was refused because somebody else held it} */
    public boolean wasRefused() {
        return latch.wasRefused();
    }

    /**
     * Gives all of them back, for the thread that commits what they were taken for. Never throws: should there be no stack or
     * memory to go on, {@link #close} does.
     */
    public void giveBack() {
        try {
            release();
        } catch (Error e) {
            // What is left is given back by close(), and whoever was not woken looks by itself.
        }
    }

    /** Gives all of them back that are held still. */
    @Override
    public void close() {
        release();
        table.shrink();
    }

    /** What was noted about the pages is forgotten, for they may be free now. */
    private void release() {
        while (count > 0) {
            int last = count - 1;
            blocks[last].releaseSole(pages[last], tickets[last], LatchBlock.ALLOCATED | LatchBlock.VERIFIED);
            count = last;
            table.wakeWaiters(pages[last]);
        }
    }
}
