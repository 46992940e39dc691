package io.mappedpages.internal.format;

/**
 * Metadata page A or B: the root of everything a commit says about the file. It fills the first N bytes of page 1 or 2.
 *
 * <table>
 * <caption>N bytes</caption>
 * <tr><th>at</th><th>bytes</th><th>field</th></tr>
 * <tr><td>0</td><td>4</td><td>{@code MPMD}</td></tr>
 * <tr><td>4</td><td>4</td><td>0</td></tr>
 * <tr><td>8</td><td>8</td><td>generation</td></tr>
 * <tr><td>16</td><td>8</td><td>page count, reserved pages included</td></tr>
 * <tr><td>24</td><td>8</td><td>free page count</td></tr>
 * <tr><td>32</td><td>8</td><td>protected pages in use</td></tr>
 * <tr><td>40</td><td>1</td><td>height of the map tree, 0 = none</td></tr>
 * <tr><td>41</td><td>1</td><td>height of the directory tree, 0 = none</td></tr>
 * <tr><td>42</td><td>1</td><td>log2 of the page size</td></tr>
 * <tr><td>43</td><td>5</td><td>0</td></tr>
 * <tr><td>48</td><td>16</td><td>file id</td></tr>
 * <tr><td>64</td><td>32</td><td>copy pair: map root</td></tr>
 * <tr><td>96</td><td>32</td><td>copy pair: directory root</td></tr>
 * <tr><td>128</td><td>6</td><td>journal: first page of ring A, 0 = no journal</td></tr>
 * <tr><td>134</td><td>6</td><td>journal: first page of ring B</td></tr>
 * <tr><td>140</td><td>4</td><td>journal: pages in each ring</td></tr>
 * <tr><td>144</td><td>8</td><td>journal: byte in the rings where the next record goes</td></tr>
 * <tr><td>152</td><td>8</td><td>journal: salt, 0 = no record follows</td></tr>
 * <tr><td>160</td><td>8</td><td>high-water mark</td></tr>
 * <tr><td>168</td><td>8</td><td>journal: generation of the last record in this checkpoint, 0 = none</td></tr>
 * <tr><td>176</td><td>4</td><td>journal: CRC32C of that record</td></tr>
 * <tr><td>180</td><td>12</td><td>0</td></tr>
 * <tr><td>192</td><td>N-196</td><td>states of the first (N-196)*4 pages</td></tr>
 * <tr><td>N-4</td><td>4</td><td>CRC32 of bytes [0, N-4)</td></tr>
 * </table>
 *
 * An instance is a window on its bytes: setters change them at once, {@link #seal} finishes them for writing. The
 * setters trust their caller; {@link #decode} trusts nobody.
 */
public final class MetadataPage {

    private static final int MAGIC_AT = 0;
    private static final int RESERVED_1 = 4;
    private static final int GENERATION = 8;
    private static final int PAGE_COUNT = 16;
    private static final int FREE_COUNT = 24;
    private static final int PROTECTED_COUNT = 32;
    private static final int MAP_HEIGHT = 40;
    private static final int DIRECTORY_HEIGHT = 41;
    private static final int PAGE_SIZE_LOG2 = 42;
    private static final int RESERVED_2 = 43;
    private static final int FILE_ID = 48;
    private static final int MAP_ROOT = 64;
    private static final int DIRECTORY_ROOT = MAP_ROOT + CopyPair.BYTES;
    private static final int RING_A = DIRECTORY_ROOT + CopyPair.BYTES;
    private static final int RING_B = RING_A + Fields.PAGE_NUMBER_BYTES;
    private static final int RING_PAGES = RING_B + Fields.PAGE_NUMBER_BYTES;
    private static final int JOURNAL_OFFSET = 144;
    private static final int JOURNAL_SALT = 152;
    private static final int HIGH_WATER = 160;
    private static final int LAST_RECORD = 168;
    private static final int LAST_RECORD_CRC32C = 176;
    private static final int RESERVED_3 = 180;
    private static final int STATES = Geometry.METADATA_HEAD_BYTES;

    private static final int MAGIC = Fields.magic("MPMD");

