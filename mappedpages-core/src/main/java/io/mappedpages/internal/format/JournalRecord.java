package io.mappedpages.internal.format;

import java.io.IOException;

import org.jspecify.annotations.Nullable;

/**
 * A redo record of the journal: all that one commit changes, users' bytes apart. It begins at a multiple of
 * {@link JournalRings#BLOCK} in both rings.
 *
 * <table>
 * <caption>L bytes, a multiple of 8</caption>
 * <tr><th>at</th><th>bytes</th><th>field</th></tr>
 * <tr><td>0</td><td>4</td><td>{@code MPJR}</td></tr>
 * <tr><td>4</td><td>4</td><td>L, the sums included</td></tr>
 * <tr><td>8</td><td>8</td><td>generation</td></tr>
 * <tr><td>16</td><td>8</td><td>generation of the record before it with this salt, 0 = none</td></tr>
 * <tr><td>24</td><td>8</td><td>salt</td></tr>
 * <tr><td>32</td><td>4</td><td>CRC32C of the record before it, 0 = none</td></tr>
 * <tr><td>36</td><td>4</td><td>number of entries</td></tr>
 * <tr><td>40</td><td>8</td><td>0</td></tr>
 * <tr><td>48</td><td>40</td><td>counts: kind 4, flags (bit 0 sparse), 0 (6), pages, free pages, protected pages,
 * high-water mark (8 each)</td></tr>
 * <tr><td>88</td><td>…</td><td>other entries</td></tr>
 * <tr><td>L-8</td><td>4</td><td>CRC32C of bytes [0, L-8)</td></tr>
 * <tr><td>L-4</td><td>4</td><td>CRC32 of bytes [0, L-8)</td></tr>
 * </table>
 *
 * Other entries are page states (16 bytes: kind 1, state, 0 (2), count (4), first page (8)), a protected page (48: kind 2,
 * 0 (7), id (8), copy pair (32)) and a node made (32: kind 3, tree, level, 0 (5), index (8), pages A and B (6 each),
 * 0 (4)). They apply in their order.
 */
public final class JournalRecord {

    static final int KIND_STATES = 1;
    static final int KIND_ENTRY = 2;
    static final int KIND_NODE = 3;
    private static final int KIND_COUNTS = 4;

    private static final int MAGIC_AT = 0;
    private static final int LENGTH = 4;
    private static final int GENERATION = 8;
    private static final int BEFORE_GENERATION = 16;
    private static final int SALT = 24;
    private static final int BEFORE_CRC32C = 32;
    private static final int ENTRY_COUNT = 36;
    private static final int RESERVED = 40;
    static final int ENTRIES = 48;
    static final int SUMS_BYTES = 8;

    static final int COUNTS_BYTES = 40;
    private static final int COUNTS_FLAGS = 1;
    private static final int COUNTS_RESERVED = 2;
    private static final int COUNTS_PAGES = 8;
    private static final int COUNTS_FREE = 16;
    private static final int COUNTS_PROTECTED = 24;
    private static final int COUNTS_HIGH_WATER = 32;
    private static final int FLAG_SPARSE = 1;

    static final int STATES_BYTES = 16;
    static final int STATES_STATE = 1;
    private static final int STATES_RESERVED = 2;
    static final int STATES_COUNT = 4;
    static final int STATES_FIRST = 8;

    static final int ENTRY_BYTES = 16 + CopyPair.BYTES;
    private static final int ENTRY_RESERVED = 1;
    static final int ENTRY_ID = 8;
    static final int ENTRY_PAIR = 16;

    static final int NODE_BYTES = 32;
    static final int NODE_TREE = 1;
    static final int TREE_MAP = 0;
    static final int TREE_DIRECTORY = 1;
    static final int NODE_LEVEL = 2;
    private static final int NODE_RESERVED = 3;
    static final int NODE_INDEX = 8;
    static final int NODE_PAGE_A = 16;
    static final int NODE_PAGE_B = 22;
    private static final int NODE_RESERVED_2 = 28;

    private static final int FEWEST_BYTES = ENTRIES + COUNTS_BYTES + SUMS_BYTES;
    private static final int MAGIC = Fields.magic("MPJR");
    private static final String RECORD = "journal record";

    private final byte[] bytes;
    private final int at;
    private final int length;

    private JournalRecord(byte[] bytes, int at, int length) {
        this.bytes = bytes;
        this.at = at;
        this.length = length;
    }

    /** Is shown what a record changes, in order. */
    public interface Visitor {

        /** The pages {@code [first, first + count)} have this state. */
        void states(long first, int count, int state) throws IOException;

        /** The protected page {@code id} has these copies; none if the pair is not in use. */
        void entry(long id, CopyPair pair) throws IOException;

        /** A tree node was made. */
        void node(TreeNode.Kind tree, int level, long index, long pageA, long pageB) throws IOException;
    }

