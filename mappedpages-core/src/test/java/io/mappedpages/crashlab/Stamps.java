package io.mappedpages.crashlab;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** What is written to pages: a number each, which stands for a page full of bytes that no other number gives. */
final class Stamps {

    /** The stamp of a page of zeros. */
    static final int ZEROS = 0;

    private static final ValueLayout.OfLong LONG = ValueLayout.JAVA_LONG_UNALIGNED;
    private static final Map<Long, byte[]> CACHE = new ConcurrentHashMap<>();
    private static final int MOST_CACHED = 10_000;

    private Stamps() {
    }

    /** The bytes a stamp stands for. Not to be changed. */
    static byte[] bytes(int stamp, int pageSize) {
        long key = (long) stamp << 32 | pageSize;
        byte[] cached = CACHE.get(key);
        if (cached != null) {
            return cached;
        }
        byte[] made = new byte[pageSize];
        if (stamp != ZEROS) {
            MemorySegment segment = MemorySegment.ofArray(made);
            for (int at = 0; at < pageSize; at += Long.BYTES) {
                segment.set(LONG, at, Hashes.mix((long) stamp << 32 | at));
            }
        }
        if (CACHE.size() < MOST_CACHED) {
            CACHE.put(key, made);
        }
        return made;
    }

    static void write(MemorySegment page, int stamp) {
        page.copyFrom(MemorySegment.ofArray(bytes(stamp, (int) page.byteSize())));
    }

    static boolean matches(byte[] file, int offset, int pageSize, int stamp) {
        return Arrays.equals(file, offset, offset + pageSize, bytes(stamp, pageSize), 0, pageSize);
    }

    static boolean matches(MemorySegment page, int stamp) {
        return page.mismatch(MemorySegment.ofArray(bytes(stamp, (int) page.byteSize()))) < 0;
    }
}
