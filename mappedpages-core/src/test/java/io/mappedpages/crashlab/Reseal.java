package io.mappedpages.crashlab;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.CRC32;
import java.util.zip.CRC32C;

/**
 * Makes every checksum of a changed file agree again, so that what lies behind the checksums is reached. Knows the bytes
 * of the format by itself, since the library's own code refuses to write nonsense.
 */
final class Reseal {

    private static final VarHandle INT = MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);
    private static final VarHandle LONG = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

    private static final long PAGE_NUMBER = (1L << 48) - 1;
    private static final int PAIR = 32;
    private static final int PAIR_SUMS = 20;
    private static final int PAIR_ACTIVE = 28;
    private static final int PAIR_FLAGS = 29;
    private static final int NODE_CONTENT = 32;
    private static final int MAP_ROOT = 64;
    private static final int DIRECTORY_ROOT = 96;

    /** A page with a checksum of its own, and where its parent keeps the sums. */
    record Sealed(int page, int sumsAt) {
    }

    private final int pageSize;
    private final int slotAt;
    private final List<Sealed> nodes = new ArrayList<>();
    private final int metadata;

    /** Learns from a sound file where everything is. */
    Reseal(byte[] file, int pageSize) {
        this.pageSize = pageSize;
        long first = (long) LONG.get(file, 16);
        long second = (long) LONG.get(file, 512 + 16);
        this.slotAt = second > first ? 512 : 0;
        this.metadata = 1 + file[slotAt + 12];
        int at = metadata * pageSize;
        collect(file, at + MAP_ROOT, file[at + 40] - 1, true);
        collect(file, at + DIRECTORY_ROOT, file[at + 41] - 1, false);
    }

    /** Children before parents. */
    private void collect(byte[] file, int pair, int level, boolean map) {
        if (level < 0 || (file[pair + PAIR_FLAGS] & 1) == 0) {
            return;
        }
        int page = (int) ((long) LONG.get(file, pair + (file[pair + PAIR_ACTIVE] == 0 ? 0 : 6)) & PAGE_NUMBER);
        if (level > 0) {
            for (int child = 0; child < (pageSize - 36) / PAIR; child++) {
                collect(file, page * pageSize + NODE_CONTENT + child * PAIR, level - 1, map);
            }
        }
        nodes.add(new Sealed(page, pair + PAIR_SUMS));
    }

    /** Pages whose fields are worth changing: the active metadata page and the active copy of every node. */
    List<Integer> pages() {
        List<Integer> pages = new ArrayList<>(List.of(metadata));
        nodes.forEach(node -> pages.add(node.page()));
        return pages;
    }

    int slotAt() {
        return slotAt;
    }

    void seal(byte[] file) {
        for (Sealed node : nodes) {
            sums(file, node.page() * pageSize, node.sumsAt(), node.sumsAt() + 4);
        }
        sums(file, metadata * pageSize, slotAt + 24, slotAt + 56);
        sealSlot(file);
    }

    /** Only the slot's own sum. */
    void sealSlot(byte[] file) {
        CRC32 crc = new CRC32();
        crc.update(file, slotAt, 60);
        INT.set(file, slotAt + 60, (int) crc.getValue());
    }

    private void sums(byte[] file, int at, int crc32At, int crc32cAt) {
        CRC32 crc32 = new CRC32();
        crc32.update(file, at, pageSize - 4);
        CRC32C crc32c = new CRC32C();
        crc32c.update(file, at, pageSize - 4);
        INT.set(file, at + pageSize - 4, (int) crc32.getValue());
        INT.set(file, crc32At, (int) crc32.getValue());
        INT.set(file, crc32cAt, (int) crc32c.getValue());
    }
}
