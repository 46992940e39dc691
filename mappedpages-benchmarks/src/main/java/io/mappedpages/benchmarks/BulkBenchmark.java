package io.mappedpages.benchmarks;

import java.util.List;
import java.util.concurrent.TimeUnit;

import org.openjdk.jmh.annotations.AuxCounters;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

import io.mappedpages.BenchmarkAccess;
import io.mappedpages.PageId;
import io.mappedpages.Pager;

/**
 * A million pages in one call, by page, with and without the time spent in syncs; beside it the same bytes to a plain
 * file. Pages are fresh, so none is filled with zeros.
 */
@BenchmarkMode(Mode.SingleShotTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Warmup(iterations = 8)
@Measurement(iterations = 20)
@Fork(value = 1, jvmArgsAppend = "--enable-native-access=ALL-UNNAMED")
@State(Scope.Thread)
public class BulkBenchmark {

    private static final int COUNT = Integer.getInteger("benchmark.bulk", 1_000_000);
    /** More than all iterations take. */
    private static final long PAGES = 40L * COUNT;

    /** A pager of its own for each trial. */
    @State(Scope.Thread)
    public static class File {
        private final RecordingDisk disk = new RecordingDisk();
        Pager pager = Fixtures.unset();
        private RawFile raw = Fixtures.unset();

        @Setup(Level.Trial)
        public void create() throws Exception {
            long bytes = PAGES * Fixtures.PAGE;
            pager = BenchmarkAccess.on(Fixtures.sparse(Fixtures.fresh("bulk"), bytes), disk).create();
            raw = new RawFile(Fixtures.fresh("bulk-raw"), bytes);
        }

        @TearDown(Level.Trial)
        public void close() throws Exception {
            pager.close();
            raw.close();
        }
    }

    /** The same file, with all its pages allocated. */
    @State(Scope.Thread)
    public static class Full extends File {
        private List<PageId> ids = List.of();
        private int freed;

        @Setup(Level.Trial)
        public void allocate() {
            ids = pager.allocBulk(Math.toIntExact(pager.freePageCount() - COUNT));
        }

        List<PageId> next() {
            List<PageId> some = ids.subList(freed, freed + COUNT);
            freed += COUNT;
            return some;
        }
    }

    /** Nanoseconds by page. */
    @State(Scope.Thread)
    @AuxCounters(AuxCounters.Type.EVENTS)
    public static class ByPage {
        public double withoutSyncNanos;
        public double withSyncNanos;
        public double rawNanos;
    }

    @Benchmark
    public void allocBulk(File file, ByPage times) throws Exception {
        time(file, times, () -> file.pager.allocBulk(COUNT));
    }

    @Benchmark
    public void freeBulk(Full file, ByPage times) throws Exception {
        List<PageId> ids = file.next();
        time(file, times, () -> file.pager.freeBulk(ids));
    }

    private static void time(File file, ByPage times, Turns.Turn call) throws Exception {
        file.disk.reset();
        long begin = System.nanoTime();
        call.run();
        long taken = System.nanoTime() - begin;
        times.withSyncNanos = (double) taken / COUNT;
        times.withoutSyncNanos = (double) (taken - file.disk.syncNanos()) / COUNT;
        begin = System.nanoTime();
        file.raw.replay(file.disk.epochs());
        times.rawNanos = (double) (System.nanoTime() - begin) / COUNT;
    }
}
