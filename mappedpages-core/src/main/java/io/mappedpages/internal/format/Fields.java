package io.mappedpages.internal.format;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/**
 * Reads and writes the primitive fields of the format in a byte array, at any alignment. Nothing here knows a record.
 */
final class Fields {

    /** Bytes of a page number on disk: 48 bits. */
    static final int PAGE_NUMBER_BYTES = 6;

    static final VarHandle LONG = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

    private static final VarHandle INT = MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);
    private static final VarHandle SHORT = MethodHandles.byteArrayViewVarHandle(short[].class,
            ByteOrder.LITTLE_ENDIAN);

    /** A page number is stored as its low 32 bits followed by its high 16. */
    private static final int PAGE_NUMBER_LOW_BITS = Integer.SIZE;
    private static final int PAGE_NUMBER_HIGH = Integer.BYTES;

    private Fields() {
    }

    static int getUnsignedByte(byte[] bytes, int at) {
        return Byte.toUnsignedInt(bytes[at]);
    }

    static int getInt(byte[] bytes, int at) {
        return (int) INT.get(bytes, at);
    }

    static void putInt(byte[] bytes, int at, int value) {
        INT.set(bytes, at, value);
    }

    static long getLong(byte[] bytes, int at) {
        return (long) LONG.get(bytes, at);
    }

    static void putLong(byte[] bytes, int at, long value) {
        LONG.set(bytes, at, value);
    }

    static long getPageNumber(byte[] bytes, int at) {
        long low = Integer.toUnsignedLong((int) INT.get(bytes, at));
        long high = Short.toUnsignedLong((short) SHORT.get(bytes, at + PAGE_NUMBER_HIGH));
        return high << PAGE_NUMBER_LOW_BITS | low;
    }

    static void putPageNumber(byte[] bytes, int at, long page) {
        INT.set(bytes, at, (int) page);
        SHORT.set(bytes, at + PAGE_NUMBER_HIGH, (short) (page >>> PAGE_NUMBER_LOW_BITS));
    }

    /** Refuses reserved bytes that are not zero: the writer meant something this version does not know. */
    static void requireZero(byte[] bytes, int from, int to, String record) throws FormatException {
        for (int at = from; at < to; at++) {
            if (bytes[at] != 0) {
                throw new FormatException(record + ": reserved byte " + at + " is " + getUnsignedByte(bytes, at)
                        + " and should be 0");
            }
        }
    }

    static void requireLength(byte[] bytes, int length, String record) throws FormatException {
        if (bytes.length != length) {
            throw new FormatException(record + ": " + bytes.length + " bytes where " + length + " belong");
        }
    }

    /** Four letters that a record begins with, as {@link #getInt} reads them. */
    static int magic(String letters) {
        return getInt(letters.getBytes(StandardCharsets.US_ASCII), 0);
    }

    /** A magic number or a sum as people write it, in eight hexadecimal digits. */
    static String hex(int value) {
        return "0x%08x".formatted(value);
    }
}
