package io.mappedpages.internal.importing;

import static io.mappedpages.internal.importing.RustSource.hex;
import static io.mappedpages.internal.importing.RustSource.int32;
import static io.mappedpages.internal.importing.RustSource.int64;

import io.mappedpages.internal.fault.Fault.Import;
import io.mappedpages.internal.format.Geometry;

/**
 * Page 0 of a file of the Rust crate.
 *
 * <table>
 * <caption>P bytes, little-endian</caption>
 * <tr><th>at</th><th>bytes</th><th>field</th></tr>
 * <tr><td>0</td><td>4</td><td>{@code MPPG}</td></tr>
 * <tr><td>4</td><td>1</td><td>major version, 0</td></tr>
 * <tr><td>5</td><td>1</td><td>minor version, up to 2</td></tr>
 * <tr><td>6</td><td>2</td><td>patch and build, which mean nothing</td></tr>
 * <tr><td>8</td><td>4</td><td>log2 of the page size P</td></tr>
 * <tr><td>12</td><td>1</td><td>active metadata page: 0 = page 1, 1 = page 2</td></tr>
 * <tr><td>13</td><td>3</td><td>0</td></tr>
 * <tr><td>16</td><td>4</td><td>CRC32 of the active metadata page with its own CRC32: the same number whatever is in it</td></tr>
 * <tr><td>20</td><td>4</td><td>how many directory blocks there are</td></tr>
 * <tr><td>24</td><td>17 each</td><td>directory blocks: page A (8), page B (8), active (1): 0 = A, 1 = B</td></tr>
 * <tr><td>P-4</td><td>4</td><td>CRC32 of bytes [20, P-4); may be 0 if there are no blocks</td></tr>
 * </table>
 *
 * @param geometry of its page size
 * @param active   0 or 1
 * @param blocks   how many directory blocks there are
 */
record RustHead(Geometry geometry, int active, int blocks) {

    private static final int MAGIC = int32(new byte[] {'M', 'P', 'P', 'G'}, 0);
    private static final int NEWEST_MINOR = 2;
    /** What a CRC32 is of anything that ends in its own CRC32. */
    private static final int CONSTANT = 0x2144DF1C;

    private static final int MAJOR = 4;
    private static final int MINOR = 5;
    private static final int PAGE_SIZE_LOG2 = 8;
    private static final int ACTIVE = 12;
    private static final int RESERVED = 13;
    private static final int CHECKSUM = 16;
    private static final int COUNT = 20;
    private static final int BLOCKS = 24;
    private static final int BLOCK_BYTES = 17;
    private static final int BLOCK_PAGE_B = 8;
    private static final int BLOCK_ACTIVE = 16;
    private static final int CRC_BYTES = 4;
    /** The crate makes no shorter file, and opens none. */
    private static final int FEWEST_PAGES = 4;

    /**
     * Where a block of the directory is.
     *
     * @param active 0 or 1
     */
    record Block(long pageA, long pageB, int active) {

        long activePage() {
            return active == 0 ? pageA : pageB;
        }

        long otherPage() {
            return active == 0 ? pageB : pageA;
        }
    }

    /** Reads and checks page 0, but not which pages the blocks name. */
    static RustHead read(RustSource file) {
        long length = file.length();
        if (length < BLOCKS) {
            throw file.refused(new Import.Superblock(
                    length == 0 ? "the file is empty" : "the file has only " + length + " bytes"));
        }
        byte[] head = file.read(0, BLOCKS, 0);
        if (int32(head, 0) != MAGIC) {
            throw file.refused(new Import.Superblock("it does not begin with MPPG"));
        }
        int major = Byte.toUnsignedInt(head[MAJOR]);
        int minor = Byte.toUnsignedInt(head[MINOR]);
        if (major != 0 || minor > NEWEST_MINOR) {
            throw file.refused(new Import.OtherVersion(major, minor));
        }
        int log2 = int32(head, PAGE_SIZE_LOG2);
        require(file, log2 >= Geometry.MIN_LOG2 && log2 <= Geometry.MAX_LOG2, "log2 of the page size", log2);
        require(file, head[ACTIVE] == 0 || head[ACTIVE] == 1, "the active metadata page",
                Byte.toUnsignedInt(head[ACTIVE]));
        for (int at = RESERVED; at < CHECKSUM; at++) {
            require(file, head[at] == 0, "reserved byte " + at, Byte.toUnsignedInt(head[at]));
        }
        if (int32(head, CHECKSUM) != CONSTANT) {
            throw file.refused(new Import.Superblock("the checksum of the metadata page is "
                    + hex(int32(head, CHECKSUM)) + ", which the crate writes as " + hex(CONSTANT) + " in every file"));
        }
        Geometry geometry = Geometry.ofLog2(log2);
        if (length < geometry.offsetOf(FEWEST_PAGES)) {
            throw file.refused(new Import.CutOff(length, geometry.offsetOf(FEWEST_PAGES), FEWEST_PAGES,
                    geometry.pageSize()));
        }
        return new RustHead(geometry, head[ACTIVE], count(file, head, geometry));
    }

    private static void require(RustSource file, boolean sane, String field, long value) {
        if (!sane) {
            throw file.refused(new Import.Superblock(field + " is " + value));
        }
    }

    private static int count(RustSource file, byte[] head, Geometry geometry) {
        int count = int32(head, COUNT);
        int crcAt = geometry.pageSize() - CRC_BYTES;
        int stored = int32(file.read(crcAt, CRC_BYTES, 0), 0);
        int computed = file.crc32(COUNT, crcAt, 0);
        // Versions without protected pages left the list alone: it is all zeros then, its CRC32 included.
        boolean neverWritten = count == 0 && stored == 0 && isZero(file, BLOCKS, crcAt);
        if (stored != computed && !neverWritten) {
            throw file.refused(new Import.DirectoryIndex(
                    "CRC32 of the list is " + hex(computed) + ", it says " + hex(stored)));
        }
        if (count < 0 || count > (geometry.pageSize() - BLOCKS - CRC_BYTES) / BLOCK_BYTES) {
            throw file.refused(new Import.DirectoryIndex("it has " + Integer.toUnsignedLong(count) + " blocks"));
        }
        return count;
    }

    private static boolean isZero(RustSource file, int from, int to) {
        byte[] piece = new byte[1 << 10];
        for (int at = from; at < to; at += piece.length) {
            int count = Math.min(piece.length, to - at);
            file.read(at, piece, count, 0);
            for (int i = 0; i < count; i++) {
                if (piece[i] != 0) {
                    return false;
                }
            }
        }
        return true;
    }

    /** {@return where block {@code index} of the directory is, as page 0 says} Unchecked, but for which copy is active. */
    Block block(RustSource file, int index) {
        byte[] bytes = file.read(BLOCKS + (long) index * BLOCK_BYTES, BLOCK_BYTES, 0);
        int copy = Byte.toUnsignedInt(bytes[BLOCK_ACTIVE]);
        if (copy > 1) {
            throw file.refused(new Import.DirectoryIndex("the active copy of block " + index + " is " + copy));
        }
        return new Block(int64(bytes, 0), int64(bytes, BLOCK_PAGE_B), copy);
    }
}
