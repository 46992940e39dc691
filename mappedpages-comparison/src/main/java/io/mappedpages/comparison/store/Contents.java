package io.mappedpages.comparison.store;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/**
 * What values consist of: their key, a version, and words that follow from both and cannot be compressed. So a value that was
 * read tells whether it is whole.
 */
public final class Contents {

    /** Bytes in a value. */
    public static final int SIZE = 4096;

    private static final ValueLayout.OfLong WORD = ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final VarHandle WORDS = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
    private static final int VERSION_AT = Long.BYTES;
    private static final long STEP = 0x9E3779B97F4A7C15L;

    private Contents() {
    }

    /** {@return a new value} */
    public static byte[] of(long key, long version) {
        byte[] value = new byte[SIZE];
        fill(value, key, version);
        return value;
    }

    /** Makes an array the value of a key. */
    public static void fill(byte[] value, long key, long version) {
        stamp(value, key, version);
        for (int at = 2 * Long.BYTES; at < SIZE; at += Long.BYTES) {
            WORDS.set(value, at, expected(key, version, at));
        }
    }

    /** Changes key and version only, for where the time it takes to fill a value would count. */
    public static void stamp(byte[] value, long key, long version) {
        WORDS.set(value, 0, key);
        WORDS.set(value, VERSION_AT, version);
    }

    /**
     * Looks whether a value is whole.
     *
     * @param value what was read
     * @param key what it was read under
     * @return its version
     * @throws IllegalStateException if it is not
     */
    public static long versionOf(byte[] value, long key) {
        long version = word(value, VERSION_AT);
        if (word(value, 0) != key) {
            throw new IllegalStateException("Under key " + key + " is a value of key " + word(value, 0));
        }
        for (int at = 2 * Long.BYTES; at < SIZE; at += Long.BYTES) {
            if (word(value, at) != expected(key, version, at)) {
                throw new IllegalStateException("The value of key " + key + " is not whole at " + at);
            }
        }
        return version;
    }

    /** {@return the word at a place of a value} */
    public static long word(byte[] value, int at) {
        return (long) WORDS.get(value, at);
    }

    /** {@return the word at a place of a value} */
    public static long word(MemorySegment value, int at) {
        return value.get(WORD, at);
    }

    /**
     * Copies a value.
     *
     * @param value where it is
     * @param into where to
     * @return {@code into}
     */
    public static byte[] copy(MemorySegment value, byte[] into) {
        MemorySegment.copy(value, 0, MemorySegment.ofArray(into), 0, into.length);
        return into;
    }

    /** {@return the sum of all words of a value} */
    public static long sum(MemorySegment value) {
        long sum = 0;
        for (int at = 0; at < SIZE; at += Long.BYTES) {
            sum += value.get(WORD, at);
        }
        return sum;
    }

    /** {@return the sum of all words of a value} */
    public static long sum(byte[] value) {
        long sum = 0;
        for (int at = 0; at < SIZE; at += Long.BYTES) {
            sum += word(value, at);
        }
        return sum;
    }

    private static long expected(long key, long version, int at) {
        long mixed = (key * 31 + version) * STEP + at;
        mixed = (mixed ^ mixed >>> 30) * 0xBF58476D1CE4E5B9L;
        mixed = (mixed ^ mixed >>> 27) * 0x94D049BB133111EBL;
        return mixed ^ mixed >>> 31;
    }
}
