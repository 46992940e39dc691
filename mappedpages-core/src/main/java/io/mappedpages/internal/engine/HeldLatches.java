package io.mappedpages.internal.engine;

import java.util.Arrays;

/** Exclusive latches taken one after the other to free pages, all within one patience, and given back together. */
final class HeldLatches implements AutoCloseable {

    private final Incarnation file;
    private final Patience patience;
    private long[] pages = new long[2];
    private LatchBlock[] blocks = new LatchBlock[2];
    private int count;

    HeldLatches(Incarnation file, Patience patience) {
        this.file = file;
        this.patience = patience;
    }

    /**
     * Takes one more. Callers go in ascending order of pages, so that two of them never wait for each other.
     *
     * @param protectedId whose copy the page is, or -1
     * @throws EngineException {@link Fault.Borrowed} when patience runs out
     */
    void acquire(long page, long protectedId) {
        if (count == pages.length) { // first, so that no latch is held that is not noted
            pages = Arrays.copyOf(pages, 2 * count);
            blocks = Arrays.copyOf(blocks, 2 * count);
        }
        LatchBlock block = file.latches.acquireExclusive(page, patience);
        if (block == null) {
            LatchTable.Holders holders = file.latches.holders(page);
            throw new EngineException(new Fault.Borrowed(page, protectedId, holders.writer(), holders.readers(),
                    patience.total()));
        }
        pages[count] = page;
        blocks[count++] = block;
    }

    /** Gives all of them back; what was noted about the pages is forgotten, for they may be free now. */
    @Override
    public void close() {
        while (count > 0) {
            count--;
            file.latches.releaseFreed(blocks[count], pages[count]);
        }
    }
}
