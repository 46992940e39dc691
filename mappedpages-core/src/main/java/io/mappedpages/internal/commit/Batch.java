package io.mappedpages.internal.commit;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.VarHandle;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;

import org.jspecify.annotations.Nullable;

import io.mappedpages.internal.format.Geometry;
import io.mappedpages.internal.format.JournalRings;
import io.mappedpages.internal.format.RecordBuilder;
import io.mappedpages.internal.format.Sums;
import io.mappedpages.internal.format.SuperblockSlot;
import io.mappedpages.internal.pageio.PageContents;
import io.mappedpages.internal.storage.ByteRange;
import io.mappedpages.internal.storage.PageStorage;

/**
 * What one commit writes: contents of protected pages, zeros, and then a journal record, or the tree nodes and the metadata
 * of a checkpoint, whose superblock slot comes after a sync. For the thread that leads the commit queue.
 */
public final class Batch {

    /**
     * So many nodes are made and written to the device at once beside commits: with more, a commit would wait for its turn
     * there, and on a processor that makes nodes without a pause.
     */
    private static final int NODES_AT_ONCE = 4;

    private final PageStorage storage;
    private final PageContents contents;
    private final Geometry geometry;
    private final long generation;
    private final List<ByteRange> written = new ArrayList<>();
    /** Regular pages with what they are to hold when they are handed out. */
    private final List<ByteRange> filled = new ArrayList<>(0);
    private @Nullable CheckpointImage image;
    private boolean beside;
    /** Of what is written. */
    private int writtenBack;
    private long[] zeros = new long[0];
    private int zeroCount;
    private int cleanTaken;
    private final List<Long> cleaned = new ArrayList<>(0);
    private @Nullable SuperblockSlot slot;
    private long begunAt;
    private long bytesWritten;
    private int callers;
    private int syncs;
    private long recordsTaken;
    private boolean sparse;
    private final @Nullable RecordBuilder redo;
    private boolean hasChanges;
    private byte @Nullable [] record;
    private long[] recordPlaces = new long[0];
    private @Nullable JournalRings rings;

    /** @param redo notes what is changed, if there is a journal */
    Batch(PageStorage storage, Geometry geometry, PageContents contents, long generation,
            @Nullable RecordBuilder redo) {
        this.redo = redo;
        this.storage = storage;
        this.geometry = geometry;
        this.contents = contents;
        this.generation = generation;
    }

    /** {@return the generation that this commit makes} */
    public long generation() {
        return generation;
    }

    /** One more call is carried by this commit. */
    public void addCaller() {
        callers++;
    }

    /** {@return calls that this commit carries} */
    int callers() {
        return callers;
    }

    /** This commit, a checkpoint, takes over so many more records of the journal. */
    void takeOver(long records) {
        recordsTaken += records;
    }

    /** {@return records of the journal that this commit takes over} */
    long recordsTaken() {
        return recordsTaken;
    }

    /** Something of this commit was made durable. */
    void synced() {
        syncs++;
    }

    /** {@return syncs that were made for this commit} */
    int syncs() {
        return syncs;
    }

    /** Zeros are to be written over {@code page}, which is free in the generation before. */
    public void zero(long page) {
        if (zeroCount == zeros.length) {
            zeros = Arrays.copyOf(zeros, Math.max(4, 2 * zeroCount));
        }
        zeros[zeroCount++] = page;
    }

    /** A page that is known to be zeros is handed out, where there are others that were used before. */
    public void takeClean() {
        cleanTaken++;
    }

    /** {@return pages handed out that were used before, or in the place of such} Until they are written. */
    public int touchedPagesTaken() {
        return zeroCount + cleanTaken;
    }

    /** Zeros are to be written over {@code page} as well, which is free in this generation and in the one before. */
    public void clean(long page) {
        cleaned.add(page);
    }

    /** {@return free pages that are zeros once this is durable} */
    List<Long> cleaned() {
        return cleaned;
    }

    /** Bytes that users stored are to be made durable with this commit. */
    public void cover(ByteRange stored) {
        written.add(stored);
    }

    /** Writes {@code content} to {@code page}, which is not current. {@return the sums of it} */
    public Sums write(long page, MemorySegment content) throws IOException {
        begin();
        Sums sums = contents.write(storage, page, content);
        noteWritten(page);
        return sums;
    }

    /** Users' bytes were written to {@code page}, which is not current, and are to be made durable with this commit. */
    public void noteWritten(long page) {
        begin();
        wrote(geometry.offsetOf(page), geometry.pageSize());
    }

    /** Writes what {@code page} is to hold when it is handed out as a regular page; like zeros. {@return the sums of it} */
    public Sums fill(long page, MemorySegment content) throws IOException {
        begin();
        Sums sums = contents.write(storage, page, content);
        noteFilled(page);
        return sums;
    }

