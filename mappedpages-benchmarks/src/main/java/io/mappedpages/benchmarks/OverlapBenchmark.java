package io.mappedpages.benchmarks;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.channels.FileChannel;
import java.nio.channels.FileChannel.MapMode;
import java.nio.file.StandardOpenOption;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;

import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * What other instructions between random reads of memory cost: they keep the processor from beginning the next read while it waits
 * for the one before. A word of each page of a plain mapping, with some arithmetic in between that needs no memory and that no
 * read waits for; of many pages, and of few, which the nearest cache has: so that what the arithmetic takes by itself can be told apart.
 */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 7, time = 1)
@Fork(value = 1, jvmArgsAppend = "--enable-native-access=ALL-UNNAMED")
@State(Scope.Thread)
public class OverlapBenchmark {

    private static final int READS = 8192;
    private static final int AT = 128;

    /** Rounds of arithmetic after each read: about twelve instructions each. */
    @Param({"0", "4", "8", "16"})
    private int rounds;
    /** How many pages there are. */
    @Param({"256", "65536"})
    private int among;

    private Arena arena = Fixtures.unset();
    private MemorySegment mapping = Fixtures.unset();
    private final int[] chosen = new int[READS];
    private final SplittableRandom random = new SplittableRandom(0);
    private long first = 1;
    private long second = 2;
    private long third = 3;
    private long fourth = 4;

    @Setup(Level.Trial)
    public void map() throws Exception {
        arena = Arena.ofShared();
        try (FileChannel file = FileChannel.open(Fixtures.fresh("overlap"), StandardOpenOption.CREATE,
                StandardOpenOption.READ, StandardOpenOption.WRITE)) {
            mapping = file.map(MapMode.READ_WRITE, 0, (long) among * Fixtures.PAGE, arena);
        }
        for (int i = 0; i < among; i++) {
            mapping.set(ValueLayout.JAVA_BYTE, (long) i * Fixtures.PAGE, (byte) 1);
        }
    }

    @Setup(Level.Invocation) // a millisecond of reads follows
    public void choose() {
        for (int i = 0; i < READS; i++) {
            chosen[i] = random.nextInt(among);
        }
    }

    @TearDown(Level.Trial)
    public void unmap() {
        arena.close();
    }

    /** {@return a sum of the words} The four numbers are the arithmetic's; none of them depends on another. */
    @Benchmark
    @OperationsPerInvocation(READS)
    public long word() {
        long sum = 0;
        long a = first;
        long b = second;
        long c = third;
        long d = fourth;
        for (int page : chosen) {
            sum += mapping.get(ValueLayout.JAVA_LONG_UNALIGNED, (long) page * Fixtures.PAGE + AT);
            for (int i = 0; i < rounds; i++) {
                a = (a ^ i) + (a << 1);
                b = (b ^ i) + (b << 2);
                c = (c + i) ^ (c << 3);
                d = (d + i) ^ (d >>> 1);
            }
        }
        first = a;
        second = b;
        third = c;
        fourth = d;
        return sum;
    }
}
