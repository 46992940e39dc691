package io.mappedpages.cli;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;

import org.jspecify.annotations.Nullable;

import io.mappedpages.internal.inspect.DiskProbe;

/** Measures a disk through the same code that page files are written and synced by. */
final class DiskBench {

    static final int PAGE = 4096;

    private static final int CHUNK_PAGES = 256;
    /** Pages in the largest folios there are, of 2 MiB. */
    private static final int REGION_PAGES = 512;
    private static final int ROUNDS = 8;
    /** No disk does that: so little time for so much means that nothing was written. */
    private static final long BYTES_PER_NANO = 20;
    private static final int CLEARLY = 4;
    private static final Path COUNTERS = Path.of("/proc/self/io");
    private static final String DIRTIED = "write_bytes: ";

    private final Device device;
    private final int pages;
    private final long nanosEach;
    private final Random random = new Random(1);

    /**
     * Measures nothing yet.
     *
     * @param pages     in the files that are made, a multiple of 512
     * @param nanosEach how long each measurement of syncs takes
     */
    DiskBench(Device device, int pages, long nanosEach) {
        this.device = device;
        this.pages = pages;
        this.nanosEach = nanosEach;
    }

    /** Makes the file's blocks, and writes all of it a page at a time, so that none of its memory is in large pieces. */
    void prepare(DiskProbe probe) throws IOException {
        probe.reserve(0, pages);
        for (int page = 0; page < pages; page++) {
            probe.write(page, content());
        }
        probe.syncAll();
    }

    private byte[] content() {
        byte[] content = new byte[PAGE];
        random.nextBytes(content);
        return content;
    }

    /** {@return how long it takes to write some pages here and there, and to make them durable} */
    Latencies.Summary syncs(DiskProbe probe, int atOnce) throws IOException {
        Latencies latencies = new Latencies();
        byte[] content = content();
        long end = System.nanoTime() + nanosEach;
        do {
            long[] chosen = random.longs(atOnce, 0, pages).toArray();
            content[0]++;
            long begun = System.nanoTime();
            for (long page : chosen) {
                probe.write(page, content);
            }
            probe.sync(chosen);
            latencies.add(System.nanoTime() - begun);
        } while (System.nanoTime() < end);
        return latencies.summary();
    }

    /** {@return how long it takes to write a page and to sync all of the file} */
    Latencies.Summary wholeSyncs(DiskProbe probe) throws IOException {
        Latencies latencies = new Latencies();
        byte[] content = content();
        long end = System.nanoTime() + nanosEach;
        do {
            content[0]++;
            long begun = System.nanoTime();
            probe.write(random.nextInt(pages), content);
            probe.syncAll();
            latencies.add(System.nanoTime() - begun);
        } while (System.nanoTime() < end);
        return latencies.summary();
    }

    /** Whether a sync of a page leaves other pages alone. */
    enum Honoured {
        YES, NO, UNKNOWN
    }

    /**
     * What a sync of one page did while much else was to be written.
     *
     * @param otherBytes      bytes that were written elsewhere in the file before, and not synced
     * @param pageNanos       how long the sync of the page took
     * @param restNanos       how long the sync of all took after that
     * @param pageDeviceBytes bytes that the device got meanwhile; null if it does not count them
     * @param restDeviceBytes the same, of the sync of all
     * @param honoured        whether the page alone was written
     */
    record Ranges(long otherBytes, long pageNanos, long restNanos, @Nullable Long pageDeviceBytes,
            @Nullable Long restDeviceBytes, Honoured honoured) {

        static Ranges of(long otherBytes, long pageNanos, long restNanos, @Nullable Long pageBytes,
                @Nullable Long restBytes) {
            return new Ranges(otherBytes, pageNanos, restNanos, pageBytes, restBytes,
                    pageBytes != null && restBytes != null && pageBytes + restBytes >= otherBytes / 2
                            ? pageBytes < otherBytes / CLEARLY ? Honoured.YES : Honoured.NO
                            : byTime(otherBytes, pageNanos, restNanos));
        }

        private static Honoured byTime(long otherBytes, long pageNanos, long restNanos) {
            if ((pageNanos + restNanos) * BYTES_PER_NANO < otherBytes) {
                return Honoured.UNKNOWN;
            }
            return pageNanos * CLEARLY < restNanos ? Honoured.YES
                    : pageNanos > restNanos ? Honoured.NO : Honoured.UNKNOWN;
        }
    }

