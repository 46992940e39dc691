package io.mappedpages.benchmarks;

import java.io.RandomAccessFile;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.channels.FileChannel.MapMode;
import java.nio.file.Path;
import java.util.Random;
import java.util.concurrent.TimeUnit;

import org.openjdk.jmh.annotations.AuxCounters;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

import io.mappedpages.MappedPage;
import io.mappedpages.PageId;
import io.mappedpages.Pager;
import io.mappedpages.WritablePage;

/**
 * What the device is given to write for each byte that users store: pages of 4 KiB here and there are filled and synced,
 * after the file has grown, and again after it was put out of memory, opened and read from end to end. Beside it, plain
 * mappings of files filled by small and by large writes. The device's own counter is read, so let
 * {@code benchmark.dir} be on a device of its own.
 */
@BenchmarkMode(Mode.SingleShotTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Warmup(iterations = 0)
@Measurement(iterations = 5)
@State(Scope.Thread)
public class DeviceBytesBenchmark {

    private static final int PAGES = Integer.getInteger("benchmark.pages", 65_536);
    /** One in so many is stored to. */
    private static final int SPREAD = 32;
    private static final int STORED = PAGES / SPREAD;

    private final Random random = new Random(42);

    /** Bytes written to the device by byte stored. */
    @State(Scope.Thread)
    @AuxCounters(AuxCounters.Type.EVENTS)
    public static class PerByte {
        public double afterGrowth;
        public double afterReopen;
        public double rawAfterSmallWrites;
        public double rawAfterLargeWrites;
        public double rawAfterReopen;
    }

    private interface Store {
        void run() throws Exception;
    }

    private static double measured(Path file, Store stores) throws Exception {
        Device device = new Device(file);
        long before = device.bytesWritten();
        stores.run();
        return (device.bytesWritten() - before) / ((double) STORED * Fixtures.PAGE);
    }

    @Benchmark
    @Fork(value = 1, jvmArgsAppend = "--enable-native-access=ALL-UNNAMED")
    public void randomStores(PerByte result) throws Exception {
        pager(result);
        raw(result);
    }

    @Benchmark
    @Fork(value = 1, jvmArgsAppend = {})
    public void randomStoresWithoutNativeAccess(PerByte result) throws Exception {
        pager(result);
        raw(result);
    }

    private void pager(PerByte result) throws Exception {
        Path path = Fixtures.fresh("device");
        long first;
        try (Pager pager = Pager.builder(path).create()) {
            first = pager.allocBulk(PAGES).get(0).number();
            pager.sync();
            result.afterGrowth = measured(path, () -> store(pager, first));
        }
        Fixtures.evict(path);
        try (Pager pager = Pager.open(path)) {
            long sum = 0;
            for (int i = 0; i < PAGES; i++) {
                try (MappedPage page = pager.read(new PageId(first + i))) {
                    sum += page.bytes().get(ValueLayout.JAVA_BYTE, 0);
                }
            }
            if (sum == 0) {
                throw new IllegalStateException("nothing was stored");
            }
            result.afterReopen = measured(path, () -> store(pager, first));
        }
    }

    private void store(Pager pager, long first) {
        for (int i = 0; i < STORED; i++) {
            long page = first + (long) i * SPREAD + random.nextInt(SPREAD);
            try (WritablePage borrowed = pager.write(new PageId(page))) {
                borrowed.bytes().fill((byte) 1);
            }
        }
        pager.sync();
    }

    private void raw(PerByte result) throws Exception {
        result.rawAfterSmallWrites = rawAfterWrites(Fixtures.PAGE);
        result.rawAfterLargeWrites = rawAfterWrites((int) Fixtures.MIB);
        Path path = Fixtures.fresh("device-raw");
        fill(path, Fixtures.PAGE);
        Fixtures.evict(path);
        try (RandomAccessFile file = new RandomAccessFile(path.toFile(), "rw"); Arena arena = Arena.ofShared()) {
            MemorySegment all = file.getChannel().map(MapMode.READ_WRITE, 0, (long) PAGES * Fixtures.PAGE, arena);
            long sum = 0;
            for (int i = 0; i < PAGES; i++) {
                sum += all.get(ValueLayout.JAVA_BYTE, (long) i * Fixtures.PAGE);
            }
            if (sum != 0) {
                throw new IllegalStateException("something was stored");
            }
            result.rawAfterReopen = measured(path, () -> store(file, all));
        }
    }

    private double rawAfterWrites(int piece) throws Exception {
        Path path = Fixtures.fresh("device-raw");
        fill(path, piece);
        try (RandomAccessFile file = new RandomAccessFile(path.toFile(), "rw"); Arena arena = Arena.ofShared()) {
            MemorySegment all = file.getChannel().map(MapMode.READ_WRITE, 0, (long) PAGES * Fixtures.PAGE, arena);
            return measured(path, () -> store(file, all));
        }
    }

    private static void fill(Path path, int piece) throws Exception {
        try (RandomAccessFile file = new RandomAccessFile(path.toFile(), "rw")) {
            byte[] zeros = new byte[piece];
            for (long at = 0; at < (long) PAGES * Fixtures.PAGE; at += piece) {
                file.write(zeros);
            }
            file.getFD().sync();
        }
    }

    private void store(RandomAccessFile file, MemorySegment all) throws Exception {
        for (int i = 0; i < STORED; i++) {
            long page = (long) i * SPREAD + random.nextInt(SPREAD);
            all.asSlice(page * Fixtures.PAGE, Fixtures.PAGE).fill((byte) 1);
        }
        file.getChannel().force(false);
    }
}