    /** {@return {@code length} rounded up to whole blocks} */
    public static int padded(int length) {
        return Math.ceilDiv(length, JournalRings.BLOCK) * JournalRings.BLOCK;
    }

    static void writeHead(byte[] bytes, int length, long generation, RecordLink before, long salt, int entries,
            FileCounts counts) {
        Fields.putInt(bytes, MAGIC_AT, MAGIC);
        Fields.putInt(bytes, LENGTH, length);
        Fields.putLong(bytes, GENERATION, generation);
        Fields.putLong(bytes, BEFORE_GENERATION, before.generation());
        Fields.putLong(bytes, SALT, salt);
        Fields.putInt(bytes, BEFORE_CRC32C, before.crc32c());
        Fields.putInt(bytes, ENTRY_COUNT, entries);
        bytes[ENTRIES] = KIND_COUNTS;
        bytes[ENTRIES + COUNTS_FLAGS] = (byte) (counts.sparse() ? FLAG_SPARSE : 0);
        Fields.putLong(bytes, ENTRIES + COUNTS_PAGES, counts.pages());
        Fields.putLong(bytes, ENTRIES + COUNTS_FREE, counts.free());
        Fields.putLong(bytes, ENTRIES + COUNTS_PROTECTED, counts.protectedPages());
        Fields.putLong(bytes, ENTRIES + COUNTS_HIGH_WATER, counts.highWater());
        Sums sums = Sums.of(bytes, 0, length - SUMS_BYTES);
        Fields.putInt(bytes, length - SUMS_BYTES, sums.crc32c());
        Fields.putInt(bytes, length - Geometry.CRC_BYTES, sums.crc32());
    }

    /**
     * Looks for a whole record.
     *
     * @param ring  bytes of a ring, not copied
     * @param begin where to look
     * @return the record, or null if there is none
     */
    public static @Nullable JournalRecord find(byte[] ring, int begin) {
        if (begin + FEWEST_BYTES > ring.length || Fields.getInt(ring, begin + MAGIC_AT) != MAGIC) {
            return null;
        }
        int length = Fields.getInt(ring, begin + LENGTH);
        if (length < FEWEST_BYTES || length % Long.BYTES != 0 || length > ring.length - begin) {
            return null;
        }
        Sums sums = Sums.of(ring, begin, length - SUMS_BYTES);
        if (sums.crc32c() != Fields.getInt(ring, begin + length - SUMS_BYTES)
                || sums.crc32() != Fields.getInt(ring, begin + length - Geometry.CRC_BYTES)) {
            return null;
        }
        JournalRecord record = new JournalRecord(ring, begin, length);
        try {
            record.check();
            return record;
        } catch (FormatException e) {
            return null; // no writer writes this
        }
    }

    /** {@return the length that is said at {@code begin}, at least a block from its end, if a record begins there; else 0} */
    public static int lengthSaid(byte[] ring, int begin) {
        return Fields.getInt(ring, begin + MAGIC_AT) == MAGIC
                ? Math.clamp(Fields.getInt(ring, begin + LENGTH), 0, JournalRings.MOST_BYTES)
                : 0;
    }

    /** As {@link #lengthSaid(byte[], int)}, if the record has this salt and follows {@code before}. Its sums are not looked at. */
    public static int lengthSaid(byte[] ring, int begin, long salt, RecordLink before) {
        JournalRecord said = new JournalRecord(ring, begin, 0);
        return said.salt() == salt && said.before().equals(before) ? lengthSaid(ring, begin) : 0;
    }

    /** {@return whether a record seems to begin there that has this salt and a generation after {@code generation}} */
    public static boolean isNewerSaid(byte[] ring, int begin, long salt, long generation) {
        JournalRecord said = new JournalRecord(ring, begin, 0);
        return Fields.getInt(ring, begin + MAGIC_AT) == MAGIC && said.salt() == salt && said.generation() > generation;
    }

    private void check() throws FormatException {
        Fields.requireZero(bytes, at + RESERVED, at + ENTRIES, RECORD);
        require(generation() > before().generation() && before().generation() >= 0, "generation", generation());
        int entries = Fields.getInt(bytes, at + ENTRY_COUNT);
        int place = at + ENTRIES;
        int end = at + length - SUMS_BYTES;
        for (int i = 0; i < entries; i++) {
            require(place < end && place + bytesOf(bytes[place]) <= end, "place of an entry", place - at);
            require(bytesOf(bytes[place]) > 0 && (bytes[place] == KIND_COUNTS) == (i == 0), "kind of an entry",
                    bytes[place]);
            checkEntry(place);
            place += bytesOf(bytes[place]);
        }
        require(place == end && entries > 0, "number of entries", entries);
    }

