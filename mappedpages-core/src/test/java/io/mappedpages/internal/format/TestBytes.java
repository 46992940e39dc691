package io.mappedpages.internal.format;

import java.util.HexFormat;
import java.util.Random;
import java.util.zip.CRC32;

/** What the tests of this package do to bytes. Checksums are made here without the code under test. */
final class TestBytes {

    static final HexFormat HEX = HexFormat.of();

    /** Set {@code -Dmappedpages.test.seed=} to a number from a failure message to see that failure again. */
    private static final String SEED_PROPERTY = "mappedpages.test.seed";

    private TestBytes() {
    }

    static long seed() {
        return Long.getLong(SEED_PROPERTY, System.nanoTime());
    }

    static String named(long seed) {
        return "-D" + SEED_PROPERTY + "=" + seed;
    }

    static String hex(byte[] bytes, int from, int to) {
        return HEX.formatHex(bytes, from, to);
    }

    /** The same bytes with one of them set and a good CRC32 in the last four: wrong only where the test wants it. */
    static byte[] forged(byte[] sealed, int at, int... values) {
        byte[] forged = sealed.clone();
        for (int i = 0; i < values.length; i++) {
            forged[at + i] = (byte) values[i];
        }
        CRC32 crc = new CRC32();
        crc.update(forged, 0, forged.length - Integer.BYTES);
        for (int i = 0; i < Integer.BYTES; i++) {
            forged[forged.length - Integer.BYTES + i] = (byte) (crc.getValue() >>> i * Byte.SIZE);
        }
        return forged;
    }

    /** The same bytes with one of them changed. */
    static byte[] damaged(byte[] bytes, int at, Random random) {
        byte[] damaged = bytes.clone();
        damaged[at] ^= (byte) (1 + random.nextInt(255));
        return damaged;
    }

    static byte[] random(Random random, int length) {
        byte[] bytes = new byte[length];
        random.nextBytes(bytes);
        return bytes;
    }
}
