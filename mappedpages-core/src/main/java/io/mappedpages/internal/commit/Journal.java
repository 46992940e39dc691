package io.mappedpages.internal.commit;

import java.util.Objects;

import org.jspecify.annotations.Nullable;

import io.mappedpages.internal.format.FileCounts;
import io.mappedpages.internal.format.Geometry;
import io.mappedpages.internal.format.JournalPosition;
import io.mappedpages.internal.format.JournalRecord;
import io.mappedpages.internal.format.JournalRings;
import io.mappedpages.internal.format.RecordBuilder;
import io.mappedpages.internal.format.RecordLink;

/**
 * Where the journal stands: which record comes last, where the next one goes, and how much of the rings may not be written
 * over. Both rings hold the same, so that no single damaged place loses a record.
 *
 * <p>For the thread that leads the commit queue, or under the engine lock while it waits for that.
 */
final class Journal {

    private final Geometry geometry;
    private JournalRings rings;
    private long salt;
    private RecordLink last;
    private int offset;
    /** Bytes of records, and of what was left out at the end of the rings, since the newest checkpoint. */
    private int used;
    /** The same of those between the checkpoint before and the newest. */
    private int usedBefore;
    private volatile long records;
    /** The record that is on its way to the disk. */
    private @Nullable Pending pending;

    private record Pending(int offset, int next, int cost, RecordLink link) {
    }

    /**
     * A journal as it was found.
     *
     * @param position where the next record goes; those before it stay until two checkpoints were made
     * @param records  since the newest checkpoint
     */
    Journal(Geometry geometry, JournalRings rings, JournalPosition position, long records) {
        this.records = records;
        this.geometry = geometry;
        this.rings = rings;
        this.salt = position.salt();
        this.last = position.last();
        this.offset = Math.toIntExact(position.offset());
        this.usedBefore = rings.exist() ? rings.bytes(geometry) : 0; // nobody asked yet how much that is
    }

    boolean exists() {
        return rings.exist();
    }

    JournalRings rings() {
        return rings;
    }

    /** {@return where a checkpoint made now says that the journal goes on} */
    JournalPosition position() {
        return exists() ? new JournalPosition(offset, salt, last) : JournalPosition.NONE;
    }

    /** {@return records since the newest checkpoint} Any thread. */
    long records() {
        return records;
    }

    /** {@return bytes that a record may have at most} */
    int longestRecord() {
        return exists() ? rings.longestRecord(geometry) : 0;
    }

    /** From now on the journal is here, or nowhere, and empty. Records made before are of no use to anybody. */
    void begin(JournalRings where, long newSalt) {
        rings = where;
        salt = newSalt;
        last = RecordLink.NONE;
        offset = 0;
        used = 0;
        usedBefore = 0;
        records = 0;
    }

    /** {@return whether a record of {@code length} bytes can be written over nothing that is needed} */
    boolean fits(int length) {
        return length <= longestRecord() && used + usedBefore + cost(length) <= rings.bytes(geometry);
    }

    private int cost(int length) {
        int padded = JournalRecord.padded(length);
        int left = rings.bytes(geometry) - offset;
        return padded <= left ? padded : left + padded;
    }

    /** {@return the bytes of a record, which goes to {@link #places}} */
    byte[] seal(RecordBuilder record, long generation, FileCounts counts) {
        byte[] bytes = record.seal(generation, last, salt, counts);
        int at = bytes.length <= rings.bytes(geometry) - offset ? offset : 0;
        RecordLink link = Objects.requireNonNull(JournalRecord.find(bytes, 0)).link();
        pending = new Pending(at, at + bytes.length, cost(record.length()), link);
        return bytes;
    }

    /** {@return where in the file the sealed record goes in ring A, and in ring B} */
    long[] places() {
        int at = Objects.requireNonNull(pending).offset;
        return new long[] {geometry.offsetOf(rings.ringA()) + at, geometry.offsetOf(rings.ringB()) + at};
    }

    /** The sealed record is durable. */
    void published() {
        Pending done = Objects.requireNonNull(pending);
        last = done.link;
        offset = done.next;
        used += done.cost;
        long before = records; // changed by one thread at a time
        records = before + 1;
        pending = null;
    }

    /** A checkpoint with all records is durable. */
    void checkpointed() {
        usedBefore = used;
        used = 0;
        records = 0;
    }

    /** {@return whether a checkpoint should be made, so that there is room for more records} */
    boolean isCheckpointDue() {
        int bytes = exists() ? rings.bytes(geometry) : 0;
        int reserve = JournalRings.BLOCK;
        return records > 0 && (used + reserve > bytes / 2 || used + usedBefore + reserve > bytes);
    }
}
