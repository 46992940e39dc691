package io.mappedpages.crashlab;

import java.io.IOException;

import io.mappedpages.internal.storage.ByteRange;

/** Bytes of a disk of which so many reads, or all, fail. */
final class BadBlock {

    /** No bad block. */
    static final BadBlock NONE = new BadBlock(new ByteRange(0, 0), 0);

    private final ByteRange range;
    private int times;

    /** The next so many reads that touch these bytes fail. */
    BadBlock(ByteRange range, int times) {
        this.range = range;
        this.times = times;
    }

    /** Every read that touches these bytes fails. */
    static BadBlock forGood(ByteRange range) {
        return new BadBlock(range, Integer.MAX_VALUE);
    }

    /** Fails if a read of these bytes does. */
    void read(long offset, int length) throws IOException {
        boolean isHit = offset < range.offset() + range.length() && range.offset() < offset + length;
        if (isHit && times > 0) {
            times--;
            throw new IOException("told to fail: bad block at " + range.offset());
        }
    }
}
