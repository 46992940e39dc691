package io.mappedpages.crashlab;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/** 64-bit hashes of images, built from their sectors so that changing one sector is cheap. */
final class Hashes {

    private static final VarHandle LONG = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

    private Hashes() {
    }

    /** Finalizer of SplitMix64: every bit of the argument changes about half of the bits of the result. */
    static long mix(long value) {
        long z = value + 0x9E3779B97F4A7C15L;
        z = (z ^ z >>> 30) * 0xBF58476D1CE4E5B9L;
        z = (z ^ z >>> 27) * 0x94D049BB133111EBL;
        return z ^ z >>> 31;
    }

    /** What a sector of this content adds to the hash of its image. A sector of zeros adds nothing. */
    static long sector(int number, byte[] bytes, int offset) {
        long hash = 0;
        for (int at = offset; at < offset + SimulatedFile.SECTOR; at += Long.BYTES) {
            hash = (hash ^ (long) LONG.get(bytes, at)) * 0x9FB21C651E98DF25L;
            hash ^= hash >>> 32;
        }
        return hash == 0 ? 0 : mix(hash ^ mix(number));
    }

    /** A sector's worth of bytes that nobody wrote, always the same for a number. */
    static byte[] garbage(int number) {
        byte[] bytes = new byte[SimulatedFile.SECTOR];
        for (int at = 0; at < bytes.length; at += Long.BYTES) {
            LONG.set(bytes, at, mix((long) ~number << 32 | at));
        }
        return bytes;
    }

    /** The sum over all sectors. */
    static long image(byte[] bytes, int length) {
        long sum = 0;
        for (int at = 0; at < length; at += SimulatedFile.SECTOR) {
            sum += sector(at / SimulatedFile.SECTOR, bytes, at);
        }
        return sum;
    }
}
