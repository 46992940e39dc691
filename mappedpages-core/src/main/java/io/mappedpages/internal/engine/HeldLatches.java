package io.mappedpages.internal.engine;

/** Exclusive latches taken one after the other to free pages, all within one patience, and given back together. */
final class HeldLatches implements AutoCloseable {

    private final Incarnation file;
    private final Patience patience;
    // not a list of latches: there may be millions
    private final long[] pages;
    private final LatchBlock[] blocks;
    private final long[] tickets;
    private int count;

    /** @param most how many there will be; room is made for them first, so that no latch is held that is not noted */
    HeldLatches(Incarnation file, Patience patience, int most) {
        this.file = file;
        this.patience = patience;
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
        Latch latch = count == 0
                ? file.latches.acquireExclusive(page, patience)
                : file.latches.acquireOneMore(page, patience);
        if (latch == null) {
            LatchTable.Holders holders = file.latches.holders(page);
            throw new EngineException(new Fault.Borrowed(page, protectedId, holders.writer(), holders.readers(),
                    patience.total()));
        }
        pages[count] = page;
        blocks[count] = latch.block();
        tickets[count++] = latch.ticket();
    }

    /** Gives all of them back; what was noted about the pages is forgotten, for they may be free now. */
    @Override
    public void close() {
        while (count > 0) {
            count--;
            blocks[count].releaseSole(pages[count], tickets[count], LatchBlock.ALLOCATED | LatchBlock.VERIFIED);
            file.latches.wakeWaiters(pages[count]);
        }
        file.latches.shrink();
    }
}
