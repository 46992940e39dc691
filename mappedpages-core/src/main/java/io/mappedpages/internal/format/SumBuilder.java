package io.mappedpages.internal.format;

import java.util.zip.CRC32;
import java.util.zip.CRC32C;

/** Both sums of bytes that come a piece at a time. As for {@link Sums#of}, each piece is an array on the heap. */
public final class SumBuilder {

    private final CRC32 crc32 = new CRC32();
    private final CRC32C crc32c = new CRC32C();

    /** Adds the first {@code length} of these bytes. */
    public void add(byte[] bytes, int length) {
        crc32.update(bytes, 0, length);
        crc32c.update(bytes, 0, length);
    }

    /** {@return the sums of all that was added} */
    public Sums sums() {
        return new Sums((int) crc32.getValue(), (int) crc32c.getValue());
    }
}
