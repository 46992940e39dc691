package io.mappedpages.benchmarks;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.channels.FileChannel;
import java.nio.channels.FileChannel.MapMode;
import java.nio.file.StandardOpenOption;
import java.util.concurrent.TimeUnit;

import org.openjdk.jmh.annotations.AuxCounters;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

import io.mappedpages.MappedPage;
import io.mappedpages.PageId;
import io.mappedpages.Pager;
import io.mappedpages.WritablePage;

/**
 * Filling and scanning whole pages that are in memory, each borrowed by itself; beside it, the same with slices of a plain
 * mapping of the second half of the same file, so that both halves lie in memory in the same way. They take turns of 1 MiB.
 */
@BenchmarkMode(Mode.SingleShotTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Warmup(iterations = 100)
@Measurement(iterations = 20)
@Fork(value = 3, jvmArgsAppend = "--enable-native-access=ALL-UNNAMED")
@State(Scope.Thread)
public class ScanBenchmark {

    private static final int TURN = 256;

    /** 32 MiB, which some caches hold, and 512 MiB, which few do. */
    @Param({"8192", "131072"})
    private int pages;

    private Pager pager = Fixtures.unset();
    private PageId first = Fixtures.unset();
    private Arena arena = Fixtures.unset();
    private MemorySegment mapping = Fixtures.unset();

    /** Medians of an iteration, in bytes a nanosecond (GB/s). */
    @State(Scope.Thread)
    @AuxCounters(AuxCounters.Type.EVENTS)
    public static class Bandwidth {
        private final Turns pager = new Turns();
        private final Turns raw = new Turns();
        /** So that no loop is taken for useless. */
        private long sum;

        @Setup(Level.Iteration)
        public void clear() {
            pager.clear();
            raw.clear();
        }

        public double pagerBytesPerNano() {
            return TURN * Fixtures.PAGE / Math.max(1, pager.median());
        }

        public double rawBytesPerNano() {
            return TURN * Fixtures.PAGE / Math.max(1, raw.median());
        }

        public long isOdd() {
            return sum & 1;
        }
    }

    @Setup(Level.Trial)
    public void create() throws Exception {
        pager = Pager.builder(Fixtures.fresh("scan")).initialSize((2L * pages + 64) * Fixtures.PAGE).create();
        first = pager.allocBulk(2 * pages).get(0);
        arena = Arena.ofShared();
        try (FileChannel file = FileChannel.open(pager.path(), StandardOpenOption.READ, StandardOpenOption.WRITE)) {
            mapping = file.map(MapMode.READ_WRITE, (first.number() + pages) * Fixtures.PAGE,
                    (long) pages * Fixtures.PAGE, arena);
        }
        for (int page = 0; page < pages; page += TURN) {
            fillPager(page);
            fillRaw(page);
        }
        pager.sync();
    }

    @TearDown(Level.Trial)
    public void close() {
        pager.close();
        arena.close();
    }

    @Benchmark
    public void fill(Bandwidth times) throws Exception {
        for (int page = 0; page < pages; page += TURN) {
            int from = page;
            times.pager.time(() -> fillPager(from));
            times.raw.time(() -> fillRaw(from));
        }
    }

    @Benchmark
    public void scan(Bandwidth times) throws Exception {
        for (int page = 0; page < pages; page += TURN) {
            int from = page;
            times.pager.time(() -> times.sum += scanPager(from));
            times.raw.time(() -> times.sum += scanRaw(from));
        }
    }

    private void fillPager(int from) {
        for (int i = from; i < from + TURN; i++) {
            try (WritablePage page = pager.write(new PageId(first.number() + i))) {
                page.bytes().fill((byte) i);
            }
        }
    }

    private void fillRaw(int from) {
        for (int i = from; i < from + TURN; i++) {
            mapping.asSlice((long) i * Fixtures.PAGE, Fixtures.PAGE).fill((byte) i);
        }
    }

    private long scanPager(int from) {
        long sum = 0;
        for (int i = from; i < from + TURN; i++) {
            try (MappedPage page = pager.read(new PageId(first.number() + i))) {
                sum += sum(page.bytes());
            }
        }
        return sum;
    }

    private long scanRaw(int from) {
        long sum = 0;
        for (int i = from; i < from + TURN; i++) {
            sum += sum(mapping.asSlice((long) i * Fixtures.PAGE, Fixtures.PAGE));
        }
        return sum;
    }

    private static long sum(MemorySegment page) {
        long sum = 0;
        for (int at = 0; at < Fixtures.PAGE; at += Long.BYTES) {
            sum += page.get(ValueLayout.JAVA_LONG, at);
        }
        return sum;
    }
}
