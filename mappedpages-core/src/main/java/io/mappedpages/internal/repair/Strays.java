package io.mappedpages.internal.repair;

import java.io.IOException;
import java.util.SortedMap;
import java.util.TreeMap;

import org.jspecify.annotations.Nullable;

import io.mappedpages.internal.format.CopyPair;
import io.mappedpages.internal.format.Geometry;
import io.mappedpages.internal.format.JournalRecord;
import io.mappedpages.internal.format.JournalRings;
import io.mappedpages.internal.format.TreeNode;
import io.mappedpages.internal.pageio.PageContents;
import io.mappedpages.internal.storage.PageSource;
import io.mappedpages.internal.table.NumberRanges;

/**
 * Looks through a whole file for leaves of the directory and for journal records, whoever names them or does not, and finds protected pages by them: of each the
 * newest entry that leads to the contents it has the sums of.
 */
final class Strays {

    private final PageSource source;
    private final long length;
    private final Geometry geometry;
    private final NumberRanges wanted;
    private final NumberRanges alsoWanted;
    private final PageContents contents;
    private final TreeMap<Long, CopyPair> found = new TreeMap<>();

    private Strays(PageSource source, long length, Geometry geometry, NumberRanges wanted, NumberRanges alsoWanted) {
        this.source = source;
        this.length = length;
        this.geometry = geometry;
        this.wanted = wanted;
        this.alsoWanted = alsoWanted;
        this.contents = new PageContents(geometry);
    }

    /** {@return what there is of the protected pages with these numbers} */
    static SortedMap<Long, CopyPair> find(PageSource source, long length, Geometry geometry, NumberRanges wanted,
            NumberRanges alsoWanted) throws IOException {
        Strays strays = new Strays(source, length, geometry, wanted, alsoWanted);
        strays.look();
        return strays.found;
    }

    private void look() throws IOException {
        int step = Math.min(geometry.pageSize(), JournalRings.BLOCK);
        byte[] head = new byte[Long.BYTES];
        for (long at = geometry.offsetOf(Geometry.RESERVED_PAGES); at + step <= length; at += step) {
            if (!isRead(at, head, head.length)) {
                continue;
            }
            int said = JournalRecord.lengthSaid(head, 0);
            if (said > 0) {
                takeRecord(at, said);
            } else if (at % geometry.pageSize() == 0 && head[0] == 'M' && head[1] == 'P' && head[2] == 'D') {
                takeLeaf(at);
            }
        }
    }

    private void takeRecord(long at, int said) throws IOException {
        byte[] bytes = new byte[(int) Math.min(said, length - at)];
        JournalRecord record = isRead(at, bytes, bytes.length) ? JournalRecord.find(bytes, 0) : null;
        if (record == null) {
            return;
        }
        record.forEach(new JournalRecord.Visitor() {
            @Override
            public void states(long first, int count, int state) {
                // of no use without all that came before
            }

            @Override
            public void entry(long id, CopyPair pair) {
                consider(id, pair);
            }

            @Override
            public void node(TreeNode.Kind tree, int level, long index, long pageA, long pageB) {
                // nothing of a user's
            }
        });
    }

    private void takeLeaf(long at) {
        byte[] bytes = new byte[geometry.nodeSize()];
        TreeNode leaf = at + bytes.length <= length && isRead(at, bytes, bytes.length)
                ? TreeNode.strayDirectoryLeaf(geometry, bytes)
                : null;
        for (int i = 0; leaf != null && i < geometry.pairsPerNode(); i++) {
            consider(leaf.first() + i, leaf.pair(i));
        }
    }

    private void consider(long id, CopyPair pair) {
        if (!pair.inUse() || (!wanted.contains(id) && !alsoWanted.contains(id))) {
            return;
        }
        @Nullable CopyPair there = found.get(id);
        if ((there == null || pair.generation() > there.generation())
                && Contents.match(source, contents, length >> geometry.pageSizeLog2(), pair)) {
            found.put(id, pair);
        }
    }

    private boolean isRead(long at, byte[] target, int count) {
        try {
            source.read(at, target, 0, count);
            return true;
        } catch (IOException e) {
            return false; // what is there is lost
        }
    }
}
