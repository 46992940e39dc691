package io.mappedpages.internal.format;

import java.util.Objects;

import org.jspecify.annotations.Nullable;

/**
 * One of the two slots of the superblock (page 0): says which metadata page is current and what it must look like. Of
 * two valid slots the one with the higher generation counts; a commit writes the other.
 *
 * <table>
 * <caption>64 bytes, at byte 0 and at byte 512 of the file</caption>
 * <tr><th>at</th><th>bytes</th><th>field</th></tr>
 * <tr><td>0</td><td>4</td><td>{@code MPPG}</td></tr>
 * <tr><td>4</td><td>1</td><td>major version, 1</td></tr>
 * <tr><td>5</td><td>1</td><td>minor version, 0</td></tr>
 * <tr><td>6</td><td>2</td><td>0</td></tr>
 * <tr><td>8</td><td>4</td><td>log2 of the page size</td></tr>
 * <tr><td>12</td><td>1</td><td>active metadata page: 0 = A (page 1), 1 = B (page 2)</td></tr>
 * <tr><td>13</td><td>3</td><td>0</td></tr>
 * <tr><td>16</td><td>8</td><td>generation</td></tr>
 * <tr><td>24</td><td>4</td><td>CRC32 of the active metadata page, the same as that page's own last field</td></tr>
 * <tr><td>28</td><td>4</td><td>incompatible feature flags: bit 0 journal</td></tr>
 * <tr><td>32</td><td>16</td><td>file id</td></tr>
 * <tr><td>48</td><td>4</td><td>read-only-compatible feature flags</td></tr>
 * <tr><td>52</td><td>4</td><td>compatible feature flags: bit 0 sparse</td></tr>
 * <tr><td>56</td><td>4</td><td>CRC32C of bytes [0, N-4) of the active metadata page</td></tr>
 * <tr><td>60</td><td>4</td><td>CRC32 of bytes [0, 60)</td></tr>
 * </table>
 *
 * A slot of a newer minor version is read, and bytes that are reserved here may then be anything: a minor version adds
 * only what an older reader may ignore and an older writer may lose. Unknown feature flags do not make a slot invalid
 * either; what they forbid is for the caller to decide.
 *
 * @param pageSizeLog2 log2 of the page size
 * @param activeMetadata 0 when page 1 is current, 1 when page 2 is
 * @param generation the commit that wrote slot and metadata page
 * @param metadataSums of bytes [0, N-4) of the active metadata page
 * @param incompatibleFlags a bit the reader does not know: it must not open the file
 * @param readOnlyFlags a bit the reader does not know: it must not write the file
 * @param compatibleFlags a bit the reader does not know: it keeps it
 * @param fileId the file's name for life
 */
