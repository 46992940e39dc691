package io.mappedpages.benchmarks;

import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;
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
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

import io.mappedpages.CommitMode;
import io.mappedpages.PageId;
import io.mappedpages.Pager;
import io.mappedpages.WritablePage;

/**
 * Allocations while two threads keep 1 GiB of regular pages of the same file dirty: what they have stored need not be durable,
 * so nobody should wait for it. Beside it, the same when nobody stores and all is on the disk.
 */
@BenchmarkMode(Mode.SingleShotTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Warmup(iterations = 1)
@Measurement(iterations = 3)
@Fork(value = 1, jvmArgsAppend = "--enable-native-access=ALL-UNNAMED")
@State(Scope.Thread)
public class AllocBesideStoresBenchmark {

    private static final int DIRTY = Math.toIntExact(Long.getLong("benchmark.dirty", Fixtures.GIB) / Fixtures.PAGE);
    /** In each of the two rounds of an iteration. */
    private static final int ALLOCS = Integer.getInteger("benchmark.allocs", 2_000);
    private static final int ROUNDS = 2;
    private static final int THREADS = 2;
    /** How often each page is stored to. The kernel leaves dirty pages alone for many seconds. */
    private static final long PERIOD_MILLIS = 500;

    @Param({"JOURNAL", "CHECKPOINT"})
    private CommitMode mode = CommitMode.JOURNAL;

    private Pager pager = Fixtures.unset();
    private List<PageId> stored = List.of();

    /** Within how many nanoseconds half and 99 of a hundred were done. */
    @State(Scope.Thread)
    @AuxCounters(AuxCounters.Type.EVENTS)
    public static class Latencies {
        private final Turns idle = new Turns();
        private final Turns beside = new Turns();
        /** At the end of a round, as the kernel says. Of the whole machine. */
        public double dirtyMib;

        @Setup(Level.Iteration)
        public void clear() {
            idle.clear();
            beside.clear();
        }

        public double idleP50Nanos() {
            return idle.median();
        }

        public double idleP99Nanos() {
            return idle.quantile(0.99);
        }

        public double besideP50Nanos() {
            return beside.median();
        }

        public double besideP99Nanos() {
            return beside.quantile(0.99);
        }
    }

    /** A new file for each iteration, so that all pages that are given out are fresh, and it never has to grow. */
    @Setup(Level.Iteration)
    public void create() {
        long pages = DIRTY + 2L * ROUNDS * ALLOCS;
        pager = Pager.builder(Fixtures.fresh("alloc-beside-stores"))
                .initialSize(pages * Fixtures.PAGE + pages * Fixtures.PAGE / 8 + 16 * Fixtures.MIB)
                .commitMode(mode).create();
        Fixtures.requireMode(mode, pager);
        stored = pager.allocBulk(DIRTY);
        store(0, DIRTY);
        pager.sync();
    }

    @TearDown(Level.Iteration)
    public void close() {
        pager.close();
    }

    @Benchmark
    public void alloc(Latencies latencies) throws Exception {
        for (int round = 0; round < ROUNDS; round++) {
            alloc(latencies.idle);
            store(0, DIRTY);
            Beside.measure(List.of(() -> keepDirty(0), () -> keepDirty(1)), () -> {
                alloc(latencies.beside);
                latencies.dirtyMib = dirtyMib();
            });
            pager.sync();
        }
    }

    private void alloc(Turns turns) throws Exception {
        for (int i = 0; i < ALLOCS; i++) {
            turns.time(pager::alloc);
        }
    }

    private void keepDirty(int thread) throws InterruptedException {
        long begin = System.nanoTime();
        store(thread * DIRTY / THREADS, (thread + 1) * DIRTY / THREADS);
        long taken = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - begin);
        Thread.sleep(Math.max(0, PERIOD_MILLIS - taken));
    }

    private void store(int from, int to) {
        for (int i = from; i < to; i++) {
            try (WritablePage page = pager.write(stored.get(i))) {
                page.bytes().set(ValueLayout.JAVA_LONG, 0, i);
            }
        }
    }

    private static double dirtyMib() throws Exception {
        Path memory = Path.of("/proc/meminfo");
        if (!Files.exists(memory)) {
            return 0;
        }
        String line = Files.readAllLines(memory).stream().filter(it -> it.startsWith("Dirty:")).findFirst().orElse("0");
        return Long.parseLong(line.replaceAll("\\D", "")) / 1024.0;
    }
}
