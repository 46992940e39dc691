package io.mappedpages.internal.importing;

import static io.mappedpages.internal.importing.RustSource.hex;
import static io.mappedpages.internal.importing.RustSource.int32;
import static io.mappedpages.internal.importing.RustSource.int64;

import java.util.BitSet;

import org.jspecify.annotations.Nullable;

import io.mappedpages.internal.format.Geometry;

/**
 * A metadata page of a file of the Rust crate: page 1 or page 2.
 *
 * <table>
 * <caption>P bytes, little-endian</caption>
 * <tr><th>at</th><th>bytes</th><th>field</th></tr>
 * <tr><td>0</td><td>8</td><td>pages in the file, the reserved ones included</td></tr>
 * <tr><td>8</td><td>8</td><td>generation</td></tr>
 * <tr><td>16</td><td>8</td><td>free pages</td></tr>
 * <tr><td>24</td><td>P-28</td><td>a bit a page, lowest first: 1 = in use; zeros behind the last page</td></tr>
 * <tr><td>P-4</td><td>4</td><td>CRC32 of bytes [0, P-4)</td></tr>
 * </table>
 *
 * @param page       where it is
 * @param problem    why it cannot be used, or null; then the rest counts
 * @param pages      in the file
 * @param generation of the commit that wrote it
 * @param inUse      the pages that are
 */
record RustMetadata(long page, @Nullable String problem, long pages, long generation, BitSet inUse) {

    private static final int GENERATION = 8;
    private static final int FREE = 16;
    private static final int BITS = 24;
    private static final int CRC_BYTES = 4;

    /** {@return what is in that page, be it good or not} */
    static RustMetadata read(RustSource file, Geometry geometry, long page) {
        long at = geometry.offsetOf(page);
        long crcAt = at + geometry.pageSize() - CRC_BYTES;
        int stored = int32(file.read(crcAt, CRC_BYTES, page), 0);
        int computed = file.crc32(at, crcAt, page);
        if (stored != computed) {
            return unusable(page, "CRC32 of its bytes is " + hex(computed) + ", it says " + hex(stored));
        }
        byte[] head = file.read(at, BITS, page);
        long pages = int64(head, 0);
        long most = Math.min((long) (geometry.pageSize() - BITS - CRC_BYTES) * Byte.SIZE, Integer.MAX_VALUE);
        if (pages <= Geometry.RESERVED_PAGES || pages > most) {
            return unusable(page, "it speaks of " + pages + " pages");
        }
        long generation = int64(head, GENERATION);
        if (generation < 0) {
            return unusable(page, "its generation is " + generation);
        }
        BitSet inUse = BitSet.valueOf(file.read(at + BITS, (int) Math.ceilDiv(pages, Byte.SIZE), page));
        long free = int64(head, FREE);
        String problem = inUse.nextClearBit(0) < Geometry.RESERVED_PAGES ? "the reserved pages are free"
                : inUse.length() > pages ? "page " + (inUse.length() - 1) + " of " + pages + " is in use"
                        : pages - inUse.cardinality() != free
                                ? "it counts " + free + " free pages, and " + (pages - inUse.cardinality()) + " are"
                                : null;
        return problem == null ? new RustMetadata(page, null, pages, generation, inUse) : unusable(page, problem);
    }

    private static RustMetadata unusable(long page, String problem) {
        return new RustMetadata(page, problem, 0, 0, new BitSet());
    }

    /** {@return a part of a sentence: what it can be used for} */
    String verdict() {
        return problem == null ? "has generation " + generation : "cannot be used: " + problem;
    }
}
