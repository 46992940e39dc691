package io.mappedpages.internal.storage;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.time.Duration;
import java.util.Arrays;
import java.util.Objects;

/**
 * A growing file in memory. It is mapped in chunks of one size. To grow inside the last chunk, that chunk is mapped again,
 * longer, and the old mapping stays until {@link #close}: slices taken before stay valid and see the same bytes, and
 * nothing waits for anybody.
 *
 * <p>
 * The lengths of one chunk's mappings double. So a chunk is mapped a few times at most, however small the steps are in
 * which the file grows; the number of mappings of a process is limited (65,530 on Linux). Mapping more than is needed
 * makes the file longer than needed, without real blocks behind; the owner of the file cuts that off.
 *
 * <p>
 * {@link #slice} may be called by any thread and takes no lock. {@link #ensure} and {@link #close} are for one thread at a
 * time.
 */
public final class ChunkedMapping {

    /** Nothing shorter is mapped: the memory page of most machines. */
    private static final long SHORTEST = 4096;

    /** How long closing waits before it tries again. */
    private static final long CLOSE_RETRY_NANOS = 200_000;

    private final PageStorage storage;
    private final long chunkBytes;
    private final int chunkShift;
    private final Arena arena = Arena.ofShared();

    private volatile Mapped mapped = new Mapped(new MemorySegment[0], 0);

    /** All that {@link #slice} needs, replaced as a whole; the array is never changed once it is here. */
    private static final class Mapped {

        final MemorySegment[] chunks;
        final long length;

        Mapped(MemorySegment[] chunks, long length) {
            this.chunks = chunks;
            this.length = length;
        }
    }

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
    }

    /** Returns how many bytes, counted from the beginning of the file, can be sliced. */
    public long length() {
        return mapped.length;
    }

    /**
     * Maps at least the first {@code length} bytes of the file. It never maps less than before. If it fails, what was
     * mapped before still is.
     *
     * @throws IllegalStateException after {@link #close}
     */
    public void ensure(long length) throws IOException {
        map(length, true);
    }

    /**
     * Like {@link #ensure}, but maps not a byte more than asked for, so that a file which is long enough is left as it
     * is.
     *
     * @throws IllegalStateException after {@link #close}
     */
    public void ensureExactly(long length) throws IOException {
        map(length, false);
    }

    private void map(long length, boolean ahead) throws IOException {
        Mapped before = mapped;
        if (length <= before.length) {
            return;
        }
        int count = Math.toIntExact(((length - 1) >>> chunkShift) + 1);
        MemorySegment[] chunks = Arrays.copyOf(before.chunks, count);
        for (int i = Math.max(0, before.chunks.length - 1); i < count; i++) {
            long begin = (long) i << chunkShift;
            long needed = Math.min(length - begin, chunkBytes);
            if (i >= before.chunks.length || chunks[i].byteSize() < needed) {
                chunks[i] = storage.map(begin, ahead ? doubled(needed) : needed, arena);
            }
        }
        mapped = new Mapped(chunks, length);
    }

    private long doubled(long needed) {
        long powerOfTwo = Long.highestOneBit((needed - 1) | 1) << 1;
        return Math.min(chunkBytes, Math.max(SHORTEST, powerOfTwo));
    }

    /**
     * Returns {@code length} bytes at {@code offset}, readable and writable, valid until {@link #close}.
     *
     * @throws IndexOutOfBoundsException if not all of them are mapped in one chunk
     */
    public MemorySegment slice(long offset, int length) {
        Mapped now = mapped;
        Objects.checkFromIndexSize(offset, length, now.length);
        return now.chunks[(int) (offset >>> chunkShift)].asSlice(offset & (chunkBytes - 1), length);
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
