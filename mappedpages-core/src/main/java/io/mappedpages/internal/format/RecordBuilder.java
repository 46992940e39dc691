package io.mappedpages.internal.format;

import java.util.Arrays;

/**
 * Puts a journal record together: what a commit changes, entry by entry, in the order in which it was changed. See
 * {@link JournalRecord} for the bytes.
 */
public final class RecordBuilder {

    private static final int FIRST_CAPACITY = 512;

    private final int mostBytes;
    private byte[] bytes = new byte[FIRST_CAPACITY];
    private int length = JournalRecord.ENTRIES + JournalRecord.COUNTS_BYTES;
    private int entries = 1;
    /** Where the last entry is, if it is of page states; else -1. */
    private int lastStates = -1;
    private boolean tooLong;

    /** @param mostBytes a record that gets longer is not kept */
    public RecordBuilder(int mostBytes) {
        this.mostBytes = mostBytes;
    }

    /** The pages {@code [first, first + count)} have this state now. */
    public void states(long first, int count, int state) {
        if (lastStates >= 0 && bytes[lastStates + JournalRecord.STATES_STATE] == state
                && Fields.getLong(bytes, lastStates + JournalRecord.STATES_FIRST) + statesCount() == first) {
            Fields.putInt(bytes, lastStates + JournalRecord.STATES_COUNT, statesCount() + count);
            return;
        }
        int at = begin(JournalRecord.KIND_STATES, JournalRecord.STATES_BYTES);
        if (at >= 0) {
            bytes[at + JournalRecord.STATES_STATE] = (byte) state;
            Fields.putInt(bytes, at + JournalRecord.STATES_COUNT, count);
            Fields.putLong(bytes, at + JournalRecord.STATES_FIRST, first);
            lastStates = at;
        }
    }

    private int statesCount() {
        return Fields.getInt(bytes, lastStates + JournalRecord.STATES_COUNT);
    }

    /** The protected page {@code id} has these copies now; none if the pair is not in use. */
    public void entry(long id, CopyPair pair) {
        int at = begin(JournalRecord.KIND_ENTRY, JournalRecord.ENTRY_BYTES);
        if (at >= 0) {
            Fields.putLong(bytes, at + JournalRecord.ENTRY_ID, id);
            pair.write(bytes, at + JournalRecord.ENTRY_PAIR);
        }
    }

    /** A tree node was made, blank, in these two pages. */
    public void node(TreeNode.Kind tree, int level, long index, long pageA, long pageB) {
        int at = begin(JournalRecord.KIND_NODE, JournalRecord.NODE_BYTES);
        if (at >= 0) {
            bytes[at + JournalRecord.NODE_TREE] = (byte) (tree == TreeNode.Kind.MAP ? JournalRecord.TREE_MAP
                    : JournalRecord.TREE_DIRECTORY);
            bytes[at + JournalRecord.NODE_LEVEL] = (byte) level;
            Fields.putLong(bytes, at + JournalRecord.NODE_INDEX, index);
            Fields.putPageNumber(bytes, at + JournalRecord.NODE_PAGE_A, pageA);
            Fields.putPageNumber(bytes, at + JournalRecord.NODE_PAGE_B, pageB);
        }
    }

    /** {@return where an entry begins, whose kind is set; -1 if the record is too long for more} */
    private int begin(int kind, int entryBytes) {
        lastStates = -1;
        tooLong |= length + entryBytes + JournalRecord.SUMS_BYTES > mostBytes;
        if (tooLong) {
            return -1;
        }
        if (length + entryBytes > bytes.length) {
            bytes = Arrays.copyOf(bytes, 2 * (length + entryBytes));
        }
        int at = length;
        bytes[at] = (byte) kind;
        length += entryBytes;
        entries++;
        return at;
    }

    /** {@return whether something had to be left out} */
    public boolean isTooLong() {
        return tooLong;
    }

    /** {@return bytes of the record, its sums included} */
    public int length() {
        return length + JournalRecord.SUMS_BYTES;
    }

    /**
     * Finishes the record.
     *
     * @param generation of the commit
     * @param before     the record before it
     * @return its bytes, with zeros up to a whole number of blocks
     */
    public byte[] seal(long generation, RecordLink before, long salt, FileCounts counts) {
        if (tooLong) {
            throw new IllegalStateException("something was left out");
        }
        byte[] sealed = Arrays.copyOf(bytes, JournalRecord.padded(length()));
        Arrays.fill(sealed, length, sealed.length, (byte) 0);
        JournalRecord.writeHead(sealed, length(), generation, before, salt, entries, counts);
        return sealed;
    }
}
