package io.mappedpages.internal.commit;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;

import org.jspecify.annotations.Nullable;

import io.mappedpages.internal.format.Geometry;
import io.mappedpages.internal.format.Sums;
import io.mappedpages.internal.format.SuperblockSlot;
import io.mappedpages.internal.pageio.PageContents;
import io.mappedpages.internal.storage.ByteRange;
import io.mappedpages.internal.storage.PageStorage;

/**
 * What one commit writes, and then syncs before its superblock slot: contents of protected pages, zeros, tree nodes and
 * metadata. For the thread that leads the commit queue.
 */
public final class Batch {

    private final PageStorage storage;
    private final PageContents contents;
    private final Geometry geometry;
    private final long generation;
    private final List<ByteRange> written = new ArrayList<>();
    private final List<NodeImage> nodes = new ArrayList<>();
    private long[] zeros = new long[0];
    private int zeroCount;
    private @Nullable SuperblockSlot slot;
    private long begunAt;
    private long bytesWritten;
    private boolean sparse;

    /** A sealed node on its way to the file. */
    private static final class NodeImage {
        private final long page;
        private final byte[] bytes;

        NodeImage(long page, byte[] bytes) {
            this.page = page;
            this.bytes = bytes;
        }
    }

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

    /** Zeros are to be written over {@code page}, which is free in the generation before. */
    public void zero(long page) {
        if (zeroCount == zeros.length) {
            zeros = Arrays.copyOf(zeros, Math.max(4, 2 * zeroCount));
        }
        zeros[zeroCount++] = page;
    }

    /** Bytes that users stored are to be made durable with this commit. */
    public void cover(ByteRange stored) {
        written.add(stored);
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

    /** The sealed bytes of a tree node are to be written to {@code page}. */
    void node(long page, byte[] bytes) {
        nodes.add(new NodeImage(page, bytes));
    }

    /** All is named: last the metadata, which {@code next} leads to. */
    void seal(SuperblockSlot next, byte[] metadata) {
        slot = next;
        node(next.metadataPage(), metadata);
    }

    SuperblockSlot slot() {
        return Objects.requireNonNull(slot);
    }

    /** Writes what was named and is not written yet. */
    void writeNamed() throws IOException {
        begin();
        writeZeros();
        writeNodes();
    }

    private void writeZeros() throws IOException {
        for (int i = 0; i < zeroCount; i++) {
            contents.zero(storage, zeros[i]);
            wrote(geometry.offsetOf(zeros[i]), geometry.pageSize());
        }
    }

    private void writeNodes() throws IOException {
        for (NodeImage node : nodes) {
            storage.write(geometry.offsetOf(node.page), node.bytes, 0, node.bytes.length);
            wrote(geometry.offsetOf(node.page), node.bytes.length);
        }
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
