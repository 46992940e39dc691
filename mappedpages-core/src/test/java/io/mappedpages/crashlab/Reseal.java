package io.mappedpages.crashlab;

import java.util.ArrayList;
import java.util.List;

/**
 * Makes every checksum of a changed file agree again, so that what lies behind the checksums is reached. Knows the bytes
 * of the format by itself, since the library's own code refuses to write nonsense.
 */
final class Reseal {

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
        long first = FormatBytes.int64(file, FormatBytes.SLOT_GENERATION);
        long second = FormatBytes.int64(file, FormatBytes.SLOT_1 + FormatBytes.SLOT_GENERATION);
        this.slotAt = second > first ? FormatBytes.SLOT_1 : 0;
        this.metadata = 1 + file[slotAt + FormatBytes.SLOT_ACTIVE];
        int at = metadata * pageSize;
        collect(file, at + FormatBytes.MAP_ROOT, file[at + FormatBytes.MAP_HEIGHT] - 1);
        collect(file, at + FormatBytes.DIRECTORY_ROOT, file[at + FormatBytes.DIRECTORY_HEIGHT] - 1);
    }

    /** Children before parents. */
    private void collect(byte[] file, int pair, int level) {
        if (level < 0 || !FormatBytes.pairInUse(file, pair)) {
            return;
        }
        int page = FormatBytes.activePage(file, pair);
        for (int child = 0; level > 0 && child < FormatBytes.pairsPerNode(pageSize); child++) {
            collect(file, page * pageSize + FormatBytes.NODE_CONTENT + child * FormatBytes.PAIR, level - 1);
        }
        nodes.add(new Sealed(page, pair + FormatBytes.PAIR_CRC32));
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

    /** Where the newest metadata page begins. */
    int metadataAt() {
        return metadata * pageSize;
    }

    void seal(byte[] file) {
        for (Sealed node : nodes) {
            sums(file, node.page() * pageSize, node.sumsAt(), node.sumsAt() + 4);
        }
        sealMetadata(file);
    }

    /** Only what the slot says of the metadata page. */
    void sealMetadata(byte[] file) {
        sums(file, metadataAt(), slotAt + FormatBytes.SLOT_CRC32, slotAt + FormatBytes.SLOT_CRC32C);
        sealSlot(file);
    }

    /** Only the slot's own sum. */
    void sealSlot(byte[] file) {
        FormatBytes.int32(file, slotAt + FormatBytes.SLOT_OWN_CRC32,
                FormatBytes.crc32(file, slotAt, FormatBytes.SLOT_OWN_CRC32));
    }

    private void sums(byte[] file, int at, int crc32At, int crc32cAt) {
        int crc32 = FormatBytes.crc32(file, at, pageSize - 4);
        FormatBytes.int32(file, at + pageSize - 4, crc32);
        FormatBytes.int32(file, crc32At, crc32);
        FormatBytes.int32(file, crc32cAt, FormatBytes.crc32c(file, at, pageSize - 4));
    }
}
