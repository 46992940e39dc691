package io.mappedpages.internal.format;

/**
 * Every size and capacity that follows from a file's page size. There is one instance per page size.
 *
 * <table>
 * <caption>Names used below and in the format document</caption>
 * <tr><td>{@code P}</td><td>page size, a power of two from 1 KiB to 1 GiB</td></tr>
 * <tr><td>{@code N}</td><td>node size, the smaller of {@code P} and 16 KiB</td></tr>
 * <tr><td>{@code I}</td><td>states kept in the metadata page, {@code (N - 196) * 4}</td></tr>
 * <tr><td>{@code S}</td><td>states kept in a leaf of the map tree, {@code (N - 36) * 4}</td></tr>
 * <tr><td>{@code F}</td><td>copy pairs kept in any other node, {@code (N - 36) / 32} rounded down</td></tr>
 * </table>
 */
public final class Geometry {

    /** log2 of the smallest page size, 1 KiB: page 0 must hold both superblock slots. */
    public static final int MIN_LOG2 = 10;
    /** log2 of the largest page size, 1 GiB: an {@code int} must be able to count a page's bytes. */
    public static final int MAX_LOG2 = 30;
    /** Page numbers have 48 bits; protected ids stay below this too. Large pages allow fewer, {@link #maxPages()}. */
    public static final long MAX_PAGES = 1L << 48;
    /** Pages 0, 1 and 2: the superblock and the two metadata pages. */
    public static final int RESERVED_PAGES = 3;

    /** Bytes of a metadata page before the states. */
    static final int METADATA_HEAD_BYTES = 192;
    /** Bytes of a tree node before its content. */
    static final int NODE_HEAD_BYTES = 32;
    /** Bytes of the CRC32 that a metadata page and a node end in. */
    static final int CRC_BYTES = 4;
    /** Bytes of a copy pair. */
    static final int PAIR_BYTES = 32;

    private static final int MAX_NODE_SIZE = 16384;

    private static final Geometry[] BY_LOG2 = new Geometry[MAX_LOG2 + 1];

    static {
        for (int log2 = MIN_LOG2; log2 <= MAX_LOG2; log2++) {
            BY_LOG2[log2] = new Geometry(log2);
        }
    }

    private final int log2;
    private final int nodeSize;
    private final int inlineStates;
    private final int statesPerLeaf;
    private final int pairsPerNode;
    private final int maxMapHeight;
    private final int maxDirectoryHeight;

    private Geometry(int log2) {
        this.log2 = log2;
        nodeSize = Math.min(1 << log2, MAX_NODE_SIZE);
        inlineStates = (nodeSize - METADATA_HEAD_BYTES - CRC_BYTES) * PageStates.PER_BYTE;
        int content = nodeSize - NODE_HEAD_BYTES - CRC_BYTES;
        statesPerLeaf = content * PageStates.PER_BYTE;
        pairsPerNode = content / PAIR_BYTES;
        maxMapHeight = mapHeightFor(MAX_PAGES);
        maxDirectoryHeight = directoryHeightFor(MAX_PAGES);
    }

    /**
     * The geometry of a page size.
     *
     * @param log2 log2 of the page size in bytes
     * @return its geometry
     * @throws IllegalArgumentException outside {@link #MIN_LOG2} to {@link #MAX_LOG2}
     */
    public static Geometry ofLog2(int log2) {
        if (!isPageSizeLog2(log2)) {
            throw new IllegalArgumentException(
                    "log2 of the page size is " + log2 + ", allowed are " + MIN_LOG2 + " to " + MAX_LOG2);
        }
        return BY_LOG2[log2];
    }

    static boolean isPageSizeLog2(int log2) {
        return log2 >= MIN_LOG2 && log2 <= MAX_LOG2;
    }

    /** {@return log2 of the page size} */
    public int pageSizeLog2() {
        return log2;
    }

    /** {@return P, bytes in a page} */
    public int pageSize() {
        return 1 << log2;
    }

    /** {@return how many pages a file can have: page numbers have 48 bits, and file offsets 63} */
    public long maxPages() {
        return Math.min(MAX_PAGES, Long.MAX_VALUE >> log2);
    }

    /** {@return N, bytes at the start of their page that a metadata page or a node uses} */
    public int nodeSize() {
        return nodeSize;
    }

    /** {@return I, how many pages, from page 0 on, have their state in the metadata page itself} */
    public int inlineStates() {
        return inlineStates;
    }

    /** {@return S, how many states a leaf of the map tree holds} */
    public int statesPerLeaf() {
        return statesPerLeaf;
    }

    /** {@return F, how many copy pairs a node holds: children of an inner node, entries of a directory leaf} */
    public int pairsPerNode() {
        return pairsPerNode;
    }

    /**
     * Where a page is.
     *
     * @param page a page number below {@link #maxPages()}
     * @return where in the file the page begins
     */
    public long offsetOf(long page) {
        return page << log2;
    }

    /**
     * How many pages' states a whole map node of a level stands for: {@code S * F^level}.
     *
     * @param level 0 for a leaf
     * @return pages below such a node
     */
    public long mapSpan(int level) {
        return powerOfFanOut(statesPerLeaf, level);
    }

    /**
     * How many protected ids a whole directory node of a level stands for: {@code F^(level + 1)}.
     *
     * @param level 0 for a leaf
     * @return ids below such a node
     */
    public long directorySpan(int level) {
        return powerOfFanOut(pairsPerNode, level);
    }

    /**
     * The lowest map tree that, after the metadata page's own states, covers so many pages.
     *
     * @param pages page count, at most {@link #MAX_PAGES}
     * @return its height, 0 when no tree is needed
     */
    public int mapHeightFor(long pages) {
        if (pages <= inlineStates) {
            return 0;
        }
        int height = 1;
        while (mapSpan(height - 1) < pages - inlineStates) {
            height++;
        }
        return height;
    }

    /**
     * The lowest directory tree with room for so many protected ids.
     *
     * @param ids one more than the highest id, at most {@link #MAX_PAGES}
     * @return its height, 0 when no tree is needed
     */
    public int directoryHeightFor(long ids) {
        if (ids <= 0) {
            return 0;
        }
        int height = 1;
        while (directorySpan(height - 1) < ids) {
            height++;
        }
        return height;
    }

    /** {@return the height of the map tree of a file of {@link #MAX_PAGES} pages; a higher one is never written} */
    public int maxMapHeight() {
        return maxMapHeight;
    }

    /** {@return the height of a directory of {@link #MAX_PAGES} ids; a higher one is never written} */
    public int maxDirectoryHeight() {
        return maxDirectoryHeight;
    }

    private long powerOfFanOut(long leaf, int level) {
        long span = leaf;
        for (int i = 0; i < level; i++) {
            span = Math.multiplyExact(span, pairsPerNode);
        }
        return span;
    }

    @Override
    public String toString() {
        return "Geometry[pageSize=" + pageSize() + ", nodeSize=" + nodeSize + "]";
    }
}