    /** Writes half of the file and a page of the other half, and syncs that page. */
    Ranges ranges(DiskProbe probe) throws IOException {
        int half = pages / 2;
        byte[] content = content();
        for (int page = 0; page < half; page++) {
            probe.write(page, content);
        }
        long last = pages - 1L;
        probe.write(last, content);
        Long deviceBefore = device.bytesWritten();
        long begun = System.nanoTime();
        probe.sync(last);
        long between = System.nanoTime();
        Long deviceBetween = device.bytesWritten();
        long resumed = System.nanoTime();
        probe.syncAll();
        long end = System.nanoTime();
        Long deviceAfter = device.bytesWritten();
        return Ranges.of((long) half * PAGE, between - begun, end - resumed, difference(deviceBefore, deviceBetween),
                difference(deviceBetween, deviceAfter));
    }

    private static @Nullable Long difference(@Nullable Long before, @Nullable Long after) {
        return before == null || after == null ? null : after - before;
    }

    /**
     * What small changes cost in a file whose memory is in large pieces.
     *
     * @param changedBytes       bytes that were changed, a page of 4 KiB in each 2 MiB, some times
     * @param mappedBytes        what the kernel counted as to be written for changes through a mapping; null if it does not count
     * @param mappedDeviceBytes  what the device got for them; null if it does not count
     * @param writtenBytes       what the kernel counted for the same changes by write calls
     * @param writtenDeviceBytes what the device got for them
     */
    record Folios(long changedBytes, @Nullable Long mappedBytes, @Nullable Long mappedDeviceBytes,
            @Nullable Long writtenBytes, @Nullable Long writtenDeviceBytes) {
    }

    /** Writes a file in large pieces, and then changes pages of it here and there. */
    Folios folios(DiskProbe probe) throws IOException {
        byte[] chunk = new byte[CHUNK_PAGES * PAGE];
        random.nextBytes(chunk);
        for (int page = 0; page < pages; page += CHUNK_PAGES) {
            probe.write(page, chunk);
        }
        probe.syncAll();
        Spent mapped;
        try (Arena arena = Arena.ofShared()) {
            MemorySegment bytes = probe.map(0, pages, arena);
            mapped = spent(probe, page -> bytes.asSlice(page * PAGE, PAGE).fill((byte) 1));
        }
        byte[] content = content();
        Spent written = spent(probe, page -> probe.write(page, content));
        return new Folios((long) ROUNDS * (pages / REGION_PAGES) * PAGE, mapped.dirtied, mapped.device,
                written.dirtied, written.device);
    }

    private record Spent(@Nullable Long dirtied, @Nullable Long device) {
    }

    private interface Change {
        void of(long page) throws IOException;
    }

    /** Changes one page in each region, some times, so that what a change costs is not shared by others. */
    private Spent spent(DiskProbe probe, Change change) throws IOException {
        Long dirtiedBefore = dirtied();
        Long deviceBefore = device.bytesWritten();
        for (int round = 0; round < ROUNDS; round++) {
            for (long region = 0; region + REGION_PAGES <= pages; region += REGION_PAGES) {
                change.of(region + random.nextInt(REGION_PAGES));
            }
            probe.syncAll();
        }
        return new Spent(difference(dirtiedBefore, dirtied()), difference(deviceBefore, device.bytesWritten()));
    }

    /** Linux counts a page here when it is changed, and all of the folio that it lies in. */
    private static @Nullable Long dirtied() {
        try {
            return Files.readAllLines(COUNTERS).stream().filter(line -> line.startsWith(DIRTIED))
                    .map(line -> Long.valueOf(line.substring(DIRTIED.length()).strip())).findFirst().orElse(null);
        } catch (IOException | NumberFormatException e) {
            return null;
        }
    }
}
