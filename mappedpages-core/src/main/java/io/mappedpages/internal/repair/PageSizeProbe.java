package io.mappedpages.internal.repair;

import java.io.IOException;

import org.jspecify.annotations.Nullable;

import io.mappedpages.internal.format.FormatException;
import io.mappedpages.internal.format.Geometry;
import io.mappedpages.internal.format.MetadataPage;
import io.mappedpages.internal.format.SlotReading;
import io.mappedpages.internal.format.SuperblockSlot;
import io.mappedpages.internal.format.TreeNode;
import io.mappedpages.internal.pageio.PageContents;
import io.mappedpages.internal.storage.PageSource;

/** Finds out the page size of a file, by whatever is left that tells it. */
final class PageSizeProbe {

    private static final int LARGEST_NODE_LOG2 = 14;
    /** So many protected pages with the right contents are enough. */
    private static final int ENOUGH = 8;

    private final PageSource source;
    private final long length;

    private PageSizeProbe(PageSource source, long length) {
        this.source = source;
        this.length = length;
    }

    /** {@return what follows from the page size, or null if nothing tells it} */
    static @Nullable Geometry probe(PageSource source, long length) {
        PageSizeProbe probe = new PageSizeProbe(source, length);
        Geometry bySlot = probe.bySlots();
        if (bySlot != null) {
            return bySlot;
        }
        Geometry byMetadata = probe.byMetadata();
        return byMetadata != null ? byMetadata : probe.byContents();
    }

    private @Nullable Geometry bySlots() {
        SuperblockSlot newest = null;
        for (int slot = 0; slot < 2; slot++) {
            byte[] bytes = read(SuperblockSlot.offsetOf(slot), SuperblockSlot.BYTES);
            if (bytes != null && SuperblockSlot.decode(bytes, 0) instanceof SlotReading.Valid valid
                    && (newest == null || valid.slot().generation() > newest.generation())) {
                newest = valid.slot();
            }
        }
        return newest == null ? null : Geometry.ofLog2(newest.pageSizeLog2());
    }

    private @Nullable Geometry byMetadata() {
        Geometry found = null;
        long newest = -1;
        for (int log2 = Geometry.MIN_LOG2; log2 <= Geometry.MAX_LOG2; log2++) {
            Geometry geometry = Geometry.ofLog2(log2);
            for (long page = 1; page < Geometry.RESERVED_PAGES; page++) {
                byte[] bytes = read(geometry.offsetOf(page), geometry.nodeSize());
                try {
                    if (bytes != null) {
                        long generation = MetadataPage.decode(geometry, bytes).generation();
                        if (generation > newest) {
                            newest = generation;
                            found = geometry;
                        }
                    }
                } catch (FormatException e) {
                    // another size, or damaged
                }
            }
        }
        return found;
    }

    /** The size is right with which leaves of the directory lead to the contents that they have the sums of. */
    private @Nullable Geometry byContents() {
        Geometry best = null;
        int most = 0;
        for (int log2 = Geometry.MIN_LOG2; log2 <= Geometry.MAX_LOG2 && most < ENOUGH; log2++) {
            Geometry geometry = Geometry.ofLog2(log2);
            if (log2 > LARGEST_NODE_LOG2 && geometry.offsetOf(Geometry.RESERVED_PAGES) > length) {
                break;
            }
            int right = rightContents(geometry);
            if (right > most) {
                most = right;
                best = geometry;
            }
        }
        return best;
    }

    private int rightContents(Geometry geometry) {
        int right = 0;
        PageContents contents = new PageContents(geometry);
        for (long page = Geometry.RESERVED_PAGES; geometry.offsetOf(page + 1) <= length && right < ENOUGH; page++) {
            byte[] head = read(geometry.offsetOf(page), Integer.BYTES);
            byte[] bytes = head == null || head[0] != 'M' || head[2] != 'D' ? null
                    : read(geometry.offsetOf(page), geometry.nodeSize());
            TreeNode leaf = bytes == null ? null : TreeNode.strayDirectoryLeaf(geometry, bytes);
            for (int i = 0; leaf != null && i < geometry.pairsPerNode() && right < ENOUGH; i++) {
                right += Contents.match(source, contents, length >> geometry.pageSizeLog2(), leaf.pair(i)) ? 1 : 0;
            }
        }
        return right;
    }

    private byte @Nullable [] read(long offset, int count) {
        if (offset + count > length) {
            return null;
        }
        byte[] bytes = new byte[count];
        try {
            source.read(offset, bytes, 0, count);
            return bytes;
        } catch (IOException e) {
            return null;
        }
    }
}
