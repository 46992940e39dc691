package io.mappedpages.internal.latch;

import java.util.concurrent.atomic.AtomicLongArray;

import org.jspecify.annotations.Nullable;

import io.mappedpages.internal.table.LongTable;

/**
 * Remembers, for latch blocks that were given up, that one of their pages was lent writable since the file was mapped: one bit a
 * block, so 128 KiB for each TiB of 4 KiB pages. Which of the pages is forgotten; none of them is trusted.
 */
final class LentBlocks {

    private static final int BITS = 14;

    private final LongTable<Span> spans = new LongTable<>();

    /** So many neighbouring blocks. */
    private static final class Span extends LongTable.Keyed {
        private final AtomicLongArray bits = new AtomicLongArray(1 << (BITS - 6));

        Span(long key) {
            super(key);
        }
    }

    /** So that {@link #add} needs no memory. */
    void makeRoom(long block) {
        spans.getOrCreate(block >>> BITS, Span::new);
    }

    void add(long block) {
        long bit = 1L << block;
        spans.getOrCreate(block >>> BITS, Span::new).bits.accumulateAndGet(word(block), bit, (old, mask) -> old | mask);
    }

    boolean contains(long block) {
        @Nullable Span span = spans.find(block >>> BITS);
        return span != null && (span.bits.get(word(block)) & 1L << block) != 0;
    }

    /** Forgets everything: no segment that was lent is of any use any more. */
    void clear() {
        spans.clear();
    }

    private static int word(long block) {
        return (int) (block >>> 6) & ((1 << (BITS - 6)) - 1);
    }
}
