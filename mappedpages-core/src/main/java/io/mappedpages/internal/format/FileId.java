package io.mappedpages.internal.format;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.security.SecureRandom;

/**
 * The random name a file gets when it is created and keeps for life. It ties metadata pages to their superblock and
 * tells a replaced file from the one that was open before.
 *
 * <p>
 * On disk it is 16 bytes without inner structure; they are printed in the order in which they lie in the file, so that
 * a hexdump and a log line show the same digits.
 *
 * @param high the first eight bytes
 * @param low the last eight bytes
 */
public record FileId(long high, long low) {

    /** Length on disk. */
    static final int BYTES = 16;

    // Not a number, so not little-endian: big-endian here means "in file order".
    private static final VarHandle IN_ORDER = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);
    private static final int HIGH = 0;
    private static final int LOW = 8;

    /**
     * A name nobody else has.
     *
     * @return sixteen random bytes
     */
    public static FileId random() {
        SecureRandom random = new SecureRandom();
        return new FileId(random.nextLong(), random.nextLong());
    }

    static FileId read(byte[] bytes, int offset) {
        return new FileId((long) IN_ORDER.get(bytes, offset + HIGH), (long) IN_ORDER.get(bytes, offset + LOW));
    }

    void write(byte[] bytes, int offset) {
        IN_ORDER.set(bytes, offset + HIGH, high);
        IN_ORDER.set(bytes, offset + LOW, low);
    }

    /** The sixteen bytes in file order, as 32 hexadecimal digits. */
    @Override
    public String toString() {
        return "%016x%016x".formatted(high, low);
    }
}