    /** {@return bytes of an entry of this kind; 0 if there is no such kind} */
    private static int bytesOf(int kind) {
        return switch (kind) {
            case KIND_STATES -> STATES_BYTES;
            case KIND_ENTRY -> ENTRY_BYTES;
            case KIND_NODE -> NODE_BYTES;
            case KIND_COUNTS -> COUNTS_BYTES;
            default -> 0;
        };
    }

    private void checkEntry(int place) throws FormatException {
        switch (bytes[place]) {
            case KIND_COUNTS -> Fields.requireZero(bytes, place + COUNTS_RESERVED, place + COUNTS_PAGES, RECORD);
            case KIND_STATES -> {
                Fields.requireZero(bytes, place + STATES_RESERVED, place + STATES_COUNT, RECORD);
                int count = Fields.getInt(bytes, place + STATES_COUNT);
                long first = Fields.getLong(bytes, place + STATES_FIRST);
                require(bytes[place + STATES_STATE] >= PageState.FREE
                        && bytes[place + STATES_STATE] <= PageState.INTERNAL,
                        "state", bytes[place + STATES_STATE]);
                require(count > 0 && first >= Geometry.RESERVED_PAGES && first <= Geometry.MAX_PAGES - count,
                        "first page", first);
            }
            case KIND_ENTRY -> {
                Fields.requireZero(bytes, place + ENTRY_RESERVED, place + ENTRY_ID, RECORD);
                long id = Fields.getLong(bytes, place + ENTRY_ID);
                require(id >= 0 && id < Geometry.MAX_PAGES, "id", id);
                CopyPair.read(bytes, place + ENTRY_PAIR);
            }
            default -> {
                Fields.requireZero(bytes, place + NODE_RESERVED, place + NODE_INDEX, RECORD);
                Fields.requireZero(bytes, place + NODE_RESERVED_2, place + NODE_BYTES, RECORD);
                int tree = bytes[place + NODE_TREE];
                require(tree == TREE_MAP || tree == TREE_DIRECTORY, "tree", tree);
                require(bytes[place + NODE_LEVEL] >= 0, "level", bytes[place + NODE_LEVEL]);
                require(Fields.getLong(bytes, place + NODE_INDEX) >= 0, "index",
                        Fields.getLong(bytes, place + NODE_INDEX));
            }
        }
    }

    private static void require(boolean sane, String field, long value) throws FormatException {
        if (!sane) {
            throw new FormatException(RECORD + ": " + field + " is " + value);
        }
    }

    /** {@return the commit that wrote it} */
    public long generation() {
        return Fields.getLong(bytes, at + GENERATION);
    }

    /** {@return the record that it follows} */
    public RecordLink before() {
        return new RecordLink(Fields.getLong(bytes, at + BEFORE_GENERATION), Fields.getInt(bytes, at + BEFORE_CRC32C));
    }

    /** {@return what the next record says of it} */
    public RecordLink link() {
        return new RecordLink(generation(), Fields.getInt(bytes, at + length - SUMS_BYTES));
    }

    /** {@return what tells the records of one writable opening from others} */
    public long salt() {
        return Fields.getLong(bytes, at + SALT);
    }

    /** {@return its bytes, the sums included} */
    public int length() {
        return length;
    }

    /** {@return what it says of the whole file} */
    public FileCounts counts() {
        int place = at + ENTRIES;
        return new FileCounts(Fields.getLong(bytes, place + COUNTS_PAGES), Fields.getLong(bytes, place + COUNTS_FREE),
                Fields.getLong(bytes, place + COUNTS_PROTECTED), Fields.getLong(bytes, place + COUNTS_HIGH_WATER),
                (bytes[place + COUNTS_FLAGS] & FLAG_SPARSE) != 0);
    }

    /** Shows all that the record changes, in order, counts apart. */
    public void forEach(Visitor visitor) throws IOException {
        int end = at + length - SUMS_BYTES;
        for (int place = at + ENTRIES + COUNTS_BYTES; place < end;) {
            switch (bytes[place]) {
                case KIND_STATES -> visitor.states(Fields.getLong(bytes, place + STATES_FIRST),
                        Fields.getInt(bytes, place + STATES_COUNT), bytes[place + STATES_STATE]);
                case KIND_ENTRY -> visitor.entry(Fields.getLong(bytes, place + ENTRY_ID),
                        CopyPair.readChecked(bytes, place + ENTRY_PAIR));
                default ->
                    visitor.node(bytes[place + NODE_TREE] == TREE_MAP ? TreeNode.Kind.MAP : TreeNode.Kind.DIRECTORY,
                            bytes[place + NODE_LEVEL],
                            Fields.getLong(bytes, place + NODE_INDEX),
                            Fields.getPageNumber(bytes, place + NODE_PAGE_A),
                            Fields.getPageNumber(bytes, place + NODE_PAGE_B));
            }
            place += bytesOf(bytes[place]);
        }
    }

    @Override
    public String toString() {
        return "JournalRecord[generation " + generation() + ", after " + before().generation() + ", " + length
                + " bytes]";
    }
}
