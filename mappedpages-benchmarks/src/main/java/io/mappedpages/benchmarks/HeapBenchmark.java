package io.mappedpages.benchmarks;

import java.lang.management.ManagementFactory;
import java.lang.management.MemoryMXBean;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.function.LongUnaryOperator;

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

import io.mappedpages.MappedPageException;
import io.mappedpages.PageId;
import io.mappedpages.Pager;

/** Heap that an open pager keeps, by what was touched of a large file. */
@BenchmarkMode(Mode.SingleShotTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Warmup(iterations = 1)
@Measurement(iterations = 3)
@Fork(value = 1, jvmArgsAppend = {"--enable-native-access=ALL-UNNAMED", "-Xmx64m"})
@State(Scope.Thread)
public class HeapBenchmark {

    private static final int TOUCHED = Integer.getInteger("benchmark.touched", 262_144);

    /** Percent of the bytes in the pages that were borrowed; and what opening alone takes. */
    @State(Scope.Thread)
    @AuxCounters(AuxCounters.Type.EVENTS)
    public static class Heap {
        public double openKiB;
        public double percentOfTouched;
    }

    /** Neighbouring pages, 1 GiB of them. */
    @Benchmark
    public void neighbours(Heap heap) throws Exception {
        touch(heap, TOUCHED, i -> 1_000_000 + i);
    }

    /** As many single pages all over the file: all leaves of the map are needed, and a block of latches for each page. */
    @Benchmark
    public void scattered(Heap heap) throws Exception {
        Random random = new Random(42);
        long pages = Fixtures.large() / Fixtures.PAGE - 2L * Fixtures.LEFT_FREE;
        touch(heap, TOUCHED, _ -> 100_000 + (long) (random.nextDouble() * (pages - 100_000)));
    }

    private static void touch(Heap heap, int count, LongUnaryOperator page) throws Exception {
        long before = used();
        try (Pager pager = Pager.open(Fixtures.full(Fixtures.large()))) {
            long open = used();
            int touched = 0;
            for (int i = 0; i < count; i++) {
                PageId id = new PageId(page.applyAsLong(i));
                if (id.number() < pager.pageCount()) {
                    try {
                        pager.read(id).close();
                        touched++;
                    } catch (MappedPageException ownPage) {
                        // the file's own pages lie between the users'
                    }
                }
            }
            heap.openKiB = (open - before) / 1024.0;
            heap.percentOfTouched = 100.0 * (used() - open) / ((double) touched * Fixtures.PAGE);
        }
    }

    private static long used() throws InterruptedException {
        MemoryMXBean memory = ManagementFactory.getMemoryMXBean();
        for (int i = 0; i < 3; i++) {
            memory.gc();
            Thread.sleep(20);
        }
        return memory.getHeapMemoryUsage().getUsed();
    }
}
