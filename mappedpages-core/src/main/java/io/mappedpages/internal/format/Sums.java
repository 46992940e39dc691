package io.mappedpages.internal.format;

import java.util.zip.CRC32;
import java.util.zip.CRC32C;

/**
 * Two checksums of the same bytes: CRC-32/ISO-HDLC (the one of zip) and CRC-32C (Castagnoli).
 *
 * <p>
 * Two, because the CRC32 over bytes that end in their own CRC32 is the same constant whatever the bytes are, and a
 * user's page may well end so; the CRC32C still tells such pages apart. For pages that carry a CRC of the library
 * itself the sums leave that field out.
 *
 * @param crc32 CRC-32/ISO-HDLC
 * @param crc32c CRC-32C
 */
public record Sums(int crc32, int crc32c) {

    /** The sums of a pair that is not in use; not the sums of any particular bytes. */
    static final Sums ZERO = new Sums(0, 0);

    /**
     * The sums of a range of a heap array. Never call this on a copy that is still mapped: a truncated file would end
     * the JVM inside the checksum.
     *
     * @param bytes where to read
     * @param offset first byte
     * @param length how many
     * @return both sums of those bytes
     */
    public static Sums of(byte[] bytes, int offset, int length) {
        return new Sums(crc32(bytes, offset, length), crc32c(bytes, offset, length));
    }

    static int crc32(byte[] bytes, int offset, int length) {
        CRC32 crc = new CRC32();
        crc.update(bytes, offset, length);
        return (int) crc.getValue();
    }

    private static int crc32c(byte[] bytes, int offset, int length) {
        CRC32C crc = new CRC32C();
        crc.update(bytes, offset, length);
        return (int) crc.getValue();
    }

    @Override
    public String toString() {
        return "CRC32 " + Fields.hex(crc32) + ", CRC32C " + Fields.hex(crc32c);
    }
}
