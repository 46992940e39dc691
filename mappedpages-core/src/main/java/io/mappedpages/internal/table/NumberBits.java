package io.mappedpages.internal.table;

import java.util.BitSet;
import java.util.Map;
import java.util.TreeMap;

/** A set of numbers, as bits: it takes a bit for each number there could be, and nothing for stretches without any. */
public final class NumberBits {

    private static final int CHUNK = 1 << 16;

    /** What there is of each stretch of numbers, by its place among them. None is empty. */
    private final TreeMap<Long, BitSet> chunks = new TreeMap<>();
    private long count;

    /** {@return how many numbers there are} */
    public long count() {
        return count;
    }

    /** Adds {@code number}, which is not negative. */
    public void add(long number) {
        set(number, number + 1, true);
    }

    /** Adds the numbers {@code [first, end)}, or takes them out. */
    public void set(long first, long end, boolean there) {
        for (long number = first; number < end;) {
            long chunk = number / CHUNK;
            int from = (int) (number % CHUNK);
            int to = (int) Math.min(CHUNK, end - chunk * CHUNK);
            BitSet bits = there ? chunks.computeIfAbsent(chunk, _ -> new BitSet()) : chunks.get(chunk);
            if (bits != null) {
                count -= bits.cardinality();
                bits.set(from, to, there);
                count += bits.cardinality();
                if (bits.isEmpty()) {
                    chunks.remove(chunk);
                }
            }
            number = chunk * CHUNK + to;
        }
    }

    /** {@return whether {@code number} is in the set} */
    public boolean contains(long number) {
        BitSet bits = chunks.get(number / CHUNK);
        return bits != null && bits.get((int) (number % CHUNK));
    }

    /** Takes rows of neighbouring numbers. */
    public interface Row<E extends Exception> {
        /** Takes the numbers {@code [first, end)}. */
        void take(long first, long end) throws E;
    }

    /** Shows all numbers, in ascending order. A row may be shown in several pieces. */
    public <E extends Exception> void forEachRow(Row<E> row) throws E {
        for (Map.Entry<Long, BitSet> chunk : chunks.entrySet()) {
            long base = chunk.getKey() * CHUNK;
            BitSet bits = chunk.getValue();
            for (int first = bits.nextSetBit(0); first >= 0;) {
                int end = bits.nextClearBit(first);
                row.take(base + first, base + end);
                first = bits.nextSetBit(end);
            }
        }
    }
}