    /** What {@code page} is to hold when it is handed out as a regular page was written to it; like zeros. */
    public void noteFilled(long page) {
        begin();
        filled.add(new ByteRange(geometry.offsetOf(page), geometry.pageSize()));
        bytesWritten += geometry.pageSize();
    }

    /** Writes what one page holds to another one, which is not current. */
    void copy(long from, long to) throws IOException {
        begin();
        contents.copy(storage, from, to);
        wrote(geometry.offsetOf(to), geometry.pageSize());
    }

    /** From this commit on the file says that not all of its blocks are reserved. */
    public void markSparse() {
        sparse = true;
    }

    /** From this commit on, which is a pair of checkpoints, the journal is here, and empty. */
    public void moveJournal(JournalRings where) {
        rings = where;
    }

    @Nullable JournalRings movedRings() {
        return rings;
    }

    boolean isSparse() {
        return sparse;
    }

    /** All is named: last the nodes and the metadata of a checkpoint. */
    void seal(CheckpointImage checkpoint) {
        image = checkpoint;
    }

    /** This is a checkpoint of what is durable, and written while others commit. */
    public void goBeside() {
        beside = true;
    }

    /** {@return whether this is more than a checkpoint of what is durable} */
    boolean hasChanges() {
        return hasChanges;
    }

    /** Whether what is sealed is more than that. */
    void hasChanges(boolean more) {
        hasChanges = more;
    }

    /** {@return whether others commit meanwhile} */
    boolean isBeside() {
        return beside;
    }

    /** All is named: last a journal record, in both rings. */
    void seal(byte[] sealed, long[] places) {
        record = sealed;
        recordPlaces = places;
    }

    @Nullable RecordBuilder redo() {
        return redo;
    }

    /** {@return whether this is made durable by a journal record, and not by a checkpoint} */
    boolean isRecord() {
        return record != null;
    }

    CheckpointImage image() {
        return Objects.requireNonNull(image);
    }

    /** {@return the slot of a checkpoint whose nodes and metadata are written} */
    SuperblockSlot slot() {
        return Objects.requireNonNull(slot);
    }

    /** Writes what was named and is not written yet. */
    void writeNamed() throws IOException {
        begin();
        written.addAll(filled);
        filled.clear();
        writeZeros();
        for (long page : cleaned) {
            contents.zero(storage, page);
            wrote(geometry.offsetOf(page), geometry.pageSize());
        }
        writeNodes();
        writeRecord();
    }

    /**
     * Writes the zeros alone. A regular page has no sums that could tell a record from one whose zeros, or whatever it is handed out
     * with, did not get to the disk. {@return what has to be made durable before the rest is written}
     */
    List<ByteRange> writeZerosFirst() throws IOException {
        begin();
        int before = written.size();
        writeZeros();
        zeroCount = 0;
        List<ByteRange> zeroed = written.subList(before, written.size());
        List<ByteRange> first = new ArrayList<>(zeroed);
        zeroed.clear();
        first.addAll(filled);
        filled.clear();
        return first;
    }

    private void writeRecord() throws IOException {
        if (record != null) {
            for (long place : recordPlaces) {
                storage.write(place, record, 0, record.length);
                wrote(place, record.length);
            }
        }
    }

    private void writeZeros() throws IOException {
        for (int i = 0; i < zeroCount; i++) {
            contents.zero(storage, zeros[i]);
            wrote(geometry.offsetOf(zeros[i]), geometry.pageSize());
        }
    }

    private void writeNodes() throws IOException {
        if (image != null) {
            slot = image.write(generation, this::writeNode);
        }
    }

    private void writeNode(long page, byte[] bytes) throws IOException {
        storage.write(geometry.offsetOf(page), bytes, 0, bytes.length);
        wrote(geometry.offsetOf(page), bytes.length);
        if (beside && written.size() - writtenBack >= NODES_AT_ONCE) {
            storage.writeBackBeside(written.subList(writtenBack, written.size()));
            writtenBack = written.size();
        }
    }

    /**
     * A commit lasts from its first write on, be it of zeros or of contents.
     *
     * <p>The fence keeps all of its writes behind what the commits before have published: that a page is free, or a copy not
     * current any more. Who reads such a page without a latch, and finds a byte of these writes, finds that afterwards.
     */
    private void begin() {
        if (begunAt == 0) {
            begunAt = System.nanoTime() | 1; // never 0
            VarHandle.fullFence();
        }
    }

    private void wrote(long offset, int length) {
        written.add(new ByteRange(offset, length));
        bytesWritten += length;
    }

    /** {@return the bytes to make durable} */
    List<ByteRange> written() {
        return written;
    }

    long bytesWritten() {
        return bytesWritten + (slot == null ? 0 : SuperblockSlot.BYTES);
    }

    /** {@return nanoseconds since the first write} */
    long nanos() {
        return System.nanoTime() - begunAt;
    }
}
