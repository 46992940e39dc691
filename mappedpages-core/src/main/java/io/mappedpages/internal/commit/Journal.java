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
 * <p>Under the engine lock, but for {@link #records}.
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
    /** A checkpoint is on its way, and has so much of {@link #used} and of {@link #records}. */
    private boolean isCheckpointOnItsWay;
    private int usedByIt;
    private long recordsInIt;
    private boolean hasEnded;
    /** The next record is thought to be as long as the last one. */
    private int lengthOfLast = JournalRings.BLOCK;
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

    /** {@return what the records have} */
    long salt() {
        return salt;
    }

    JournalRings rings() {
        return rings;
    }

    /** {@return where a checkpoint made now says that the journal goes on} */
    JournalPosition position() {
        if (!exists()) {
            return JournalPosition.NONE;
        }
        JournalPosition position = new JournalPosition(offset, salt, last);
        return hasEnded ? position.closed() : position;
    }

    /** {@return whether no record follows in this opening} */
    boolean hasEnded() {
        return hasEnded;
    }

    /** From now on {@link #hasEnded}. */
    void end() {
        hasEnded = true;
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
        isCheckpointOnItsWay = false;
        lengthOfLast = JournalRings.BLOCK;
    }

    /**
     * {@return whether a record of {@code length} bytes can be written over nothing that is needed} The newest checkpoint
     * needs the records that follow it; the one before needs its own as long as no other is being written in its place.
     */
    boolean fits(int length) {
        int needed = isCheckpointOnItsWay ? used : used + usedBefore;
        return length <= longestRecord() && needed + cost(length) <= rings.bytes(geometry);
    }

    /** {@return whether a checkpoint has to be durable before there is room for another record} */
    boolean isFull() {
        return exists() && !fits(Math.min(lengthOfLast, longestRecord()));
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
        lengthOfLast = done.next - done.offset;
        long before = records; // changed under the engine lock
        records = before + 1;
        pending = null;
    }

    /** A checkpoint with all records until now is on its way. */
    void checkpointBegun() {
        isCheckpointOnItsWay = true;
        usedByIt = used;
        recordsInIt = records;
    }

    /** {@return whether a checkpoint is on its way} */
    boolean isCheckpointOnItsWay() {
        return isCheckpointOnItsWay;
    }

    /** It is durable. */
    void checkpointed() {
        isCheckpointOnItsWay = false;
        usedBefore = usedByIt;
        used -= usedByIt;
        long before = records; // changed under the engine lock
        records = before - recordsInIt;
    }

    /** {@return whether there is something to make a checkpoint of, and none is on its way} */
    boolean isCheckpointPossible() {
        return records > 0 && !isCheckpointOnItsWay;
    }

    /** {@return whether a checkpoint should be made, so that there is room for more records} */
    boolean isCheckpointDue() {
        int bytes = exists() ? rings.bytes(geometry) : 0;
        int reserve = lengthOfLast;
        return isCheckpointPossible() && (used + reserve > bytes / 2 || used + usedBefore + reserve > bytes);
    }
}
