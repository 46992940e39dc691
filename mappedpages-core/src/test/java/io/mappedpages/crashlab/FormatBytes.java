package io.mappedpages.crashlab;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.zip.CRC32;
import java.util.zip.CRC32C;

/**
 * Numbers and places of the file format, taken from its document and not from the library: whoever checks the library
 * must not believe it.
 */
final class FormatBytes {

    static final int SLOT_1 = 512;
    static final int SLOT_ACTIVE = 12;
    static final int SLOT_GENERATION = 16;
    static final int SLOT_CRC32 = 24;
    static final int SLOT_INCOMPATIBLE_FLAGS = 28;
    static final int SLOT_CRC32C = 56;
    static final int SLOT_OWN_CRC32 = 60;

    static final int GENERATION = 8;
    static final int PAGE_COUNT = 16;
    static final int FREE_COUNT = 24;
    static final int PROTECTED_COUNT = 32;
    static final int MAP_HEIGHT = 40;
    static final int DIRECTORY_HEIGHT = 41;
    static final int MAP_ROOT = 64;
    static final int DIRECTORY_ROOT = 96;
    static final int RING_A = 128;
    static final int RING_B = 134;
    static final int RING_PAGES = 140;
    static final int JOURNAL_POSITION = 144;
    static final int JOURNAL_SALT = 152;
    static final int HIGH_WATER_MARK = 160;
    static final int JOURNAL_GENERATION = 168;
    static final int JOURNAL_CRC32C = 176;
    static final int STATES = 192;

    static final int NODE_CONTENT = 32;

    static final int PAIR = 32;
    static final int PAIR_GENERATION = 12;
    static final int PAIR_CRC32 = 20;
    static final int PAIR_CRC32C = 24;
    static final int PAIR_ACTIVE = 28;
    static final int PAIR_FLAGS = 29;

    /** Records begin at multiples of this many bytes. */
    static final int RECORD_STEP = 4096;
    static final int RECORD_LENGTH = 4;
    static final int RECORD_GENERATION = 8;
    static final int RECORD_GENERATION_BEFORE = 16;
    static final int RECORD_SALT = 24;
    static final int RECORD_CRC32C_BEFORE = 32;
    static final int RECORD_ENTRY_COUNT = 36;
    static final int RECORD_ENTRIES = 48;
    /** From the end of the entries to the end of the record: CRC32C and CRC32. */
    static final int RECORD_SUMS = 8;

    private static final VarHandle INT = MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);
    private static final VarHandle LONG = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
    private static final long PAGE_NUMBER = (1L << 48) - 1;

    private FormatBytes() {
    }

    static int int32(byte[] bytes, int at) {
        return (int) INT.get(bytes, at);
    }

    static void int32(byte[] bytes, int at, int value) {
        INT.set(bytes, at, value);
    }

    static long int64(byte[] bytes, int at) {
        return (long) LONG.get(bytes, at);
    }

    static void int64(byte[] bytes, int at, long value) {
        LONG.set(bytes, at, value);
    }

    static int page48(byte[] bytes, int at) {
        return Math.toIntExact(int64(bytes, at) & PAGE_NUMBER);
    }

    static void page48(byte[] bytes, int at, long value) {
        int64(bytes, at, int64(bytes, at) & ~PAGE_NUMBER | value);
    }

    static boolean pairInUse(byte[] bytes, int pair) {
        return (bytes[pair + PAIR_FLAGS] & 1) != 0;
    }

    static int activePage(byte[] bytes, int pair) {
        return page48(bytes, pair + (bytes[pair + PAIR_ACTIVE] == 0 ? 0 : 6));
    }

    /** How many pairs a node of {@code size} bytes has room for. */
    static int pairsPerNode(int size) {
        return (size - NODE_CONTENT - 4) / PAIR;
    }

    static int crc32(byte[] bytes, int from, int length) {
        CRC32 crc = new CRC32();
        crc.update(bytes, from, length);
        return (int) crc.getValue();
    }

    static int crc32c(byte[] bytes, int from, int length) {
        CRC32C crc = new CRC32C();
        crc.update(bytes, from, length);
        return (int) crc.getValue();
    }
}
