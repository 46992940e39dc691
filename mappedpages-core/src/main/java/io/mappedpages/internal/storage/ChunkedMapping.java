package io.mappedpages.internal.storage;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;

import io.mappedpages.internal.thread.Uninterruptible;

/**
 * A growing file in memory. It is mapped in chunks of one size. To grow inside the last chunk, that chunk is mapped again,
 * longer, and the old mapping stays until {@link #close} or {@link #unmap}: slices taken before stay valid and see the
 * same bytes, and nothing waits for anybody.
 *
 * <p>
 * The lengths of one chunk's mappings double. So a chunk is mapped a few times at most, however small the steps are in
 * which the file grows; the number of mappings of a process is limited (65,530 on Linux). Mapping more than is needed
 * makes the file longer than needed, without real blocks behind; the owner of the file cuts that off.
 *
 * <p>
 * {@link #slice} may be called by any thread and takes no lock, but where it is the first to need a chunk.
 * {@link #close} is for one thread at a time.
 */
public final class ChunkedMapping {

    /** Nothing shorter is mapped: the memory page of most machines. */
    private static final long SHORTEST = 4096;

    /** How long closing waits before it tries again. */
    private static final long CLOSE_RETRY_NANOS = 200_000;

    private final PageStorage storage;
    private final long chunkBytes;
    private final int chunkShift;
    /** Changed under the monitor. */
    private volatile Arena arena = Arena.ofShared();

    /**
     * By number. A chunk may be missing, or mapped shorter than the file is there: it is mapped when it is first needed. A
     * file may have 2^30 chunks, of which few are ever used.
     */
    private final Map<Long, MemorySegment> chunks = new ConcurrentHashMap<>();
    private volatile long length;
    /** Of the same chunks. Changed under the monitor, and before anything is unmapped. */
    private volatile MappedChunks mapped;
    private boolean hidden;

    /**
     * Maps nothing yet.
     *
     * @param storage    the file
     * @param chunkBytes the size of a chunk: a power of two, at least 4,096, and a multiple of whatever is sliced, so
     *                   that no slice crosses the border between two chunks
     */
    public ChunkedMapping(PageStorage storage, long chunkBytes) {
        if (Long.bitCount(chunkBytes) != 1 || chunkBytes < SHORTEST) {
            throw new IllegalArgumentException("the chunk size must be a power of two, at least 4096: " + chunkBytes);
        }
        this.storage = storage;
        this.chunkBytes = chunkBytes;
        this.chunkShift = Long.numberOfTrailingZeros(chunkBytes);
        this.mapped = MappedChunks.none(chunkShift);
    }

    /** Returns how many bytes, counted from the beginning of the file, can be sliced. */
    public long length() {
        return length;
    }

    /**
     * Lets the first {@code length} bytes be sliced, and maps ahead where the new part begins, which is where it will be
     * used first. Never fewer bytes than before can be sliced. If it fails, what could be sliced before still can.
     *
     * @throws IllegalStateException after {@link #close}
     */
    public synchronized void ensure(long length) throws IOException {
        if (length <= this.length) {
            return;
        }
        long first = this.length >>> chunkShift;
        long begin = first << chunkShift;
        long needed = Math.min(length - begin, chunkBytes);
        MemorySegment last = chunks.get(first);
        if (last == null || last.byteSize() < needed) {
            keep(first, mapAhead(begin, needed));
        }
        this.length = length;
    }

    /**
     * Lets the first {@code length} bytes be sliced, but maps nothing before it is needed, and then no more than the
     * file has: a file that is long enough is left as it is.
     */
    public synchronized void cover(long length) {
        if (length > this.length) {
            this.length = length;
        }
    }

    /** Mapping ahead makes the file longer; where that is not possible, what is needed, which is there, will do. */
    private MemorySegment mapAhead(long begin, long needed) throws IOException {
        try {
            return storage.map(begin, doubled(needed), arena);
        } catch (OutOfSpaceException e) {
            return storage.map(begin, needed, arena);
        }
    }

    private long doubled(long needed) {
        long powerOfTwo = Long.highestOneBit((needed - 1) | 1) << 1;
        return Math.min(chunkBytes, Math.max(SHORTEST, powerOfTwo));
    }

