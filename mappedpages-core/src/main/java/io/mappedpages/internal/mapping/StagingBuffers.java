package io.mappedpages.internal.mapping;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;

import org.jspecify.annotations.Nullable;

import io.mappedpages.internal.thread.StackRoom;

/**
 * Memory outside of the heap for protected pages that are being written, given back when the writer is closed and never
 * left to the garbage collector. Arrays on the heap would not do: one and the same memory has to serve as a segment with
 * aligned access and as a byte buffer.
 *
 * <p>Closing an arena that any thread may use makes all threads stop for a moment, which costs 20 to 100 µs, of each of many threads. So small
 * buffers share an arena, the more of them the more were in use at once: each is used once, and the arena is closed when the last of
 * them was given back. No buffer is
 * used a second time: a segment kept of a writer that is closed can at worst store into memory that means nothing any
 * more.
 */
public final class StagingBuffers {

    /** Buffers for so many bytes share an arena at least; larger ones have one of their own. */
    private static final int LEAST_BYTES_TOGETHER = 64 * 1024;
    /** Otherwise so many times what was in use at once. */
    private static final int TIMES_TOGETHER = 4;
    /** One buffer that is kept for long keeps so much at most. */
    private static final int MOST_BYTES_TOGETHER = 1024 * 1024;

    private final int pageSize;
    private int inUse;
    /** The most in use at once since the last arena was made. */
    private int mostInUse;
    /** Those with memory, all of them. */
    private final Set<Batch> batches = Collections.newSetFromMap(new IdentityHashMap<>());
    /** Where the next buffer comes from. */
    private @Nullable Batch filling;
    private boolean closed;

    StagingBuffers(int pageSize) {
        this.pageSize = pageSize;
    }

    /** Some buffers with one arena. */
    private static final class Batch {
        private final Arena arena = Arena.ofShared();
        private final int size;
        private int taken;
        private int givenBack;

        Batch(int size) {
            this.size = size;
        }

        boolean isOver() {
            return givenBack == size;
        }
    }

    /** A buffer in use. */
    public static final class Buffer {
        private final Batch batch;
        private final MemorySegment segment;
        private boolean givenBack;

        private Buffer(Batch batch, MemorySegment segment) {
            this.batch = batch;
            this.segment = segment;
        }

        /** {@return a page of bytes, 8-byte aligned} */
        public MemorySegment segment() {
            return segment;
        }
    }

    /** {@return a buffer full of zeros} @throws IllegalStateException after {@link #close} */
    public synchronized Buffer take() {
        if (closed) {
            throw new IllegalStateException("closed");
        }
        Batch batch = filling;
        if (batch == null) {
            batch = new Batch(suitableSize());
            batches.add(batch);
            filling = batch;
        }
        Buffer buffer = new Buffer(batch, batch.arena.allocate(pageSize, Long.BYTES));
        inUse++;
        mostInUse = Math.max(mostInUse, inUse);
        batch.taken++;
        if (batch.taken == batch.size) {
            filling = null;
        }
        return buffer;
    }

    private int suitableSize() {
        long bytes =
                Math.clamp((long) TIMES_TOGETHER * mostInUse * pageSize, LEAST_BYTES_TOGETHER, MOST_BYTES_TOGETHER);
        mostInUse = inUse;
        return Math.toIntExact(Math.max(1, bytes / pageSize));
    }

    /** Takes a buffer back. Again does nothing. */
    public void giveBack(Buffer buffer) {
        StackRoom.forChange(); // an arena whose closing is broken off keeps its memory for ever
        List<Batch> over = List.of();
        synchronized (this) {
            if (!buffer.givenBack) {
                buffer.givenBack = true;
                buffer.batch.givenBack++;
                inUse--;
                if (closed || buffer.batch.isOver()) {
                    over = over();
                }
            }
        }
        over.forEach(this::end);
    }

    /** Makes all buffers unusable, also those in use. The file is being closed. */
    void close() {
        List<Batch> all;
        synchronized (this) {
            closed = true;
            filling = null;
            all = List.copyOf(batches);
        }
        all.forEach(this::end);
    }

    /** Those of which nothing is in use, among them those that could not be closed when that began. */
    private List<Batch> over() {
        List<Batch> over = new ArrayList<>();
        for (Batch batch : batches) {
            if (batch != filling && batch.givenBack == batch.taken) {
                over.add(batch);
            }
        }
        return over;
    }

    private void end(Batch batch) {
        try {
            batch.arena.close();
        } catch (IllegalStateException e) {
            if (batch.arena.scope().isAlive()) {
                return; // an I/O operation is using a buffer of it at this moment; the next closing tries again
            }
            // else somebody else has just closed it
        }
        synchronized (this) {
            batches.remove(batch);
        }
    }
}
