package io.mappedpages.benchmarks;

import java.io.RandomAccessFile;
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

import io.mappedpages.Pager;

/**
 * An allocation that makes the file 64 MiB longer, blocks reserved; beside it, a plain file is made as much longer by
 * writes of 4 KiB and of 1 MiB of zeros and an {@code fsync}.
 */
@BenchmarkMode(Mode.SingleShotTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Warmup(iterations = 1)
@Measurement(iterations = 5)
@State(Scope.Thread)
public class GrowthBenchmark {

    private static final int STEP = Integer.getInteger("benchmark.growth", (int) (64 * Fixtures.MIB));

    /** Pages left for the nodes of the tree that a bulk call needs. */
    private static final int NODES = 16;

    /** Milliseconds for one step. */
    @State(Scope.Thread)
    @AuxCounters(AuxCounters.Type.EVENTS)
    public static class Times {
        public double pagerMillis;
        public double rawSmallWritesMillis;
        public double rawLargeWritesMillis;
    }

    @Benchmark
    @Fork(value = 1, jvmArgsAppend = "--enable-native-access=ALL-UNNAMED")
    public void growth(Times times) throws Exception {
        grow(times);
    }

    @Benchmark
    @Fork(value = 1, jvmArgsAppend = {})
    public void growthWithoutNativeAccess(Times times) throws Exception {
        grow(times);
    }

    private static void grow(Times times) throws Exception {
        try (Pager pager = Pager.builder(Fixtures.fresh("growth")).initialSize(STEP).growthStep(STEP).create()) {
            long before = pager.pageCount();
            pager.allocBulk(Math.toIntExact(pager.freePageCount() - NODES));
            while (pager.freePageCount() > 0) {
                pager.alloc();
            }
            long begin = System.nanoTime();
            pager.alloc();
            times.pagerMillis = millisSince(begin);
            if ((pager.pageCount() - before) * Fixtures.PAGE != STEP) {
                throw new IllegalStateException("grew by " + (pager.pageCount() - before) + " pages");
            }
        }
        times.rawSmallWritesMillis = raw(Fixtures.PAGE);
        times.rawLargeWritesMillis = raw((int) Fixtures.MIB);
    }

    private static double raw(int piece) throws Exception {
        try (RandomAccessFile file = new RandomAccessFile(Fixtures.fresh("growth-raw").toFile(), "rw")) {
            byte[] zeros = new byte[piece];
            long begin = System.nanoTime();
            for (int at = 0; at < STEP; at += piece) {
                file.write(zeros);
            }
            file.getFD().sync();
            return millisSince(begin);
        }
    }

    private static double millisSince(long begin) {
        return (System.nanoTime() - begin) / 1e6;
    }
}
