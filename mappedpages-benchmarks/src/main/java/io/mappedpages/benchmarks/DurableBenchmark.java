package io.mappedpages.benchmarks;

import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Deque;
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
import io.mappedpages.ProtectedPageId;
import io.mappedpages.ProtectedPageWriter;

/**
 * Durable calls, each followed by its baseline: the same bytes to the same offsets of a plain file, with an
 * {@code fdatasync} wherever the pager synced. A small file of 1 MiB takes turns with a large one.
 */
@BenchmarkMode(Mode.SingleShotTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Warmup(iterations = 3)
@Measurement(iterations = 10)
@Fork(value = 1, jvmArgsAppend = "--enable-native-access=ALL-UNNAMED")
@State(Scope.Thread)
public class DurableBenchmark {

    /** One pager and the plain file beside it. */
    private static final class Pair implements AutoCloseable {
        private final RecordingDisk disk = new RecordingDisk();
        private final Pager pager;
        private final RawFile raw;

        /** The small file, made anew. */
        Pair() throws Exception {
            pager = BenchmarkAccess.on(Fixtures.sparse(Fixtures.fresh("durable-small"), Fixtures.MIB), disk).create();
            raw = new RawFile(Fixtures.fresh("durable-small-raw"), Fixtures.MIB);
        }

        /** The large file. */
        Pair(long bytes) throws Exception {
            pager = BenchmarkAccess.on(Pager.builder(Fixtures.copyOfFull(bytes, "durable-large")), disk).open();
            raw = new RawFile(Fixtures.fresh("durable-large-raw"), bytes);
        }

        void time(Turns ofPager, Turns ofRaw, Turns.Turn call) throws Exception {
            disk.reset();
            ofPager.time(call);
            ofRaw.time(() -> raw.replay(disk.epochs()));
        }

        @Override
        public void close() throws IOException {
            pager.close();
            raw.close();
        }
    }

    /** Medians of an iteration, in nanoseconds. */
    @State(Scope.Thread)
    @AuxCounters(AuxCounters.Type.EVENTS)
    public static class Medians {
        private final Turns small = new Turns();
        private final Turns smallRaw = new Turns();
        private final Turns large = new Turns();
        private final Turns largeRaw = new Turns();

        @Setup(Level.Iteration)
        public void clear() {
            small.clear();
            smallRaw.clear();
            large.clear();
            largeRaw.clear();
        }

        public double smallNanos() {
            return small.median();
        }

        public double smallRawNanos() {
            return smallRaw.median();
        }

        public double largeNanos() {
            return large.median();
        }

        public double largeRawNanos() {
            return largeRaw.median();
        }
    }

    /** Both files. The small one is made anew for each iteration, and there are always pages nobody has used. */
    @State(Scope.Thread)
    public static class Fresh {
        private Pair large = Fixtures.unset();
        private Pair small = Fixtures.unset();

        @Setup(Level.Trial)
        public void openLarge() throws Exception {
            large = new Pair(Fixtures.large());
        }

        @Setup(Level.Iteration)
        public void createSmall() throws Exception {
            small = new Pair();
        }

        @TearDown(Level.Iteration)
        public void closeSmall() throws Exception {
            small.close();
        }

        @TearDown(Level.Trial)
        public void closeLarge() throws Exception {
            large.close();
        }
    }

    /** Both files, kept. */
    @State(Scope.Thread)
    public static class Kept {
        private Pair large = Fixtures.unset();
        private Pair small = Fixtures.unset();
        private ProtectedPageId largePage = new ProtectedPageId(0);
        private ProtectedPageId smallPage = new ProtectedPageId(0);

        @Setup(Level.Trial)
        public void open() throws Exception {
            large = new Pair(Fixtures.large());
            largePage = large.pager.allocProtected();
            small = new Pair();
            smallPage = small.pager.allocProtected();
        }

        @TearDown(Level.Trial)
        public void close() throws Exception {
            small.close();
            large.close();
        }
    }

    @Benchmark
    public void allocFresh(Fresh files, Medians medians) throws Exception {
        allocFreshPages(files, medians);
    }

    @Benchmark
    @Fork(value = 1, jvmArgsAppend = {})
    public void allocFreshWithoutNativeAccess(Fresh files, Medians medians) throws Exception {
        allocFreshPages(files, medians);
    }

    private static void allocFreshPages(Fresh files, Medians medians) throws Exception {
        for (int i = 0; i < Fixtures.rounds(); i++) {
            files.small.time(medians.small, medians.smallRaw, files.small.pager::alloc);
            files.large.time(medians.large, medians.largeRaw, files.large.pager::alloc);
        }
    }

    /** Pages that were used before are filled with zeros first, which is a part of the time. */
    @Benchmark
    public void allocReused(Kept files, Medians medians) throws Exception {
        for (int i = 0; i < Fixtures.rounds(); i++) {
            PageId[] ids = new PageId[2];
            files.small.time(medians.small, medians.smallRaw, () -> ids[0] = files.small.pager.alloc());
            files.large.time(medians.large, medians.largeRaw, () -> ids[1] = files.large.pager.alloc());
            files.small.pager.free(ids[0]);
            files.large.pager.free(ids[1]);
        }
    }

    @Benchmark
    public void free(Kept files, Medians medians) throws Exception {
        Deque<PageId> ofSmall = new ArrayDeque<>(files.small.pager.allocBulk(Fixtures.rounds()));
        Deque<PageId> ofLarge = new ArrayDeque<>(files.large.pager.allocBulk(Fixtures.rounds()));
        while (!ofSmall.isEmpty()) {
            files.small.time(medians.small, medians.smallRaw, () -> files.small.pager.free(ofSmall.removeLast()));
            files.large.time(medians.large, medians.largeRaw, () -> files.large.pager.free(ofLarge.removeLast()));
        }
    }

    /** A protected page of 4 KiB is borrowed, changed and committed. */
    @Benchmark
    public void protectedCommit(Kept files, Medians medians) throws Exception {
        for (int i = 0; i < Fixtures.rounds(); i++) {
            byte value = (byte) i;
            files.small.time(medians.small, medians.smallRaw,
                    () -> rewrite(files.small.pager, files.smallPage, value));
            files.large.time(medians.large, medians.largeRaw,
                    () -> rewrite(files.large.pager, files.largePage, value));
        }
    }

    private static void rewrite(Pager pager, ProtectedPageId page, byte value) {
        try (ProtectedPageWriter writer = pager.write(page)) {
            writer.bytes().fill(value);
            writer.commit();
        }
    }
}
