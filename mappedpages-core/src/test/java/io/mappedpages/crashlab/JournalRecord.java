package io.mappedpages.crashlab;

import static io.mappedpages.crashlab.FormatAudit.require;
import static io.mappedpages.crashlab.FormatBytes.int32;
import static io.mappedpages.crashlab.FormatBytes.int64;

import org.jspecify.annotations.Nullable;

/**
 * A whole record of a journal, in the bytes of its file.
 *
 * @param at     where it begins in the file
 * @param offset where it begins in its ring
 * @param length its bytes, the sums included
 */
record JournalRecord(byte[] file, int at, int offset, int length) {

    private static final int SHORTEST = 96;

    private static final int STATES = 1;
    private static final int PROTECTED = 2;
    private static final int NODE = 3;
    private static final int COUNTS = 4;

    private static final int STATES_BYTES = 16;
    private static final int PROTECTED_BYTES = 48;
    private static final int NODE_BYTES = 32;
    private static final int COUNTS_BYTES = 40;

    private static final int PROTECTED_PAIR = 16;
    private static final int NODE_PAGES = 16;

    /** {@return the record that begins there} Null if there is none, or not all of it; {@code room} ends with the ring. */
    static @Nullable JournalRecord read(byte[] file, int at, int offset, int room) {
        if (file[at] != 'M' || file[at + 1] != 'P' || file[at + 2] != 'J' || file[at + 3] != 'R') {
            return null;
        }
        int length = int32(file, at + FormatBytes.RECORD_LENGTH);
        if (length < SHORTEST || length % 8 != 0 || length > room) {
            return null;
        }
        int sums = length - FormatBytes.RECORD_SUMS;
        return FormatBytes.crc32c(file, at, sums) == int32(file, at + sums)
                && FormatBytes.crc32(file, at, sums) == int32(file, at + sums + 4)
                        ? new JournalRecord(file, at, offset, length)
                        : null;
    }

    long generation() {
        return int64(file, at + FormatBytes.RECORD_GENERATION);
    }

    long salt() {
        return int64(file, at + FormatBytes.RECORD_SALT);
    }

    int crc32c() {
        return int32(file, end());
    }

    boolean comesAfter(long generationBefore, int crc32cBefore) {
        return int64(file, at + FormatBytes.RECORD_GENERATION_BEFORE) == generationBefore
                && int32(file, at + FormatBytes.RECORD_CRC32C_BEFORE) == crc32cBefore
                && generation() > generationBefore;
    }

    /** The byte of the ring where the next one may begin. */
    int next() {
        return offset + Math.ceilDiv(length, FormatBytes.RECORD_STEP) * FormatBytes.RECORD_STEP;
    }

    /** Where its entries end. */
    private int end() {
        return at + length - FormatBytes.RECORD_SUMS;
    }

    /** Its sums are right, so somebody meant what it says: it must be written as the document wants it. */
    void requireWellFormed(int ringBytes) {
        require(length <= ringBytes / 4, "a record of more than a quarter of its ring");
        requireZeros(at + 40, 8);
        require(file[at + FormatBytes.RECORD_ENTRIES] == COUNTS, "a record that does not begin with its counts");
        int entries = 0;
        for (int entry = at + FormatBytes.RECORD_ENTRIES; entry < end(); entry += bytesOf(entry)) {
            require(entry + bytesOf(entry) <= end(), "an entry longer than its record");
            requireWellFormedEntry(entry);
            entries++;
        }
        require(entries == int32(file, at + FormatBytes.RECORD_ENTRY_COUNT), "another number of entries than it says");
    }

    private int bytesOf(int entry) {
        return switch (file[entry]) {
            case STATES -> STATES_BYTES;
            case PROTECTED -> PROTECTED_BYTES;
            case NODE -> NODE_BYTES;
            case COUNTS -> COUNTS_BYTES;
            default -> throw new LabFailure("the file is not valid: an entry of kind " + file[entry]);
        };
    }

