package io.mappedpages.internal.reading;

import java.io.IOException;
import java.util.Arrays;

import io.mappedpages.internal.format.SuperblockSlot;
import io.mappedpages.internal.storage.PageSource;

/**
 * Both superblock slots as they were at one moment. Each checkpoint changes one of them, and no bytes come twice, unless a slot is
 * written again as it was, which changes nothing.
 */
final class Superblock {

    private static final int BYTES = SuperblockSlot.SLOT_1 + SuperblockSlot.BYTES;

    private final byte[] bytes;

    private Superblock(byte[] bytes) {
        this.bytes = bytes;
    }

    static Superblock of(PageSource source) throws IOException {
        byte[] bytes = new byte[(int) Math.min(BYTES, source.length())];
        source.read(0, bytes, 0, bytes.length);
        return new Superblock(bytes);
    }

    /** {@return whether the slots still are what they were} */
    boolean isStill(PageSource source) throws IOException {
        return Arrays.equals(bytes, of(source).bytes);
    }
}
