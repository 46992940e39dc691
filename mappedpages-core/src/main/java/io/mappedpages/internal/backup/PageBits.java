package io.mappedpages.internal.backup;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.Arrays;

import org.jspecify.annotations.Nullable;

/** A bit for each page, however many there come to be. Any thread. */
final class PageBits {

    private static final VarHandle WORD = MethodHandles.arrayElementVarHandle(long[].class);
    /** Words in a chunk: 64 KiB, for half a million pages. */
    private static final int CHUNK_WORDS = 1 << 13;

    private volatile long[] @Nullable [] chunks = new long[1][];

    /** {@return the bits of the pages from {@code 64 * number} on, the lowest for the first} */
    long word(long number) {
        long[] chunk = chunkIfThere(number);
        return chunk == null ? 0 : (long) WORD.getVolatile(chunk, within(number));
    }

    boolean get(long page) {
        return (word(page / Long.SIZE) & 1L << page) != 0; // of the shift the last six bits count
    }

    void set(long page) {
        WORD.getAndBitwiseOr(chunk(page / Long.SIZE), within(page / Long.SIZE), 1L << page);
    }

    /** Sets all bits from {@code from} to before {@code end}. */
    void set(long from, long end) {
        for (long page = from; page < end;) {
            long number = page / Long.SIZE;
            long next = Math.min(end, (number + 1) * Long.SIZE);
            WORD.getAndBitwiseOr(chunk(number), within(number), mask(page, next));
            page = next;
        }
    }

    /** Sets all bits from {@code from} to before {@code end} that are set in {@code others}. */
    void setWhere(PageBits others, long from, long end) {
        for (long page = from; page < end;) {
            long number = page / Long.SIZE;
            long next = Math.min(end, (number + 1) * Long.SIZE);
            long bits = others.word(number) & mask(page, next);
            if (bits != 0) {
                WORD.getAndBitwiseOr(chunk(number), within(number), bits);
            }
            page = next;
        }
    }

    void clear(long page) {
        long[] chunk = chunkIfThere(page / Long.SIZE);
        if (chunk != null) {
            WORD.getAndBitwiseAnd(chunk, within(page / Long.SIZE), ~(1L << page));
        }
    }

    /** {@return the bits of the pages from {@code from} to before {@code end}, which are of one word} */
    static long mask(long from, long end) {
        return -1L << from & -1L >>> -end; // of shifts the last six bits count, and an end of 64 is one of 0
    }

    private static int within(long number) {
        return (int) (number % CHUNK_WORDS);
    }

    private long @Nullable [] chunkIfThere(long number) {
        long[] @Nullable [] all = chunks;
        long index = number / CHUNK_WORDS;
        return index < all.length ? all[(int) index] : null;
    }

    private long[] chunk(long number) {
        long[] there = chunkIfThere(number);
        return there != null ? there : newChunk(Math.toIntExact(number / CHUNK_WORDS));
    }

    private synchronized long[] newChunk(int index) {
        long[] @Nullable [] all = chunks;
        long[] there = index < all.length ? all[index] : null;
        if (there != null) {
            return there;
        }
        long[] made = new long[CHUNK_WORDS];
        long[] @Nullable [] next = Arrays.copyOf(all, Math.max(all.length, index + 1));
        next[index] = made;
        chunks = next;
        return made;
    }
}
