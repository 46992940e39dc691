package io.mappedpages.internal.latch;

/** Latches of page 0 of a block that stands in no table. */
final class Latches {

    /** Nobody waits there: it is only asked whether somebody does. */
    private static final LatchTable TABLE = new LatchTable(1, new WaitCounts());

    private Latches() {
    }

    static Latch of(LatchBlock block) {
        return new Latch(TABLE, block, 0);
    }

    /** {@return how many have the page; -1 for a writer} */
    static int holders(LatchBlock block) {
        Holders holders = block.holders(0);
        return holders.writer() ? -1 : holders.readers();
    }
}
