package io.mappedpages.internal.importing;

import static io.mappedpages.internal.importing.RustSource.hex;
import static io.mappedpages.internal.importing.RustSource.int32;
import static io.mappedpages.internal.importing.RustSource.int64;

import java.io.IOException;

import org.jspecify.annotations.Nullable;

import io.mappedpages.internal.format.Geometry;

/**
 * A copy of a block of the directory of a file of the Rust crate.
 *
 * <table>
 * <caption>P bytes, little-endian</caption>
 * <tr><th>at</th><th>bytes</th><th>field</th></tr>
 * <tr><td>0</td><td>4</td><td>how many entries there are, (P-12)/30</td></tr>
 * <tr><td>4</td><td>4</td><td>0</td></tr>
 * <tr><td>8</td><td>30 each</td><td>entries: in use (1), page A (8), page B (8), active (1): 0 = A, 1 = B, generation (8), CRC32 of all bytes of
 * the active page (4)</td></tr>
 * <tr><td>P-4</td><td>4</td><td>CRC32 of bytes [0, P-4)</td></tr>
 * </table>
 *
 * The number of a protected page is that of the block, times the number of entries in one, plus that of the entry.
 */
final class RustDirectoryPage {

    private static final int RESERVED = 4;
    private static final int ENTRIES = 8;
    private static final int ENTRY_BYTES = 30;
    private static final int PAGE_A = 1;
    private static final int PAGE_B = 9;
    private static final int ACTIVE = 17;
    private static final int CRC32 = 26;
    private static final int CRC_BYTES = 4;
    private static final int ENTRIES_AT_ONCE = 512;

    private RustDirectoryPage() {
    }

    /**
     * An entry that is in use, or something that is none: 0 and 1 are what may be there.
     *
     * @param slot  which of the block
     * @param inUse 1, or something else than 0
     * @param crc32 of the active page
     */
    record Entry(int slot, int inUse, long pageA, long pageB, int active, int crc32) {

        long activePage() {
            return active == 0 ? pageA : pageB;
        }
    }

    /** Takes entries. */
    interface Visitor {
        void visit(Entry entry) throws IOException;
    }

    /** {@return how many entries there are in a block} */
    static int capacity(Geometry geometry) {
        return (geometry.pageSize() - ENTRIES - CRC_BYTES) / ENTRY_BYTES;
    }

    /** {@return why that page cannot be used, or null} */
    static @Nullable String problem(RustSource file, Geometry geometry, long page) {
        long at = geometry.offsetOf(page);
        long crcAt = at + geometry.pageSize() - CRC_BYTES;
        int stored = int32(file.read(crcAt, CRC_BYTES, page), 0);
        int computed = file.crc32(at, crcAt, page);
        if (stored != computed) {
            return "CRC32 of its bytes is " + hex(computed) + ", it says " + hex(stored);
        }
        byte[] head = file.read(at, ENTRIES, page);
        if (int32(head, 0) != capacity(geometry) || int32(head, RESERVED) != 0) {
            return "it does not begin as one of " + capacity(geometry) + " entries";
        }
        return null;
    }

    /** Shows all entries of that page that are in use, in ascending order. */
    static void visit(RustSource file, Geometry geometry, long page, Visitor visitor) throws IOException {
        int capacity = capacity(geometry);
        byte[] some = new byte[Math.min(ENTRIES_AT_ONCE, capacity) * ENTRY_BYTES];
        for (int first = 0; first < capacity; first += ENTRIES_AT_ONCE) {
            int count = Math.min(ENTRIES_AT_ONCE, capacity - first);
            file.read(geometry.offsetOf(page) + ENTRIES + (long) first * ENTRY_BYTES, some, count * ENTRY_BYTES, page);
            for (int i = 0; i < count; i++) {
                int at = i * ENTRY_BYTES;
                if (some[at] != 0) {
                    visitor.visit(new Entry(first + i, Byte.toUnsignedInt(some[at]), int64(some, at + PAGE_A),
                            int64(some, at + PAGE_B), Byte.toUnsignedInt(some[at + ACTIVE]),
                            int32(some, at + CRC32)));
                }
            }
        }
    }
}