    private void requireWellFormedEntry(int entry) {
        switch (file[entry]) {
            case STATES -> {
                require(file[entry + 1] >= 0 && file[entry + 1] <= 3, "a state that there is not");
                requireZeros(entry + 2, 2);
                require(int32(file, entry + 4) >= 1, "states of no page");
            }
            case PROTECTED -> {
                requireZeros(entry + 1, 7);
                requireWellFormedPair(entry + PROTECTED_PAIR);
            }
            case NODE -> {
                require(file[entry + 1] >= 0 && file[entry + 1] < TreeKind.values().length, "a tree that there is not");
                require(file[entry + 2] >= 0, "a level that there is not");
                requireZeros(entry + 3, 5);
                requireZeros(entry + 28, 4);
            }
            default -> {
                require(entry == at + FormatBytes.RECORD_ENTRIES, "a second entry of counts");
                require(file[entry + 1] >= 0 && file[entry + 1] <= 1, "a flag that there is not");
                requireZeros(entry + 2, 6);
            }
        }
    }

    private void requireWellFormedPair(int pair) {
        if (FormatBytes.pairInUse(file, pair)) {
            require(file[pair + FormatBytes.PAIR_FLAGS] == 1, "a flag that no protected page has");
            require(file[pair + FormatBytes.PAIR_ACTIVE] >= 0 && file[pair + FormatBytes.PAIR_ACTIVE] <= 1,
                    "a copy that is neither A nor B");
            requireZeros(pair + 30, 2);
        } else {
            requireZeros(pair, FormatBytes.PAIR);
        }
    }

    private void requireZeros(int from, int count) {
        for (int i = from; i < from + count; i++) {
            require(file[i] == 0, "a reserved byte of a record is not 0");
        }
    }

    /** Whether contents that were to be written along with it are not there. */
    boolean isUnfinished(int fileLength, AuditShape shape) {
        for (int entry = at + FormatBytes.RECORD_ENTRIES; entry < end(); entry += bytesOf(entry)) {
            if (writesContent(entry) && !isContentThere(entry + PROTECTED_PAIR, fileLength, shape)) {
                return true;
            }
        }
        return false;
    }

    private boolean writesContent(int entry) {
        return file[entry] == PROTECTED && FormatBytes.pairInUse(file, entry + PROTECTED_PAIR)
                && int64(file, entry + PROTECTED_PAIR + FormatBytes.PAIR_GENERATION) == generation();
    }

    private boolean isContentThere(int pair, int fileLength, AuditShape shape) {
        int from = FormatBytes.activePage(file, pair) * shape.pageSize();
        return from + shape.pageSize() <= fileLength
                && FormatBytes.crc32(file, from, shape.pageSize()) == int32(file, pair + FormatBytes.PAIR_CRC32)
                && FormatBytes.crc32c(file, from, shape.pageSize()) == int32(file, pair + FormatBytes.PAIR_CRC32C);
    }

    /** Zeros need not be written where nothing was written before. */
    private boolean isOfZeros(int pair, AuditedState state) {
        byte[] zeros = new byte[state.pageSize()];
        return FormatBytes.crc32(zeros, 0, zeros.length) == int32(file, pair + FormatBytes.PAIR_CRC32)
                && FormatBytes.crc32c(zeros, 0, zeros.length) == int32(file, pair + FormatBytes.PAIR_CRC32C);
    }

    void apply(AuditedState state) {
        long mark = state.counts().mark();
        for (int entry = at + FormatBytes.RECORD_ENTRIES; entry < end(); entry += bytesOf(entry)) {
            switch (file[entry]) {
                case STATES -> applyStates(entry, state);
                case PROTECTED -> {
                    require(!writesContent(entry) || isOfZeros(entry + PROTECTED_PAIR, state)
                            || FormatBytes.activePage(file, entry + PROTECTED_PAIR) < mark,
                            "a copy written above the high-water mark of the record before");
                    state.changeGuarded(int64(file, entry + 8), entry + PROTECTED_PAIR);
                }
                case NODE -> state.makeNode(TreeKind.values()[file[entry + 1]], file[entry + 2],
                        int64(file, entry + 8), entry + NODE_PAGES);
                default -> state.counts(new AuditedState.Counts(int64(file, entry + 8), int64(file, entry + 16),
                        int64(file, entry + 24), int64(file, entry + 32)));
            }
        }
    }

    private void applyStates(int entry, AuditedState state) {
        for (int i = 0; i < int32(file, entry + 4); i++) {
            state.changeState(int64(file, entry + 8) + i, file[entry + 1]);
        }
    }
}
