package io.mappedpages.benchmarks;

import java.util.SplittableRandom;
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

/**
 * What the places of the pages of one commit cost, without any store: one thread writes pages to random places of a file, as a
 * commit that leaves each page where it belongs, or as many in a row, as a log, and then makes them durable with one
 * {@code fdatasync}. They take turns.
 */
@BenchmarkMode(Mode.SingleShotTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Warmup(iterations = 2)
@Measurement(iterations = 5)
@Fork(value = 1, jvmArgsAppend = "--enable-native-access=ALL-UNNAMED")
@State(Scope.Thread)
public class PlacesBenchmark {

    private static final int ALL = 1 << 16;

    /** How many share the sync. */
    @Param({"1", "4", "16", "50"})
    private int together;

    private RawFile file = Fixtures.unset();
    private final SplittableRandom random = new SplittableRandom(0);
    private final Turns scattered = new Turns();
    private final Turns row = new Turns();
    private int next;

    /** What an iteration came to: medians. */
    @State(Scope.Thread)
    @AuxCounters(AuxCounters.Type.EVENTS)
    public static class Rates {
        private double scatteredPagesPerSecond;
        private double rowPagesPerSecond;
        private double scatteredOfRow;

        public double scatteredPagesPerSecond() {
            return scatteredPagesPerSecond;
        }

        public double rowPagesPerSecond() {
            return rowPagesPerSecond;
        }

        public double scatteredOfRow() {
            return scatteredOfRow;
        }
    }

    @Setup(Level.Trial)
    public void create() throws Exception {
        file = new RawFile(Fixtures.fresh("places"), (long) ALL * Fixtures.PAGE);
        for (int page = 0; page < ALL; page++) {
            write(page);
        }
        file.sync();
    }

    @TearDown(Level.Trial)
    public void close() throws Exception {
        file.close();
    }

    /** Both, in turns. */
    @Benchmark
    public long inTurns(Rates rates) throws Exception {
        scattered.clear();
        row.clear();
        for (int round = 0; round < Fixtures.rounds(); round++) {
            scattered.time(() -> commit(false));
            row.time(() -> commit(true));
        }
        rates.scatteredPagesPerSecond = together * 1e9 / scattered.median();
        rates.rowPagesPerSecond = together * 1e9 / row.median();
        rates.scatteredOfRow = row.median() / scattered.median();
        return row.count();
    }

    private void commit(boolean inARow) throws Exception {
        for (int i = 0; i < together; i++) {
            write(inARow ? next++ % ALL : random.nextInt(ALL));
        }
        file.sync();
    }

    private void write(int page) throws Exception {
        file.write((long) page * Fixtures.PAGE, Fixtures.PAGE);
    }
}