    /** A protected page takes two pages of the file. */
    private static final int COPIES = 2;

    private static final String RECORD = "metadata page";

    private final Geometry geometry;
    private final byte[] bytes;
    private final PageStates states;

    private MetadataPage(Geometry geometry, byte[] bytes) {
        this.geometry = geometry;
        this.bytes = bytes;
        states = new PageStates(bytes, STATES, geometry.inlineStates());
    }

    /**
     * The metadata of a file that consists of the reserved pages alone. It still has to be sealed.
     *
     * @param geometry of the file
     * @param id the file's name
     * @return a new page, generation 0
     */
    public static MetadataPage blank(Geometry geometry, FileId id) {
        MetadataPage page = new MetadataPage(geometry, new byte[geometry.nodeSize()]);
        Fields.putInt(page.bytes, MAGIC_AT, MAGIC);
        page.bytes[PAGE_SIZE_LOG2] = (byte) geometry.pageSizeLog2();
        id.write(page.bytes, FILE_ID);
        page.pageCount(Geometry.RESERVED_PAGES);
        page.highWater(Geometry.RESERVED_PAGES);
        page.states.fill(PageState.INTERNAL, 0, Geometry.RESERVED_PAGES);
        return page;
    }

    /**
     * Takes over bytes that were read from a file, after checking all that they can tell alone. Whether they are the
     * page that a slot means (sums, generation, file id) is for the caller to compare.
     *
     * @param geometry of the file
     * @param bytes N bytes, not copied
     * @return the page
     * @throws FormatException for anything but a sound metadata page of this geometry
     */
    public static MetadataPage decode(Geometry geometry, byte[] bytes) throws FormatException {
        Fields.requireLength(bytes, geometry.nodeSize(), RECORD);
        int magic = Fields.getInt(bytes, MAGIC_AT);
        if (magic != MAGIC) {
            throw new FormatException(RECORD + ": begins with " + Fields.hex(magic) + " and not with MPMD");
        }
        MetadataPage page = new MetadataPage(geometry, bytes);
        int stored = Fields.getInt(bytes, page.crcAt());
        int computed = Sums.crc32(bytes, 0, page.crcAt());
        if (stored != computed) {
            throw new FormatException(RECORD + ": CRC32 of its bytes is " + Fields.hex(computed) + ", it says "
                    + Fields.hex(stored));
        }
        page.requireSound();
        return page;
    }

    /**
     * Checks all that the page can tell alone, its checksum apart.
     *
     * @throws FormatException if reading it would refuse it
     */
    public void requireSound() throws FormatException {
        checkFrame();
        checkCounts();
        checkRoot(MAP_ROOT, "map", mapHeight());
        checkRoot(DIRECTORY_ROOT, "directory", directoryHeight());
        checkJournal();
        checkStates();
    }

    private void checkJournal() throws FormatException {
        JournalRings rings = rings();
        String problem = rings.problem(geometry, pageCount());
        if (problem != null) {
            throw new FormatException(RECORD + ": journal: " + problem);
        }
        JournalPosition position = journalPosition();
        if (!rings.exist()) {
            require(position.equals(JournalPosition.NONE), "salt of no journal", position.salt());
        } else {
            require(position.offset() >= 0 && position.offset() <= rings.bytes(geometry)
                    && position.offset() % JournalRings.BLOCK == 0, "place of the next record", position.offset());
            require(position.last().generation() >= 0, "generation of the last record", position.last().generation());
        }
    }

    private void checkFrame() throws FormatException {
        Fields.requireZero(bytes, RESERVED_1, GENERATION, RECORD);
        Fields.requireZero(bytes, RESERVED_2, FILE_ID, RECORD);
        Fields.requireZero(bytes, RESERVED_3, STATES, RECORD);
        require(generation() >= 0, "generation", generation());
        int log2 = Fields.getUnsignedByte(bytes, PAGE_SIZE_LOG2);
        require(log2 == geometry.pageSizeLog2(), "log2 of the page size", log2);
        require(mapHeight() <= geometry.maxMapHeight(), "height of the map tree", mapHeight());
        require(directoryHeight() <= geometry.maxDirectoryHeight(), "height of the directory tree",
                directoryHeight());
    }

