package io.mappedpages.internal.building;

import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Queue;

import io.mappedpages.internal.format.CopyPair;
import io.mappedpages.internal.format.FileId;
import io.mappedpages.internal.format.FormatException;
import io.mappedpages.internal.format.Geometry;
import io.mappedpages.internal.format.JournalPosition;
import io.mappedpages.internal.format.JournalRings;
import io.mappedpages.internal.format.MetadataPage;
import io.mappedpages.internal.format.PageState;
import io.mappedpages.internal.format.SumBuilder;
import io.mappedpages.internal.format.Sums;
import io.mappedpages.internal.format.SuperblockSlot;
import io.mappedpages.internal.format.TreeNode;
import io.mappedpages.internal.storage.PageStorage;

/**
 * Makes a page file with given pages, from an empty one that nobody opens before it is done. A regular page is where its number says; all
 * that the file needs besides goes to pages that are free, and behind the last one only when there are none.
 *
 * <p>
 * The order of calls: {@link #regular} for all regular pages, {@link #begin}, {@link #copyRegular} and {@link #addProtected} for what is in
 * them, {@link #finish}. Contents are not kept in memory. The states of all pages are, which is two bits each, and of each tree one node
 * a level. One thread.
 */
public final class FileBuilder {

    private static final long GENERATION = 1;
    /** First copies lie in rows of so many, and so do second ones, as they would if a pager had handed them out. */
    private static final int COPIES_IN_A_ROW = 64;
    private static final int PIECE = 256 << 10;

    private final PageStorage file;
    private final Geometry geometry;
    private final boolean reserve;
    private final FileId id = FileId.random();
    private final MetadataPage metadata;
    private final PlannedStates states;
    private final TreeWriter directory;
    private final byte[] piece = new byte[PIECE];
    /** Pages that a tree node or a copy takes are at or after this one. */
    private long nextFree = Geometry.RESERVED_PAGES;
    private long pages = Geometry.RESERVED_PAGES;
    private final Queue<CopyPair> pairs = new ArrayDeque<>();
    private long expected;
    private long added;

    /**
     * Begins with an empty file.
     *
     * @param reserve whether real blocks are to lie behind every page
     */
    public FileBuilder(PageStorage file, Geometry geometry, boolean reserve) {
        this.file = file;
        this.geometry = geometry;
        this.reserve = reserve;
        this.metadata = MetadataPage.blank(geometry, id);
        this.states = new PlannedStates(geometry, metadata.states());
        this.directory = new TreeWriter(geometry, TreeNode.Kind.DIRECTORY, this::writeNode);
    }

    /**
     * What was made.
     *
     * @param pages     in the file, the reserved ones included
     * @param freePages of these
     */
    public record Built(long pages, long freePages) {
    }

    /** The pages {@code [first, end)} are regular ones. */
    public void regular(long first, long end) {
        states.use(PageState.DATA, first, end);
    }

    /**
     * All regular pages are known.
     *
     * @param fewestPages    the file is not shorter
     * @param ringPages      of each ring of the journal; 0 for no journal
     * @param protectedPages how many follow
     */
    public void begin(long fewestPages, int ringPages, long protectedPages) throws IOException {
        expected = protectedPages;
        extendTo(Math.max(fewestPages, states.end()));
        if (ringPages > 0) {
            long ringA = takeRow(ringPages);
            long ringB = takeRow(ringPages);
            // Salt 0: nobody need look for records.
            metadata.journal(new JournalRings(ringA, ringB, ringPages), JournalPosition.NONE);
        }
    }

    /** Writes the contents of the regular pages {@code [first, end)}. */
    public void copyRegular(long first, long end, PageBytes bytes) throws IOException {
        long length = geometry.offsetOf(end) - geometry.offsetOf(first);
        for (long done = 0; done < length; done += piece.length) {
            int count = (int) Math.min(piece.length, length - done);
            bytes.read(done, piece, count);
            file.write(geometry.offsetOf(first) + done, piece, 0, count);
        }
    }

    /**
     * Writes a protected page, whose number is higher than that of the one before. {@return the sums of its content}
     */
    public Sums addProtected(long number, PageBytes bytes) throws IOException {
        CopyPair pair = nextPair();
        SumBuilder sums = new SumBuilder();
        int count = Math.min(piece.length, geometry.pageSize());
        for (long done = 0; done < geometry.pageSize(); done += count) {
            bytes.read(done, piece, count);
            sums.add(piece, count);
            file.write(geometry.offsetOf(pair.pageA()) + done, piece, 0, count);
        }
        TreeNode leaf = directory.leafOf(number);
        leaf.pair((int) (number - leaf.first()),
                CopyPair.written(pair.pageA(), pair.pageB(), GENERATION, sums.sums()));
        added++;
        return sums.sums();
    }

