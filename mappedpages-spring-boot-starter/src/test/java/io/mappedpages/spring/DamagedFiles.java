package io.mappedpages.spring;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;

import io.mappedpages.Pager;

/** Makes files that were not left in order. Offsets are those of docs/file-format.md. */
final class DamagedFiles {

    private static final int SECOND_SLOT = 512;
    private static final int SLOT_BYTES = 64;
    private static final int GENERATION = 16;
    private static final int PAGE_SIZE = 4096;

    private DamagedFiles() {
    }

    /** A file whose newer superblock slot is zeros: it opens, and tells. */
    static void withoutItsNewestSlot(Path file) throws IOException {
        byte[] bytes = made(file);
        ByteBuffer view = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
        int newest = view.getLong(GENERATION) > view.getLong(SECOND_SLOT + GENERATION) ? 0 : SECOND_SLOT;
        Arrays.fill(bytes, newest, newest + SLOT_BYTES, (byte) 0);
        Files.write(file, bytes);
    }

    /** A file of which no copy of the metadata can be used. */
    static void withoutMetadata(Path file) throws IOException {
        byte[] bytes = made(file);
        Arrays.fill(bytes, PAGE_SIZE, 3 * PAGE_SIZE, (byte) 0xAB);
        Files.write(file, bytes);
    }

    /** A file of major version 0, as the Rust crate writes it. */
    static void ofVersion0(Path file) throws IOException {
        byte[] bytes = made(file);
        bytes[4] = 0;
        bytes[SECOND_SLOT + 4] = 0;
        Files.write(file, bytes);
    }

    private static byte[] made(Path file) throws IOException {
        try (Pager pager = Pager.create(file, 12)) {
            pager.allocBulk(3);
        }
        return Files.readAllBytes(file);
    }
}
