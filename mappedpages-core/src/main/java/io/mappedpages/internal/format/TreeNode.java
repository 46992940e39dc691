package io.mappedpages.internal.format;

import java.util.Objects;

import org.jspecify.annotations.Nullable;

/**
 * A node of the map tree (page states) or of the directory tree (users' protected pages). It fills the first N bytes of
 * its page and is always one copy of a {@link CopyPair}, which tells its sums and its generation.
 *
 * <table>
 * <caption>N bytes</caption>
 * <tr><th>at</th><th>bytes</th><th>field</th></tr>
 * <tr><td>0</td><td>4</td><td>{@code MPMN} in the map tree, {@code MPDN} in the directory tree</td></tr>
 * <tr><td>4</td><td>1</td><td>level, 0 = leaf</td></tr>
 * <tr><td>5</td><td>3</td><td>0</td></tr>
 * <tr><td>8</td><td>8</td><td>generation</td></tr>
 * <tr><td>16</td><td>8</td><td>first page, or first protected id, below this node</td></tr>
 * <tr><td>24</td><td>8</td><td>0</td></tr>
 * <tr><td>32</td><td>N-36</td><td>map leaf: (N-36)*4 page states; others: (N-36)/32 copy pairs, then zeros</td></tr>
 * <tr><td>N-4</td><td>4</td><td>CRC32 of bytes [0, N-4)</td></tr>
 * </table>
 *
 * The pairs of an inner node are its children; those of a directory leaf are protected pages. A pair that is not in use
 * stands for a child that would say "all free" or "all unused", so nobody has to write it.
 */
public final class TreeNode {

    /** Which tree a node belongs to. */
    public enum Kind {
        /** Page states. */
        MAP("MPMN"),
        /** Protected pages. */
        DIRECTORY("MPDN");

        private final String letters;
        private final int magic;

        Kind(String letters) {
            this.letters = letters;
            magic = Fields.magic(letters);
        }
    }

    private static final int MAGIC_AT = 0;
    private static final int LEVEL = 4;
    private static final int RESERVED_1 = 5;
    private static final int GENERATION = 8;
    private static final int FIRST = 16;
    private static final int RESERVED_2 = 24;
    private static final int CONTENT = Geometry.NODE_HEAD_BYTES;

    private static final int LEAF = 0;

    private static final String RECORD = "tree node";

    private final Geometry geometry;
    private final Kind kind;
    private final byte[] bytes;

    private TreeNode(Geometry geometry, Kind kind, byte[] bytes) {
        this.geometry = geometry;
        this.kind = kind;
        this.bytes = bytes;
    }

    /**
     * A node below which everything is free or unused. It still has to be sealed.
     *
     * @param geometry of the file
     * @param kind its tree
     * @param level 0 for a leaf
     * @param first first page or first protected id below it
     * @return a new node, generation 0
     */
    public static TreeNode blank(Geometry geometry, Kind kind, int level, long first) {
        int maxHeight = kind == Kind.MAP ? geometry.maxMapHeight() : geometry.maxDirectoryHeight();
        Objects.checkIndex(level, maxHeight);
        Objects.checkIndex(first, Geometry.MAX_PAGES);
        TreeNode node = new TreeNode(geometry, kind, new byte[geometry.nodeSize()]);
        Fields.putInt(node.bytes, MAGIC_AT, kind.magic);
        node.bytes[LEVEL] = (byte) level;
        Fields.putLong(node.bytes, FIRST, first);
        return node;
    }

    /**
     * Takes over bytes that were read from a file, after checking that they are the very node its parent means. The
     * parent's word counts, not the node's own CRC32: an outdated copy has a good CRC32 of its own.
     *
     * @param geometry of the file
     * @param bytes N bytes, not copied
     * @param kind its tree
     * @param level 0 for a leaf
     * @param first first page or first protected id below it
     * @param expected the pair that names it
     * @return the node
     * @throws FormatException for anything else
     */
    public static TreeNode decode(Geometry geometry, byte[] bytes, Kind kind, int level, long first,
            CopyPair expected) throws FormatException {
        Fields.requireLength(bytes, geometry.nodeSize(), RECORD);
        int magic = Fields.getInt(bytes, MAGIC_AT);
        if (magic != kind.magic) {
            throw new FormatException(RECORD + ": begins with " + Fields.hex(magic) + " and not with " + kind.letters);
        }
        TreeNode node = new TreeNode(geometry, kind, bytes);
        node.checkSums(expected.sums());
        require(node.level() == level, "level", node.level(), level);
        require(node.first() == first, "first number below", node.first(), first);
        require(node.generation() == expected.generation(), "generation", node.generation(), expected.generation());
        Fields.requireZero(bytes, RESERVED_1, GENERATION, RECORD);
        Fields.requireZero(bytes, RESERVED_2, CONTENT, RECORD);
        if (!node.holdsStates()) {
            node.checkPairs();
        }
        return node;
    }

    /**
     * Takes bytes for a leaf of the directory, on its own word: nobody says that it is the current one.
     *
     * @param geometry of the file
     * @param bytes    N bytes, not copied
     * @return the leaf, or null if it is none, or damaged
     */
    public static @Nullable TreeNode strayDirectoryLeaf(Geometry geometry, byte[] bytes) {
        TreeNode node = new TreeNode(geometry, Kind.DIRECTORY, bytes);
        if (bytes.length != geometry.nodeSize() || Fields.getInt(bytes, MAGIC_AT) != Kind.DIRECTORY.magic
                || node.level() != LEAF || node.sums().crc32() != Fields.getInt(bytes, node.crcAt())
                || node.first() < 0 || node.first() >= Geometry.MAX_PAGES
                || node.first() % geometry.pairsPerNode() != 0) {
            return null;
        }
        try {
            node.checkPairs();
            return node;
        } catch (FormatException e) {
            return null;
        }
    }