    private void checkCounts() throws FormatException {
        require(pageCount() >= Geometry.RESERVED_PAGES && pageCount() <= geometry.maxPages(), "page count",
                pageCount());
        long room = pageCount() - Geometry.RESERVED_PAGES;
        require(freeCount() >= 0 && freeCount() <= room, "free page count", freeCount());
        long entries = directoryHeight() == 0 ? 0 : geometry.directorySpan(directoryHeight() - 1);
        require(protectedCount() >= 0 && protectedCount() <= Math.min(entries, (room - freeCount()) / COPIES),
                "protected page count", protectedCount());
        require(highWater() >= Geometry.RESERVED_PAGES && highWater() <= Geometry.MAX_PAGES, "high-water mark",
                highWater());
    }

    private void checkRoot(int at, String tree, int height) throws FormatException {
        CopyPair root = CopyPair.read(bytes, at);
        root.requireWithin(pageCount());
        if (root.inUse() != height > 0) {
            throw new FormatException(RECORD + ": " + tree + " tree of height " + height
                    + (root.inUse() ? " with a root" : " without a root"));
        }
    }

    private void checkStates() throws FormatException {
        for (int page = 0; page < Geometry.RESERVED_PAGES; page++) {
            require(states.get(page) == PageState.INTERNAL, "state of page " + page, states.get(page));
        }
        int end = (int) Math.min(pageCount(), states.count());
        int beyond = states.nextNot(PageState.FREE, end, states.count());
        if (beyond >= 0) {
            throw new FormatException(RECORD + ": page " + beyond + " is not free, but the file has only "
                    + pageCount() + " pages");
        }
    }

    private static void require(boolean sane, String field, long value) throws FormatException {
        if (!sane) {
            throw new FormatException(RECORD + ": " + field + " is " + value);
        }
    }

    /** {@return the page's own array, N bytes; not a copy} */
    public byte[] bytes() {
        return bytes;
    }

    /** {@return the commit that wrote this page, as of the last {@link #seal}} */
    public long generation() {
        return Fields.getLong(bytes, GENERATION);
    }

    /**
     * Sets {@link #generation()}, of a page that is not to be written before it is sealed.
     *
     * @param generation the commit that the page speaks of
     */
    public void generation(long generation) {
        Fields.putLong(bytes, GENERATION, generation);
    }

    /** {@return the file's name} */
    public FileId fileId() {
        return FileId.read(bytes, FILE_ID);
    }

    /** {@return pages in the file, reserved ones included} */
    public long pageCount() {
        return Fields.getLong(bytes, PAGE_COUNT);
    }

    /**
     * Sets {@link #pageCount()}.
     *
     * @param count pages in the file, reserved ones included
     */
    public void pageCount(long count) {
        Fields.putLong(bytes, PAGE_COUNT, count);
    }

    /** {@return pages below the page count whose state is free} */
    public long freeCount() {
        return Fields.getLong(bytes, FREE_COUNT);
    }

    /**
     * Sets {@link #freeCount()}.
     *
     * @param count pages below the page count whose state is free
     */
    public void freeCount(long count) {
        Fields.putLong(bytes, FREE_COUNT, count);
    }

    /** {@return protected pages in use: directory entries, not copies} */
    public long protectedCount() {
        return Fields.getLong(bytes, PROTECTED_COUNT);
    }

    /**
     * Sets {@link #protectedCount()}.
     *
     * @param count protected pages in use: directory entries, not copies
     */
    public void protectedCount(long count) {
        Fields.putLong(bytes, PROTECTED_COUNT, count);
    }

    /** {@return levels of the map tree, 0 for no tree} */
    public int mapHeight() {
        return Fields.getUnsignedByte(bytes, MAP_HEIGHT);
    }

    /**
     * Sets {@link #mapHeight()}.
     *
     * @param height levels of the map tree, 0 for no tree
     */
    public void mapHeight(int height) {
        bytes[MAP_HEIGHT] = (byte) height;
    }

    /** {@return levels of the directory tree, 0 for no tree} */
    public int directoryHeight() {
        return Fields.getUnsignedByte(bytes, DIRECTORY_HEIGHT);
    }

