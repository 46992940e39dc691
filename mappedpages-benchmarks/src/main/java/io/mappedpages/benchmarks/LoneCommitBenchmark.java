package io.mappedpages.benchmarks;

import java.io.IOException;
import java.util.concurrent.ThreadLocalRandom;
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
import io.mappedpages.Pager;

/**
 * How long the quickest and the slowest commits of a lone caller take, checkpoints included: 20,000 updates of random
 * protected pages. They take turns, by the thousand, with the least that a plain file could do: the same page, 4 KiB at two
 * places of a row, one {@code fdatasync}.
 */
@BenchmarkMode(Mode.SingleShotTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Warmup(iterations = 1)
@Measurement(iterations = 3)
@Fork(value = 1, jvmArgsAppend = "--enable-native-access=ALL-UNNAMED")
@State(Scope.Thread)
public class LoneCommitBenchmark {

    private static final int COMMITS = Integer.getInteger("benchmark.commits", 20_000);
    /** A row without pauses in which checkpoints fall. */
    private static final int TURN = 1_000;

    @Param({"JOURNAL", "CHECKPOINT"})
    private CommitMode mode = CommitMode.JOURNAL;

    private Pager pager = Fixtures.unset();
    private ProtectedPages pages = Fixtures.unset();
    private RawRecords raw = Fixtures.unset();

    /** Within how many nanoseconds 50, 99 and 99.9 of a hundred were done. */
    @State(Scope.Thread)
    @AuxCounters(AuxCounters.Type.EVENTS)
    public static class Latencies {
        private final Turns pager = new Turns();
        private final Turns raw = new Turns();
        /** That are no caller's commit: they have generations of their own. */
        public double checkpoints;

        @Setup(Level.Iteration)
        public void clear() {
            pager.clear();
            raw.clear();
        }

        public double p50Nanos() {
            return pager.median();
        }

        public double p99Nanos() {
            return pager.quantile(0.99);
        }

        public double p999Nanos() {
            return pager.quantile(0.999);
        }

        public double rawP50Nanos() {
            return raw.median();
        }

        public double rawP99Nanos() {
            return raw.quantile(0.99);
        }

        public double rawP999Nanos() {
            return raw.quantile(0.999);
        }
    }

    @Setup(Level.Trial)
    public void create() throws Exception {
        pager = ProtectedPages.file("lone-commit", mode).create(); // a listener's thread would be woken by each commit
        Fixtures.requireMode(mode, pager);
        pages = new ProtectedPages(pager, ProtectedPages.MANY).written();
        raw = new RawRecords();
    }

    @TearDown(Level.Trial)
    public void close() throws Exception {
        pager.close();
        raw.close();
    }

    @Benchmark
    public void commit(Latencies latencies) throws Exception {
        long before = pager.stats().generation();
        for (int done = 0; done < COMMITS; done += TURN) {
            for (int i = 0; i < Math.min(TURN, COMMITS); i++) {
                latencies.pager.time(pages::updateOne);
            }
            for (int i = 0; i < Math.min(TURN, COMMITS); i++) {
                latencies.raw.time(raw::commit);
            }
        }
        latencies.checkpoints = pager.stats().generation() - before - latencies.pager.count();
    }

    /** Pages, two places for each, and behind them two rows of 4 MiB. */
    private static final class RawRecords implements AutoCloseable {
        private static final long ROW = 4 * Fixtures.MIB;
        private static final long ROWS = 2L * ProtectedPages.MANY * Fixtures.PAGE;

        private final RawFile file = new RawFile(Fixtures.fresh("lone-commit-raw"), ROWS + 2 * ROW);
        private long at;

        /** Blocks that were never written would be dearer than those of the pager, which were. */
        RawRecords() throws Exception {
            for (long offset = 0; offset < ROWS + 2 * ROW; offset += Fixtures.PAGE) {
                file.write(offset, Fixtures.PAGE);
            }
            file.sync();
        }

        void commit() throws Exception {
            long page = ThreadLocalRandom.current().nextLong(2L * ProtectedPages.MANY);
            file.write(page * Fixtures.PAGE, Fixtures.PAGE);
            file.write(ROWS + at, Fixtures.PAGE);
            file.write(ROWS + ROW + at, Fixtures.PAGE);
            file.sync();
            at = (at + Fixtures.PAGE) % ROW;
        }

        @Override
        public void close() throws IOException {
            file.close();
        }
    }
}