    private void checkSums(Sums expected) throws FormatException {
        Sums computed = sums();
        int own = Fields.getInt(bytes, crcAt());
        if (own != computed.crc32()) {
            throw new FormatException(RECORD + ": CRC32 of its bytes is " + Fields.hex(computed.crc32())
                    + ", it says " + Fields.hex(own));
        }
        if (!computed.equals(expected)) {
            throw new FormatException(RECORD + ": sums are " + computed + ", its parent says " + expected);
        }
    }

    private void checkPairs() throws FormatException {
        for (int index = 0; index < geometry.pairsPerNode(); index++) {
            CopyPair.read(bytes, pairAt(index));
        }
        Fields.requireZero(bytes, pairAt(geometry.pairsPerNode()), crcAt(), RECORD);
    }

    private static void require(boolean equal, String field, long found, long expected) throws FormatException {
        if (!equal) {
            throw new FormatException(RECORD + ": " + field + " is " + found + " and should be " + expected);
        }
    }

    /** {@return the tree it belongs to} */
    public Kind kind() {
        return kind;
    }

    /** {@return its distance from the leaves, 0 for a leaf} */
    public int level() {
        return Fields.getUnsignedByte(bytes, LEVEL);
    }

    /** {@return the first page, or the first protected id, below it} */
    public long first() {
        return Fields.getLong(bytes, FIRST);
    }

    /** {@return the commit that wrote it, as of the last {@link #seal}} */
    public long generation() {
        return Fields.getLong(bytes, GENERATION);
    }

    /** {@return the node's own array, N bytes; not a copy} */
    public byte[] bytes() {
        return bytes;
    }

    /** {@return whether the content is page states (a leaf of the map tree) and not pairs} */
    public boolean holdsStates() {
        return kind == Kind.MAP && level() == LEAF;
    }

    /**
     * The content of a map leaf.
     *
     * @return the states in place, the first being that of page {@link #first()}
     * @throws IllegalStateException when the node holds pairs
     */
    public PageStates states() {
        if (!holdsStates()) {
            throw new IllegalStateException("holds pairs: " + this);
        }
        return new PageStates(bytes, CONTENT, geometry.statesPerLeaf());
    }

    /**
     * One pair of the content of any other node.
     *
     * @param index which pair
     * @return a child, or a protected page in a directory leaf
     * @throws IllegalStateException when the node holds states
     */
    public CopyPair pair(int index) {
        return CopyPair.readChecked(bytes, checkedPairAt(index));
    }

    /**
     * Changes one pair.
     *
     * @param index which pair
     * @param pair what it is from now on
     * @throws IllegalStateException when the node holds states
     */
    public void pair(int index, CopyPair pair) {
        pair.write(bytes, checkedPairAt(index));
    }

    /**
     * Whether {@link #pair(int)} is in use, for less than reading it.
     *
     * @param index which pair
     * @return its flag
     */
    public boolean inUse(int index) {
        return CopyPair.inUseAt(bytes, checkedPairAt(index));
    }

    /**
     * Where the current content of {@link #pair(int)} is, for far less than reading it: neither the node nor the place is checked.
     *
     * @param index which pair of a node that holds pairs
     * @return the page, or -1 if the pair is not in use
     */
    public long activePage(int index) {
        int at = pairAt(index);
        return CopyPair.inUseAt(bytes, at) ? CopyPair.activePageAt(bytes, at) : -1;
    }

    /**
     * Whether {@link #pair(int)} has the same current content here as in another version of this node.
     *
     * @param index which pair
     * @param other the other version
     * @return whether nothing was made current, or taken away, between the two
     */
    public boolean hasSameContent(int index, TreeNode other) {
        return CopyPair.isSameContentAt(bytes, other.bytes, checkedPairAt(index));
    }

    /**
     * Whether {@link #pair(int)} says that something below is free, for less than reading it. An absent child says no,
     * although all below it is free.
     *
     * @param index which pair
     * @return its flag
     */
    public boolean freeBelow(int index) {
        return CopyPair.freeBelowAt(bytes, checkedPairAt(index));
    }

    /**
     * Finishes the node for writing: sets the generation and the node's own CRC32.
     *
     * @param generation the commit that writes it
     * @return what its parent has to say about it
     */
    public Sums seal(long generation) {
        Fields.putLong(bytes, GENERATION, generation);
        Sums sums = sums();
        Fields.putInt(bytes, crcAt(), sums.crc32());
        return sums;
    }

    /** {@return both sums over all bytes before the node's own CRC32, as they are now} */
    public Sums sums() {
        return Sums.of(bytes, 0, crcAt());
    }

    /** {@return another node with the same content and its own bytes} */
    public TreeNode copy() {
        return new TreeNode(geometry, kind, bytes.clone());
    }

    private int checkedPairAt(int index) {
        if (holdsStates()) {
            throw new IllegalStateException("holds states: " + this);
        }
        return pairAt(Objects.checkIndex(index, geometry.pairsPerNode()));
    }

    private static int pairAt(int index) {
        return CONTENT + index * CopyPair.BYTES;
    }

    private int crcAt() {
        return bytes.length - Geometry.CRC_BYTES;
    }

    @Override
    public String toString() {
        return "TreeNode[" + kind + ", level " + level() + ", first " + first() + ", generation " + generation()
                + "]";
    }
}
