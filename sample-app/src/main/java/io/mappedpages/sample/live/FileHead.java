package io.mappedpages.sample.live;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;
import java.util.zip.CRC32;

import org.jspecify.annotations.Nullable;

/**
 * The beginning of a page file, read as {@code docs/file-format.md} says: both slots of the superblock, and where the
 * journal is.
 *
 * @param slots slot 0 and slot 1
 * @param journal null if there is none
 */
record FileHead(List<Slot> slots, @Nullable Journal journal) {

    private static final int SLOT_BYTES = 64;
    private static final int SECOND_SLOT_AT = 512;
    private static final int SLOT_LETTERS = 0x4750504d; // MPPG
    private static final int METADATA_LETTERS = 0x444d504d; // MPMD
    private static final int METADATA_BYTES = 192;

    /**
     * A slot of the superblock.
     *
     * @param valid whether its checksum is right: not while it is being written
     * @param current whether it is the one that counts
     * @param generation of the checkpoint that it names
     * @param metadataPage where that is: A or B
     */
    record Slot(boolean valid, boolean current, long generation, String metadataPage) {
    }

    /**
     * Two rings of pages with the same records.
     *
     * @param pages of each ring
     * @param bytes of each ring
     * @param begin the byte of the rings at which the first record after the current checkpoint goes
     */
    record Journal(long pages, long bytes, long begin) {
    }

    static FileHead read(Path file, int pageSize) throws IOException {
        ByteBuffer superblock = FileBytes.read(file, 0, SECOND_SLOT_AT + SLOT_BYTES);
        if (superblock.remaining() < SECOND_SLOT_AT + SLOT_BYTES) {
            throw new IOException("The file is shorter than its superblock");
        }
        Slot first = slot(superblock, 0);
        Slot second = slot(superblock, SECOND_SLOT_AT);
        boolean firstCounts = first.valid() && (!second.valid() || first.generation() >= second.generation());
        boolean secondCounts = second.valid() && !firstCounts;
        Slot current = firstCounts ? first : second;
        return new FileHead(List.of(marked(first, firstCounts), marked(second, secondCounts)),
                current.valid() ? journal(file, pageSize, current) : null);
    }

    private static Slot marked(Slot slot, boolean current) {
        return new Slot(slot.valid(), current, slot.generation(), slot.metadataPage());
    }

    private static Slot slot(ByteBuffer bytes, int at) {
        CRC32 sum = new CRC32();
        sum.update(bytes.slice(at, SLOT_BYTES - Integer.BYTES));
        boolean valid = bytes.getInt(at) == SLOT_LETTERS
                && (int) sum.getValue() == bytes.getInt(at + SLOT_BYTES - Integer.BYTES);
        return new Slot(valid, false, bytes.getLong(at + 16), bytes.get(at + 12) == 0 ? "A" : "B");
    }

    private static @Nullable Journal journal(Path file, int pageSize, Slot slot) throws IOException {
        ByteBuffer metadata = metadata(file, pageSize, slot);
        long pages = metadata == null ? 0 : Integer.toUnsignedLong(metadata.getInt(140));
        return metadata == null || pages == 0 ? null : new Journal(pages, pages * pageSize, metadata.getLong(144));
    }

    /** The beginning of the metadata page that a slot names; null if it is just being written over. */
    private static @Nullable ByteBuffer metadata(Path file, int pageSize, Slot slot) throws IOException {
        long page = slot.metadataPage().equals("A") ? 1 : 2;
        ByteBuffer metadata = FileBytes.read(file, page * pageSize, METADATA_BYTES);
        return metadata.remaining() < METADATA_BYTES || metadata.getInt(0) != METADATA_LETTERS
                || metadata.getLong(8) != slot.generation() ? null : metadata;
    }

    /** The beginning of the metadata page that counts; null if it cannot be told. */
    static @Nullable ByteBuffer metadata(Path file, int pageSize) throws IOException {
        for (Slot slot : read(file, pageSize).slots()) {
            if (slot.current()) {
                return metadata(file, pageSize, slot);
            }
        }
        return null;
    }

    /** {@return the generation of the checkpoint that counts, or 0 if that cannot be told} */
    long generation() {
        return slots.stream().filter(Slot::current).mapToLong(Slot::generation).findFirst().orElse(0);
    }
}