    /** Writes all that says where the pages are, and makes the file durable. {@return what it has become} */
    public Built finish() throws IOException {
        TreeWriter.Written written = directory.finish();
        metadata.directoryHeight(written.height());
        metadata.directoryRoot(written.root());
        writeMap();
        metadata.pageCount(pages);
        metadata.freeCount(pages - states.used());
        metadata.protectedCount(added);
        metadata.highWater(states.end());
        byte[][] slots = {writeMetadata(0), writeMetadata(1)};
        file.sync();
        for (int slot = 0; slot < slots.length; slot++) {
            file.write(SuperblockSlot.offsetOf(slot), slots[slot], 0, SuperblockSlot.BYTES);
        }
        file.sync();
        return new Built(pages, metadata.freeCount());
    }

    /** The pages of all nodes are taken before the first one is written, for the leaves say that they are taken. */
    private void writeMap() throws IOException {
        Queue<CopyPair> taken = new ArrayDeque<>();
        for (long needed = nodesOfMap(); taken.size() < needed; needed = nodesOfMap()) {
            while (taken.size() < needed) {
                taken.add(CopyPair.unwritten(take(PageState.INTERNAL), take(PageState.INTERNAL)));
            }
        }
        TreeWriter map = new TreeWriter(geometry, TreeNode.Kind.MAP, node -> write(node, taken.remove()));
        for (TreeNode leaf : states.leaves()) {
            map.add(leaf);
        }
        TreeWriter.Written written = map.finish();
        metadata.mapHeight(written.height());
        metadata.mapRoot(written.root());
    }

    private long nodesOfMap() {
        long nodes = 0;
        int height = geometry.mapHeightFor(states.end());
        long leavesBelow = 1;
        for (int level = 0; level < height; level++) {
            long before = -1;
            for (long leaf : states.leafNumbers()) {
                long index = leaf / leavesBelow;
                nodes += index != before ? 1 : 0;
                before = index;
            }
            leavesBelow *= geometry.pairsPerNode();
        }
        return nodes;
    }

    private CopyPair writeNode(TreeNode node) throws IOException {
        return write(node, CopyPair.unwritten(take(PageState.INTERNAL), take(PageState.INTERNAL)));
    }

    private CopyPair write(TreeNode node, CopyPair pages) throws IOException {
        Sums sums = node.seal(GENERATION);
        file.write(geometry.offsetOf(pages.pageA()), node.bytes(), 0, geometry.nodeSize());
        return CopyPair.written(pages.pageA(), pages.pageB(), GENERATION, sums)
                .withFreeBelow(TreeWriter.hasFree(geometry, node));
    }

    /** Both metadata pages say the same, so that there always is a way back. {@return the slot that names this one} */
    private byte[] writeMetadata(int copy) throws IOException {
        long generation = GENERATION + copy;
        Sums sums = metadata.seal(generation);
        try {
            metadata.requireSound();
        } catch (FormatException e) {
            throw new IllegalStateException(e);
        }
        file.write(geometry.offsetOf(1L + copy), metadata.bytes(), 0, geometry.nodeSize());
        return new SuperblockSlot(geometry.pageSizeLog2(), copy, generation, sums,
                metadata.rings().exist() ? SuperblockSlot.FLAG_JOURNAL : 0, 0,
                reserve ? 0 : SuperblockSlot.FLAG_SPARSE, id).encode();
    }

    /** {@return two pages for copies} */
    private CopyPair nextPair() throws IOException {
        CopyPair pair = pairs.poll();
        if (pair != null) {
            return pair;
        }
        int row = (int) Math.min(COPIES_IN_A_ROW, expected - added);
        long[] taken = new long[2 * row];
        for (int i = 0; i < taken.length; i++) {
            taken[i] = take(PageState.COPY);
        }
        for (int i = 0; i < row; i++) {
            pairs.add(CopyPair.unwritten(taken[i], taken[row + i]));
        }
        return pairs.remove();
    }

    private long take(int state) throws IOException {
        long page = states.nextFree(nextFree);
        use(state, page, page + 1);
        nextFree = page + 1;
        return page;
    }

    private long takeRow(int length) throws IOException {
        long first = states.nextFreeRow(Geometry.RESERVED_PAGES, length);
        use(PageState.INTERNAL, first, first + length);
        return first;
    }

    private void use(int state, long first, long end) throws IOException {
        if (end > pages) {
            extendTo(end);
        }
        states.use(state, first, end);
    }

    private void extendTo(long newPages) throws IOException {
        file.extend(geometry.offsetOf(pages), geometry.offsetOf(newPages), reserve);
        pages = newPages;
    }
}
