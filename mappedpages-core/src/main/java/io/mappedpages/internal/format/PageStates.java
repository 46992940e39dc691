package io.mappedpages.internal.format;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.Objects;

/**
 * A run of page states inside a byte array: four to a byte, two bits each, lowest bits first. State {@code i} is bits
 * {@code 2 * (i % 4)} and the one above of byte {@code i / 4}.
 *
 * <p>
 * One thread writes. Others may read at the same time without a lock: a single state is read and written as part of one
 * byte, with acquire and release, so that they see a state as it was at some time and never a mixture. A search is
 * weakly consistent: what it returns had the state when it was looked at last, what it skipped had not when it was
 * passed.
 */
public final class PageStates {

    /** States in a byte. */
    static final int PER_BYTE = Byte.SIZE / PageState.BITS;

    // The searches take 32 states at once, as the two-bit lanes of a long. To find lanes of one state: XOR with that
    // state repeated in every lane makes exactly those lanes zero; OR-ing each lane's upper bit onto its lower one
    // leaves the lower bits 0 just there. Lane numbers then come from counting trailing zeros, and counts from counting
    // bits.
    private static final int PER_WORD = Long.SIZE / PageState.BITS;
    private static final long LOW_BITS = 0x5555_5555_5555_5555L;

    private static final VarHandle BYTE = MethodHandles.arrayElementVarHandle(byte[].class);

    private final byte[] bytes;
    private final int offset;
    private final int count;

    /**
     * Looks at states where they are; nothing is copied.
     *
     * @param bytes the array they are in
     * @param offset the byte of state 0
     * @param count how many there are
     */
    public PageStates(byte[] bytes, int offset, int count) {
        Objects.checkFromIndexSize(offset, Math.ceilDiv(count, PER_BYTE), bytes.length);
        this.bytes = bytes;
        this.offset = offset;
        this.count = count;
    }

    /** {@return how many states there are} */
    public int count() {
        return count;
    }

    /**
     * One state.
     *
     * @param index which state
     * @return one of the {@link PageState} numbers
     */
    public int get(int index) {
        Objects.checkIndex(index, count);
        return (byte) BYTE.getAcquire(bytes, byteOf(index)) >>> shiftOf(index) & PageState.MASK;
    }

    /**
     * Changes one state. Only one thread at a time may do this.
     *
     * @param index which state
     * @param state one of the {@link PageState} numbers
     */
    public void set(int index, int state) {
        Objects.checkIndex(index, count);
        PageState.require(state);
        int at = byteOf(index);
        int others = bytes[at] & ~(PageState.MASK << shiftOf(index));
        BYTE.setRelease(bytes, at, (byte) (others | state << shiftOf(index)));
    }

    /**
     * Changes a range of states, four at a time where it can. Only one thread at a time may do this.
     *
     * @param state one of the {@link PageState} numbers
     * @param from first state to change
     * @param limit first state not to change
     */
    public void fill(int state, int from, int limit) {
        Objects.checkFromToIndex(from, limit, count);
        byte four = (byte) inEveryLane(state);
        int index = from;
        while (index < limit) {
            if (index % PER_BYTE == 0 && limit - index >= PER_BYTE) {
                BYTE.setRelease(bytes, byteOf(index), four);
                index += PER_BYTE;
            } else {
                set(index++, state);
            }
        }
    }

    /**
     * The first state of a kind in a range.
     *
     * @param state what to look for
     * @param from where to begin
     * @param limit where to stop, at most {@link #count()}
     * @return its index, or -1 when there is none (or the range is empty)
     */
    public int next(int state, int from, int limit) {
        return search(inEveryLane(state), LOW_BITS, from, limit);
    }

    /**
     * The first state of another kind in a range.
     *
     * @param state what to skip
     * @param from where to begin
     * @param limit where to stop, at most {@link #count()}
     * @return its index, or -1 when there is none (or the range is empty)
     */
    public int nextNot(int state, int from, int limit) {
        return search(inEveryLane(state), 0, from, limit);
    }

    /**
     * How many of the first states are of a kind.
     *
     * @param state what to count
     * @param limit how many states to look at, at most {@link #count()}
     * @return how many of them have that state
     */
    public int count(int state, int limit) {
        Objects.checkFromToIndex(0, limit, count);
        long pattern = inEveryLane(state);
        VarHandle.acquireFence();
        int found = 0;
        for (int index = 0; index < limit; index += PER_WORD) {
            long hits = hits(word(index), pattern, LOW_BITS);
            int lanes = limit - index;
            if (lanes < PER_WORD) {
                hits &= (1L << (lanes * PageState.BITS)) - 1;
            }
            found += Long.bitCount(hits);
        }
        return found;
    }

    private int search(long pattern, long invert, int from, int limit) {
        if (from < 0 || limit > count) {
            throw new IndexOutOfBoundsException("range [" + from + ", " + limit + ") of " + count + " states");
        }
        // Words are read plainly (there is nothing better for a view at any alignment). The fence keeps a caller's
        // loop from using values read before this call, and a hit is confirmed by an acquiring read of its own byte.
        VarHandle.acquireFence();
        int index = from;
        while (index < limit) {
            int start = index & -PER_WORD;
            long hits = hits(word(start), pattern, invert) & (-1L << ((index - start) * PageState.BITS));
            while (hits == 0) {
                start += PER_WORD;
                if (start >= limit) {
                    return -1;
                }
                hits = hits(word(start), pattern, invert);
            }
            index = start + Long.numberOfTrailingZeros(hits) / PageState.BITS;
            if (index < limit && hits(get(index), pattern & PageState.MASK, invert & PageState.MASK) != 0) {
                return index;
            }
            index++;
        }
        return -1;
    }

    /** The low bit of each lane that equals its lane of {@code pattern}, or with {@code invert} 0, that does not. */
    private static long hits(long lanes, long pattern, long invert) {
        long different = lanes ^ pattern;
        return ((different | different >>> 1) & LOW_BITS) ^ invert;
    }

    private static long inEveryLane(int state) {
        PageState.require(state);
        return state * LOW_BITS;
    }

    /** The 32 states from a multiple of 32 on. Lanes past the last state hold anything. */
    private long word(int index) {
        int at = byteOf(index);
        if (at <= bytes.length - Long.BYTES) {
            return (long) Fields.LONG.get(bytes, at);
        }
        long word = 0;
        for (int i = bytes.length - 1; i >= at; i--) {
            word = word << Byte.SIZE | Byte.toUnsignedLong(bytes[i]);
        }
        return word;
    }

    private int byteOf(int index) {
        return offset + index / PER_BYTE;
    }

    private static int shiftOf(int index) {
        return index % PER_BYTE * PageState.BITS;
    }
}
