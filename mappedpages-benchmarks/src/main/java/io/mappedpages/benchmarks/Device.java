package io.mappedpages.benchmarks;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** The block device under a file (Linux). Its counters know no processes: nothing else should write to it. */
public final class Device {

    private static final int SECTORS_WRITTEN = 6;
    /** Since Linux 5.5. */
    private static final int FLUSHES = 15;
    private static final int SECTOR = 512;
    private static final int MINOR_BITS = 8;

    private final Path stat;

    /**
     * Finds the device that a file lies on.
     *
     * @param file the file
     */
    public Device(Path file) throws IOException {
        long number = (long) Files.getAttribute(file, "unix:dev");
        stat = Path.of("/sys/dev/block", (number >>> MINOR_BITS) + ":" + (number & ((1 << MINOR_BITS) - 1)), "stat");
    }

    /** {@return bytes written to the device since it exists, or 0 if it does not count them} */
    public long bytesWritten() throws IOException {
        return counter(SECTORS_WRITTEN) * SECTOR;
    }

    /** {@return how often the device was told to make durable what it has, or 0 if it does not count that} */
    public long flushes() throws IOException {
        return counter(FLUSHES);
    }

    private long counter(int field) throws IOException {
        if (!Files.exists(stat)) {
            return 0;
        }
        String[] fields = Files.readString(stat).trim().split("\\s+", -1);
        return field < fields.length ? Long.parseLong(fields[field]) : 0;
    }
}
