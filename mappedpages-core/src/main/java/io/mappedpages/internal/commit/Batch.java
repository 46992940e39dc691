package io.mappedpages.internal.commit;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;

import io.mappedpages.internal.format.Geometry;
import io.mappedpages.internal.format.Sums;
import io.mappedpages.internal.pageio.PageContents;
import io.mappedpages.internal.storage.ByteRange;
import io.mappedpages.internal.storage.PageStorage;

/**
 * What one commit writes, and then syncs before its superblock slot: users' pages first, named while changes are applied,
 * then tree nodes and metadata. Under the engine lock.
 */
public final class Batch {

    private final PageStorage storage;
    private final PageContents contents;
    private final Geometry geometry;
    private final long generation;
    private final List<ByteRange> written = new ArrayList<>();
    private long begunAt;
    private long bytesWritten;
    private boolean sparse;

    Batch(PageStorage storage, Geometry geometry, PageContents contents, long generation) {
        this.storage = storage;
        this.geometry = geometry;
        this.contents = contents;
        this.generation = generation;
    }

    /** {@return the generation that this commit makes} */
    public long generation() {
        return generation;
    }

    /** Writes zeros over {@code page}, which is free in the generation before. */
    public void zero(long page) throws IOException {
        begin();
        contents.zero(storage, page);
        wrote(geometry.offsetOf(page), geometry.pageSize());
    }

    /** Writes {@code content} to {@code page}, which is not current. {@return the sums of it} */
    public Sums write(long page, MemorySegment content) throws IOException {
        begin();
        Sums sums = contents.write(storage, page, content);
        wrote(geometry.offsetOf(page), geometry.pageSize());
        return sums;
    }

    /** From this commit on the file says that not all of its blocks are reserved. */
    public void markSparse() {
        sparse = true;
    }

    boolean isSparse() {
        return sparse;
    }

    void writeNode(long page, byte[] bytes) throws IOException {
        begin();
        storage.write(geometry.offsetOf(page), bytes, 0, bytes.length);
        wrote(geometry.offsetOf(page), bytes.length);
    }

    /** A commit lasts from its first write on, be it of zeros or of contents. */
    private void begin() {
        if (begunAt == 0) {
            begunAt = System.nanoTime() | 1; // never 0
        }
    }

    private void wrote(long offset, int length) {
        written.add(new ByteRange(offset, length));
        bytesWritten += length;
    }

    /** {@return whether anything may have been written} */
    boolean hasBegun() {
        return begunAt != 0;
    }

    /** {@return the bytes to make durable} */
    List<ByteRange> written() {
        return written;
    }

    long bytesWritten() {
        return bytesWritten;
    }

    /** {@return nanoseconds since the first write} */
    long nanos() {
        return System.nanoTime() - begunAt;
    }
}
