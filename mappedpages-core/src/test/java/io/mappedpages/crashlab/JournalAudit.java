package io.mappedpages.crashlab;

import static io.mappedpages.crashlab.FormatAudit.require;
import static io.mappedpages.crashlab.FormatBytes.int32;
import static io.mappedpages.crashlab.FormatBytes.int64;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;

import org.jspecify.annotations.Nullable;

/** Reads the journal that a metadata page names, by the format's document, and applies its records to a checkpoint. */
final class JournalAudit {

    private static final int SHORTEST_RING = 16_384;

    private final byte[] file;
    private final int length;
    private final int metadata;
    private final AuditShape shape;
    private final AuditedState state;
    private final int ringBytes;
    /** Of each ring, the whole records with the checkpoint's salt, by where they begin. */
    private final List<@Nullable JournalRecord[]> rings = new ArrayList<>();

    /** The rings become pages of {@code state}, which is as the checkpoint has it. */
    JournalAudit(byte[] file, int length, int metadata, AuditShape shape, AuditedState state) {
        this.file = file;
        this.length = length;
        this.metadata = metadata;
        this.shape = shape;
        this.state = state;
        this.ringBytes = requireRings();
        requirePosition();
        rings.add(records(FormatBytes.RING_A));
        rings.add(records(FormatBytes.RING_B));
    }

    /** {@return whether there is a journal} @throws LabFailure if there is none and fields of one are not 0 */
    static boolean isNamed(byte[] file, int metadata) {
        if (isAnythingIn(file, metadata + FormatBytes.RING_A, metadata + FormatBytes.JOURNAL_POSITION)) {
            return true;
        }
        require(!isAnythingIn(file, metadata + FormatBytes.JOURNAL_POSITION, metadata + FormatBytes.HIGH_WATER_MARK)
                && !isAnythingIn(file, metadata + FormatBytes.JOURNAL_GENERATION, metadata + FormatBytes.STATES),
                "fields of a journal where there is none");
        return false;
    }

    private static boolean isAnythingIn(byte[] file, int from, int to) {
        for (int at = from; at < to; at++) {
            if (file[at] != 0) {
                return true;
            }
        }
        return false;
    }

    /** {@return the length of each ring} */
    private int requireRings() {
        int pages = int32(file, metadata + FormatBytes.RING_PAGES);
        require(pages > 0 && pages < state.counts().pages(), "rings of " + pages + " pages");
        int bytes = pages * shape.pageSize();
        require(bytes >= SHORTEST_RING && bytes % FormatBytes.RECORD_STEP == 0, "rings of " + bytes + " bytes");
        int firstOfA = FormatBytes.page48(file, metadata + FormatBytes.RING_A);
        int firstOfB = FormatBytes.page48(file, metadata + FormatBytes.RING_B);
        require(Math.abs(firstOfA - firstOfB) >= pages, "rings that overlap");
        for (int first : new int[] {firstOfA, firstOfB}) {
            require(first >= 3 && first + pages <= Math.min(state.counts().pages(), state.counts().mark()),
                    "a ring of " + pages + " pages from page " + first);
            for (int page = first; page < first + pages; page++) {
                state.ringPage(page);
            }
        }
        return bytes;
    }

    private void requirePosition() {
        long position = int64(file, metadata + FormatBytes.JOURNAL_POSITION);
        require(position >= 0 && position <= ringBytes && position % FormatBytes.RECORD_STEP == 0,
                "a journal that goes on at byte " + position);
        require(int64(file, metadata + FormatBytes.JOURNAL_GENERATION) != 0
                || int32(file, metadata + FormatBytes.JOURNAL_CRC32C) == 0, "the sum of no record");
        require(!isAnythingIn(file, metadata + FormatBytes.JOURNAL_CRC32C + 4, metadata + FormatBytes.STATES),
                "a reserved byte behind the journal's fields is not 0");
    }

    private @Nullable JournalRecord[] records(int ringAt) {
        int start = FormatBytes.page48(file, metadata + ringAt) * shape.pageSize();
        @Nullable JournalRecord[] records = new JournalRecord[ringBytes / FormatBytes.RECORD_STEP];
        for (int i = 0; i < records.length; i++) {
            int offset = i * FormatBytes.RECORD_STEP;
            JournalRecord record = JournalRecord.read(file, start + offset, offset, ringBytes - offset);
            if (record != null && record.salt() == int64(file, metadata + FormatBytes.JOURNAL_SALT)) {
                record.requireWellFormed(ringBytes);
                records[i] = record;
            }
        }
        return records;
    }

    /** Applies all records that follow the checkpoint. */
    void replay() {
        List<JournalRecord> chain = chain();
        long rolledBack = rollBack(chain);
        long end = chain.isEmpty() ? int64(file, metadata + FormatBytes.JOURNAL_GENERATION)
                : chain.getLast().generation();
        require(all().mapToLong(JournalRecord::generation)
                .noneMatch(generation -> generation > end && generation != rolledBack), "a record is missing");
        chain.forEach(record -> record.apply(state));
    }

    private List<JournalRecord> chain() {
        List<JournalRecord> chain = new ArrayList<>();
        JournalRecord next = following((int) int64(file, metadata + FormatBytes.JOURNAL_POSITION),
                int64(file, metadata + FormatBytes.JOURNAL_GENERATION),
                int32(file, metadata + FormatBytes.JOURNAL_CRC32C));
        while (next != null) {
            chain.add(next);
            next = following(next.next(), next.generation(), next.crc32c());
        }
        return chain;
    }

    private @Nullable JournalRecord following(int position, long generation, int crc32c) {
        for (int offset : new int[] {position, 0}) {
            for (@Nullable JournalRecord[] ring : rings) {
                JournalRecord record = offset < ringBytes ? ring[offset / FormatBytes.RECORD_STEP] : null;
                if (record != null && record.comesAfter(generation, crc32c)) {
                    return record;
                }
            }
        }
        return null;
    }

    /** Takes a last record away that was not finished. {@return its generation, or 0 if there was none} */
    private long rollBack(List<JournalRecord> chain) {
        if (chain.isEmpty() || !chain.getLast().isUnfinished(length, shape)) {
            return 0;
        }
        long generation = chain.getLast().generation();
        if (all().anyMatch(record -> record.generation() > generation)) {
            return 0;
        }
        chain.removeLast();
        return generation;
    }

    private Stream<JournalRecord> all() {
        return rings.stream().flatMap(Arrays::stream).filter(Objects::nonNull);
    }
}