    /**
     * Sets {@link #directoryHeight()}.
     *
     * @param height levels of the directory tree, 0 for no tree
     */
    public void directoryHeight(int height) {
        bytes[DIRECTORY_HEIGHT] = (byte) height;
    }

    /** {@return the map tree's root, in use exactly when its height is not 0} */
    public CopyPair mapRoot() {
        return CopyPair.readChecked(bytes, MAP_ROOT);
    }

    /**
     * Sets {@link #mapRoot()}.
     *
     * @param root the map tree's root
     */
    public void mapRoot(CopyPair root) {
        root.write(bytes, MAP_ROOT);
    }

    /** {@return the directory tree's root, in use exactly when its height is not 0} */
    public CopyPair directoryRoot() {
        return CopyPair.readChecked(bytes, DIRECTORY_ROOT);
    }

    /**
     * Sets {@link #directoryRoot()}.
     *
     * @param root the directory tree's root
     */
    public void directoryRoot(CopyPair root) {
        root.write(bytes, DIRECTORY_ROOT);
    }

    /**
     * Sets where trees and journal begin to what another page says.
     *
     * @param other of the same file
     */
    public void takePlaces(MetadataPage other) {
        mapHeight(other.mapHeight());
        mapRoot(other.mapRoot());
        directoryHeight(other.directoryHeight());
        directoryRoot(other.directoryRoot());
        journal(other.rings(), other.journalPosition());
    }

    /** {@return where the journal is} */
    public JournalRings rings() {
        return new JournalRings(Fields.getPageNumber(bytes, RING_A), Fields.getPageNumber(bytes, RING_B),
                Fields.getInt(bytes, RING_PAGES));
    }

    /** {@return where the journal goes on after this checkpoint} */
    public JournalPosition journalPosition() {
        return new JournalPosition(Fields.getLong(bytes, JOURNAL_OFFSET), Fields.getLong(bytes, JOURNAL_SALT),
                new RecordLink(Fields.getLong(bytes, LAST_RECORD), Fields.getInt(bytes, LAST_RECORD_CRC32C)));
    }

    /**
     * Sets {@link #rings()} and {@link #journalPosition()}.
     *
     * @param rings    where the journal is
     * @param position where it goes on
     */
    public void journal(JournalRings rings, JournalPosition position) {
        Fields.putPageNumber(bytes, RING_A, rings.ringA());
        Fields.putPageNumber(bytes, RING_B, rings.ringB());
        Fields.putInt(bytes, RING_PAGES, rings.pages());
        Fields.putLong(bytes, JOURNAL_OFFSET, position.offset());
        Fields.putLong(bytes, JOURNAL_SALT, position.salt());
        Fields.putLong(bytes, LAST_RECORD, position.last().generation());
        Fields.putInt(bytes, LAST_RECORD_CRC32C, position.last().crc32c());
    }

    /** {@return the high-water mark: no byte of this page or of a later one was ever written} */
    public long highWater() {
        return Fields.getLong(bytes, HIGH_WATER);
    }

    /**
     * Sets {@link #highWater()}.
     *
     * @param page the new mark, not lower than the old one
     */
    public void highWater(long page) {
        Fields.putLong(bytes, HIGH_WATER, page);
    }

    /** {@return the states of the first pages of the file, in place} */
    public PageStates states() {
        return states;
    }

    /**
     * Finishes the page for writing: sets the generation and the page's own CRC32.
     *
     * @param generation the commit that writes it
     * @return what a slot has to say about it
     */
    public Sums seal(long generation) {
        Fields.putLong(bytes, GENERATION, generation);
        Sums sums = sums();
        Fields.putInt(bytes, crcAt(), sums.crc32());
        return sums;
    }

    /** {@return both sums over all bytes before the page's own CRC32, as they are now} */
    public Sums sums() {
        return Sums.of(bytes, 0, crcAt());
    }

    /** {@return another page with the same content and its own bytes} */
    public MetadataPage copy() {
        return new MetadataPage(geometry, bytes.clone());
    }

    private int crcAt() {
        return bytes.length - Geometry.CRC_BYTES;
    }
}
