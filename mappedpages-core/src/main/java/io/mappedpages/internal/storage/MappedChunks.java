package io.mappedpages.internal.storage;

import java.lang.foreign.MemorySegment;
import java.util.Arrays;

/**
 * What of a {@link ChunkedMapping} was mapped at one moment, read-only: for those who look without a lock, and compare
 * afterwards whether the mapping still says the same. Immutable.
 */
public final class MappedChunks {

    /** Of so many chunks from the beginning of the file; those behind are not in here. */
    private static final int MOST = 1 << 16;

    private final MemorySegment[] chunks;
    private final int shift;
    private final long mask;

    private MappedChunks(MemorySegment[] chunks, int shift) {
        this.chunks = chunks;
        this.shift = shift;
        this.mask = (1L << shift) - 1;
    }

    /** {@return nothing, in chunks of {@code 1 << shift} bytes} */
    static MappedChunks none(int shift) {
        return new MappedChunks(new MemorySegment[0], shift);
    }

    /** {@return these, and {@code chunk} as number {@code number}} */
    MappedChunks with(long number, MemorySegment chunk) {
        if (number >= MOST) {
            return this;
        }
        int index = (int) number;
        MemorySegment[] more = Arrays.copyOf(chunks, Math.max(chunks.length, index + 1));
        Arrays.fill(more, chunks.length, more.length, MemorySegment.NULL);
        more[index] = chunk.asReadOnly();
        return new MappedChunks(more, shift);
    }

    /** {@return the chunk with the byte at {@code offset}, as far as it is mapped: perhaps nothing, or not to there} */
    public MemorySegment chunk(long offset) {
        long index = offset >>> shift;
        return index < chunks.length ? chunks[(int) index] : MemorySegment.NULL;
    }

    /** {@return where in its chunk the byte at {@code offset} is} */
    public long within(long offset) {
        return offset & mask;
    }
}
