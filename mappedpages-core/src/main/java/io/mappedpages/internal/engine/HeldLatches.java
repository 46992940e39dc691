package io.mappedpages.internal.engine;

/** Exclusive latches taken one after the other to free pages, all within one patience, and given back together. */
final class HeldLatches implements AutoCloseable {

    private final Incarnation file;
    private final Patience patience;
    /** With which each is taken. */
    private final Latch latch;
    // not a list of latches: there may be millions
    private final long[] pages;
    private final LatchBlock[] blocks;
    private final long[] tickets;
    private int count;

    /** @param most how many there will be; room is made for them first, so that no latch is held that is not noted */
    HeldLatches(Incarnation file, Patience patience, int most) {
        StackRoom.forChange(); // also for close(), which nobody repeats
        this.file = file;
        this.patience = patience;
        this.latch = new Latch(file.latches, 0);
        this.pages = new long[most];
        this.blocks = new LatchBlock[most];
        this.tickets = new long[most];
    }

    /**
     * Takes one more. Callers go in ascending order of pages, so that two of them never wait for each other.
     *
     * @param protectedId whose copy the page is, or -1
     * @throws EngineException {@link Fault.Borrowed} when patience runs out
     */
    void acquire(long page, long protectedId) {
        latch.aim(page);
        try {
            boolean granted = count == 0
                    ? latch.acquireExclusive(patience)
                    : latch.acquireOneMore(patience);
            if (!granted) {
                LatchTable.Holders holders = file.latches.holders(page);
                throw new EngineException(new Fault.Borrowed(page, protectedId, holders.writer(), holders.readers(),
                        patience.total()));
            }
            LatchBlock block = latch.block();
            long ticket = latch.ticket();
            // From here on nothing is called: it is noted, and close() gives it back.
            pages[count] = page;
            blocks[count] = block;
            tickets[count] = ticket;
            count++;
        } catch (RuntimeException | Error e) {
            latch.release();
            throw e;
        }
    }

    /** Gives all of them back; what was noted about the pages is forgotten, for they may be free now. */
    @Override
    public void close() {
        while (count > 0) {
            int last = count - 1;
            blocks[last].releaseSole(pages[last], tickets[last], LatchBlock.ALLOCATED | LatchBlock.VERIFIED);
            count = last;
            file.latches.wakeWaiters(pages[last]);
        }
        file.latches.shrink();
    }
}