public record SuperblockSlot(int pageSizeLog2, int activeMetadata, long generation, Sums metadataSums,
        int incompatibleFlags, int readOnlyFlags, int compatibleFlags, FileId fileId) {

    /** Length on disk. */
    public static final int BYTES = 64;
    /** Where slot 0 is in the file. */
    public static final int SLOT_0 = 0;
    /** Where slot 1 is in the file: in another sector, so that no torn write takes both. */
    public static final int SLOT_1 = 512;
    /** Incompatible flag: the file has a journal, and what was committed last may be there alone. */
    public static final int FLAG_JOURNAL = 1;
    /** Compatible flag: the file's blocks are not all reserved. */
    public static final int FLAG_SPARSE = 1;

    static final int MAJOR = 1;
    static final int MINOR = 0;

    private static final int MAGIC_AT = 0;
    private static final int MAJOR_AT = 4;
    private static final int MINOR_AT = 5;
    private static final int RESERVED_1 = 6;
    private static final int PAGE_SIZE_LOG2 = 8;
    private static final int ACTIVE = 12;
    private static final int RESERVED_2 = 13;
    private static final int GENERATION = 16;
    private static final int METADATA_CRC32 = 24;
    private static final int INCOMPATIBLE_FLAGS = 28;
    private static final int FILE_ID = 32;
    private static final int READ_ONLY_FLAGS = 48;
    private static final int COMPATIBLE_FLAGS = 52;
    private static final int METADATA_CRC32C = 56;
    private static final int CRC32 = 60;

    private static final int MAGIC = Fields.magic("MPPG");

    private static final String RECORD = "superblock slot";

    /**
     * A slot of these values.
     *
     * @throws IllegalArgumentException for values that {@link #decode} would refuse
     */
    public SuperblockSlot {
        String problem = problem(pageSizeLog2, activeMetadata, generation);
        if (problem != null) {
            throw new IllegalArgumentException(problem);
        }
    }

    /** {@return the page that the current metadata is in} */
    public long metadataPage() {
        return 1L + activeMetadata;
    }

    /**
     * The slot that a commit writes: the same file, led to the other metadata page.
     *
     * @param newGeneration of the commit
     * @param newSums       of what it writes to the other metadata page
     * @return a new slot
     */
    public SuperblockSlot flippedTo(long newGeneration, Sums newSums) {
        return leadingTo(1 - activeMetadata, newGeneration, newSums);
    }

    /**
     * The same file, led to a metadata page.
     *
     * @param metadata      0 for page 1, 1 for page 2
     * @param newGeneration of that page
     * @param newSums       of that page
     * @return a new slot
     */
    public SuperblockSlot leadingTo(int metadata, long newGeneration, Sums newSums) {
        return new SuperblockSlot(pageSizeLog2, metadata, newGeneration, newSums, incompatibleFlags, readOnlyFlags,
                compatibleFlags, fileId);
    }

    /** {@return the same slot, of a file that has a journal, or has none} */
    public SuperblockSlot withJournal(boolean journal) {
        int flags = journal ? incompatibleFlags | FLAG_JOURNAL : incompatibleFlags & ~FLAG_JOURNAL;
        return new SuperblockSlot(pageSizeLog2, activeMetadata, generation, metadataSums, flags, readOnlyFlags,
                compatibleFlags, fileId);
    }

    /** {@return the same slot, of a file whose blocks are not all reserved} */
    public SuperblockSlot markedSparse() {
        return new SuperblockSlot(pageSizeLog2, activeMetadata, generation, metadataSums, incompatibleFlags,
                readOnlyFlags,
                compatibleFlags | FLAG_SPARSE, fileId);
    }

    /**
     * Where a slot is.
     *
     * @param slot 0 or 1
     * @return where it is in the file
     */
    public static int offsetOf(int slot) {
        return Objects.checkIndex(slot, 2) == 0 ? SLOT_0 : SLOT_1;
    }

    /**
     * The slot's bytes with magic, this version and checksum.
     *
     * @return a new array of {@link #BYTES} bytes
     */
    public byte[] encode() {
        byte[] bytes = new byte[BYTES];
        Fields.putInt(bytes, MAGIC_AT, MAGIC);
        bytes[MAJOR_AT] = MAJOR;
        bytes[MINOR_AT] = MINOR;
        Fields.putInt(bytes, PAGE_SIZE_LOG2, pageSizeLog2);
        bytes[ACTIVE] = (byte) activeMetadata;
        Fields.putLong(bytes, GENERATION, generation);
        Fields.putInt(bytes, METADATA_CRC32, metadataSums.crc32());
        Fields.putInt(bytes, INCOMPATIBLE_FLAGS, incompatibleFlags);
        fileId.write(bytes, FILE_ID);
        Fields.putInt(bytes, READ_ONLY_FLAGS, readOnlyFlags);
        Fields.putInt(bytes, COMPATIBLE_FLAGS, compatibleFlags);
        Fields.putInt(bytes, METADATA_CRC32C, metadataSums.crc32c());
        Fields.putInt(bytes, CRC32, Sums.crc32(bytes, 0, CRC32));
        return bytes;
    }

    /**
     * Reads a slot, whatever the bytes are.
     *
     * @param bytes where it is
     * @param offset its first byte; fewer than {@link #BYTES} bytes from there are a damaged slot
     * @return what it turned out to be
     */
    public static SlotReading decode(byte[] bytes, int offset) {
        if (offset < 0 || offset > bytes.length - BYTES) {
            return new SlotReading.Damaged(RECORD + ": the file ends before it");
        }
        int magic = Fields.getInt(bytes, offset + MAGIC_AT);
        if (magic != MAGIC) {
            return isZero(bytes, offset)
                    ? new SlotReading.Damaged(RECORD + ": nothing but zeros")
                    : new SlotReading.Foreign(RECORD + ": begins with " + Fields.hex(magic) + " and not with MPPG");
        }
        int major = Fields.getUnsignedByte(bytes, offset + MAJOR_AT);
        int minor = Fields.getUnsignedByte(bytes, offset + MINOR_AT);
        int stored = Fields.getInt(bytes, offset + CRC32);
        int computed = Sums.crc32(bytes, offset, CRC32);
        if (major != MAJOR) {
            return new SlotReading.OtherVersion(major, minor, stored == computed);
        }
        if (stored != computed) {
            return new SlotReading.Damaged(RECORD + ": CRC32 of its bytes is " + Fields.hex(computed)
                    + ", it says " + Fields.hex(stored));
        }
        try {
            if (minor <= MINOR) {
                Fields.requireZero(bytes, offset + RESERVED_1, offset + PAGE_SIZE_LOG2, RECORD);
                Fields.requireZero(bytes, offset + RESERVED_2, offset + GENERATION, RECORD);
            }
            return new SlotReading.Valid(fields(bytes, offset));
        } catch (FormatException e) {
            return new SlotReading.Damaged(e.reason());
        }
    }

    /** {@return the version that is said at {@code offset}, where a slot is, as people write it} */
    public static String versionSaid(byte[] bytes, int offset) {
        return Fields.getUnsignedByte(bytes, offset + MAJOR_AT) + "."
                + Fields.getUnsignedByte(bytes, offset + MINOR_AT);
    }

    private static SuperblockSlot fields(byte[] bytes, int offset) throws FormatException {
        int log2 = Fields.getInt(bytes, offset + PAGE_SIZE_LOG2);
        int active = Fields.getUnsignedByte(bytes, offset + ACTIVE);
        long generation = Fields.getLong(bytes, offset + GENERATION);
        String problem = problem(log2, active, generation);
        if (problem != null) {
            throw new FormatException(problem);
        }
        Sums metadataSums = new Sums(Fields.getInt(bytes, offset + METADATA_CRC32),
                Fields.getInt(bytes, offset + METADATA_CRC32C));
        return new SuperblockSlot(log2, active, generation, metadataSums,
                Fields.getInt(bytes, offset + INCOMPATIBLE_FLAGS), Fields.getInt(bytes, offset + READ_ONLY_FLAGS),
                Fields.getInt(bytes, offset + COMPATIBLE_FLAGS), FileId.read(bytes, offset + FILE_ID));
    }

    private static @Nullable String problem(int pageSizeLog2, int activeMetadata, long generation) {
        if (!Geometry.isPageSizeLog2(pageSizeLog2)) {
            return RECORD + ": log2 of the page size is " + pageSizeLog2;
        }
        if (activeMetadata != 0 && activeMetadata != 1) {
            return RECORD + ": active metadata page is " + activeMetadata + ", neither 0 nor 1";
        }
        return generation < 0 ? RECORD + ": generation is " + generation : null;
    }

    private static boolean isZero(byte[] bytes, int offset) {
        for (int at = offset; at < offset + BYTES; at++) {
            if (bytes[at] != 0) {
                return false;
            }
        }
        return true;
    }
}
