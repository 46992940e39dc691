package io.mappedpages.benchmarks;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.channels.FileChannel.MapMode;
import java.nio.file.Path;
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
import org.openjdk.jmh.annotations.Warmup;

import io.mappedpages.PageId;
import io.mappedpages.Pager;

/** Opening files in which all pages are allocated, and reading a word of a page; beside it, mapping a plain file. */
@BenchmarkMode(Mode.SingleShotTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Warmup(iterations = 3)
@Measurement(iterations = 10)
@Fork(value = 1, jvmArgsAppend = "--enable-native-access=ALL-UNNAMED")
@State(Scope.Thread)
public class OpenBenchmark {

    private Path gib = Fixtures.unset();
    private Path large = Fixtures.unset();

    /** Medians of an iteration, in nanoseconds. */
    @State(Scope.Thread)
    @AuxCounters(AuxCounters.Type.EVENTS)
    public static class Medians {
        private final Turns gib = new Turns();
        private final Turns large = new Turns();
        private final Turns firstRead = new Turns();
        private final Turns raw = new Turns();

        @Setup(Level.Iteration)
        public void clear() {
            gib.clear();
            large.clear();
            firstRead.clear();
            raw.clear();
        }

        public double gibNanos() {
            return gib.median();
        }

        public double largeNanos() {
            return large.median();
        }

        /** The first borrow in the large file, of a page in its middle: the nodes above it are read. */
        public double largeFirstReadNanos() {
            return firstRead.median();
        }

        public double rawNanos() {
            return raw.median();
        }
    }

    @Setup(Level.Trial)
    public void make() throws Exception {
        gib = Fixtures.full(Fixtures.GIB);
        large = Fixtures.full(Fixtures.large());
    }

    @Benchmark
    public void open(Medians medians) throws Exception {
        for (int i = 0; i < Math.ceilDiv(Fixtures.rounds(), 4); i++) {
            Pager[] opened = new Pager[1];
            medians.gib.time(() -> opened[0] = Pager.open(gib));
            opened[0].close();
            medians.large.time(() -> opened[0] = Pager.open(large));
            PageId middle = new PageId(opened[0].pageCount() / 2 + 12345);
            medians.firstRead.time(() -> opened[0].read(middle).close());
            opened[0].close();
            RawMapping[] mapped = new RawMapping[1];
            medians.raw.time(() -> mapped[0] = new RawMapping(gib));
            mapped[0].close();
        }
    }

    private static final class RawMapping implements AutoCloseable {
        private final RandomAccessFile file;
        private final Arena arena = Arena.ofShared();
        private final byte read;

        RawMapping(Path path) throws Exception {
            file = new RandomAccessFile(path.toFile(), "r");
            MemorySegment all = file.getChannel().map(MapMode.READ_ONLY, 0, Fixtures.GIB, arena);
            read = all.get(ValueLayout.JAVA_BYTE, 0);
        }

        @Override
        public void close() throws IOException {
            if (read != 'M') {
                throw new IllegalStateException("not a page file");
            }
            arena.close();
            file.close();
        }
    }
}