    /**
     * Returns {@code length} bytes at {@code offset}, readable and writable, valid until {@link #close} or
     * {@link #unmap}.
     *
     * @throws IndexOutOfBoundsException if not all of them are covered, in one chunk
     * @throws IOException               if they had to be mapped first and that failed
     */
    public MemorySegment slice(long offset, int length) throws IOException {
        Objects.checkFromIndexSize(offset, length, this.length);
        long within = offset & (chunkBytes - 1);
        MemorySegment chunk = chunks.get(offset >>> chunkShift);
        if (chunk == null || chunk.byteSize() < within + length) {
            chunk = mapped(offset >>> chunkShift);
        }
        return chunk.asSlice(within, length);
    }

    /**
     * Returns what is mapped already of {@code length} bytes at {@code offset}, in one chunk, from their beginning on: all
     * of it, less, or nothing. Never maps anything.
     */
    public MemorySegment mappedPart(long offset, long length) {
        long covered = this.length;
        MemorySegment chunk = chunks.get(offset >>> chunkShift);
        if (chunk == null || offset >= covered) {
            return MemorySegment.NULL;
        }
        long within = offset & (chunkBytes - 1);
        long there = Math.min(chunk.byteSize() - within, covered - offset);
        return there <= 0 ? MemorySegment.NULL : chunk.asSlice(within, Math.min(length, there));
    }

    private void keep(long number, MemorySegment chunk) {
        chunks.put(number, chunk);
        if (!hidden) {
            mapped = mapped.with(number, chunk);
        }
    }

    /** From now on {@link #mapped()} has nothing, whatever is mapped. */
    public synchronized void hideMapped() {
        hidden = true;
        mapped = MappedChunks.none(chunkShift);
    }

    /**
     * {@return what is mapped at this moment} Any thread, no lock. If this is still the same later, nothing was unmapped by
     * {@link #unmap} in between.
     */
    public MappedChunks mapped() {
        return mapped;
    }

    /** Maps all of a chunk that is covered. */
    private synchronized MemorySegment mapped(long number) throws IOException {
        long begin = number << chunkShift;
        long needed = Math.min(length - begin, chunkBytes);
        MemorySegment chunk = chunks.get(number);
        if (chunk == null || chunk.byteSize() < needed) {
            chunk = storage.map(begin, needed, arena);
            keep(number, chunk);
        }
        return chunk;
    }

    /**
     * Unmaps everything, so that no slice taken before can reach the file any more: every later access to one throws
     * {@link IllegalStateException}. What is covered stays covered, and is mapped anew when it is needed. The caller makes
     * sure that nobody takes a slice meanwhile.
     *
     * @return false if a thread is just handing a slice to the operating system, or all is closed; then nothing has
     *         changed
     */
    public synchronized boolean unmap() {
        Arena next = Arena.ofShared();
        MappedChunks before = mapped;
        mapped = MappedChunks.none(chunkShift);
        try {
            arena.close();
        } catch (IllegalStateException busy) {
            mapped = before;
            next.close();
            return false;
        }
        chunks.clear();
        arena = next;
        return true;
    }

    /** Returns whether nothing is mapped any more. */
    public boolean isClosed() {
        return !arena.scope().isAlive();
    }

    /**
     * Unmaps everything. A thread that is just handing a slice to the operating system (as a buffer for I/O, say) keeps
     * the mapping busy; this is tried again until {@code patience} is over, whether or not the caller is interrupted.
     * Every later access to a slice throws {@link IllegalStateException}. Closing again does nothing.
     *
     * @return whether all is unmapped; if not, all is as before and closing may be tried again
     */
    public boolean close(Duration patience) {
        long deadline = System.nanoTime() + patience.toNanos();
        while (arena.scope().isAlive()) {
            try {
                arena.close();
            } catch (IllegalStateException busy) {
                if (System.nanoTime() - deadline >= 0) {
                    return false;
                }
                Uninterruptible.sleep(CLOSE_RETRY_NANOS);
            }
        }
        return true;
    }
}
