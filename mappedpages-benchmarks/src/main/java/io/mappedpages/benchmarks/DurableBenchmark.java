package io.mappedpages.benchmarks;

import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Deque;
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

import io.mappedpages.BenchmarkAccess;
import io.mappedpages.CommitMode;
import io.mappedpages.PageId;
import io.mappedpages.Pager;
import io.mappedpages.ProtectedPageId;
import io.mappedpages.ProtectedPageWriter;

/**
 * Durable calls, each followed by its baseline: the same bytes to the same offsets of a plain file, with an
 * {@code fdatasync} wherever the pager synced. With a journal that is the page, the record of 4 KiB at two places and one
 * {@code fdatasync}, however often the pager synced. A small file of 1 MiB takes turns with a large one.
 *
 * <p>What a call takes beyond its baseline is told apart for the small file: syncing, writing, looking whether the file still is
 * the pager's own. The rest is the pager's.
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
        private final CommitMode mode;

        /** The small file, made anew. */
        Pair(CommitMode mode) throws Exception {
            this.mode = mode;
            pager = BenchmarkAccess.on(Fixtures.sparse(Fixtures.fresh("durable-small"), Fixtures.MIB), disk)
                    .commitMode(mode).create();
            Fixtures.requireMode(mode, pager);
            raw = new RawFile(Fixtures.fresh("durable-small-raw"), Fixtures.MIB);
        }

        /** The large file. */
        Pair(CommitMode mode, long bytes) throws Exception {
            this.mode = mode;
            pager = BenchmarkAccess.on(Fixtures.copyOfFull(bytes, mode, "durable-large"), disk).open();
            Fixtures.requireMode(mode, pager);
            raw = new RawFile(Fixtures.fresh("durable-large-raw"), bytes);
        }

        void time(Turns ofPager, Turns ofRaw, Turns.Turn call) throws Exception {
            disk.reset();
            ofPager.time(call);
            if (disk.epochs().isEmpty()) {
                throw new IllegalStateException("another thread made durable what the call has changed");
            }
            List<List<RecordingDisk.Write>> epochs = disk.epochs();
            List<List<RecordingDisk.Write>> least = mode == CommitMode.JOURNAL
                    ? List.of(epochs.stream().flatMap(List::stream).toList())
                    : epochs;
            ofRaw.time(() -> raw.replay(least));
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
        private final Turns syncs = new Turns();
        private final Turns writes = new Turns();
        private final Turns looks = new Turns();
        private final Turns rawSyncs = new Turns();

        private void time(Pair small, Turns.Turn call) throws Exception {
            small.time(this.small, smallRaw, call);
            syncs.add(small.disk.syncNanos());
            writes.add(small.disk.writeNanos());
            looks.add(small.disk.lookNanos());
            rawSyncs.add(small.raw.syncNanos());
        }

        @Setup(Level.Iteration)
        public void clear() {
            small.clear();
            smallRaw.clear();
            large.clear();
            largeRaw.clear();
            syncs.clear();
            writes.clear();
            looks.clear();
            rawSyncs.clear();
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

        /** Of the small file, as all that follows. */
        public double syncNanos() {
            return syncs.median();
        }

        public double writeNanos() {
            return writes.median();
        }

        public double lookNanos() {
            return looks.median();
        }

        /** The last one of a call. */
        public double rawSyncNanos() {
            return rawSyncs.median();
        }
    }

    /** How both files commit. */
    @State(Scope.Thread)
    public abstract static class Files {
        @Param({"CHECKPOINT", "JOURNAL"})
        CommitMode mode = CommitMode.CHECKPOINT;
    }

    /** Both files. The small one is made anew for each iteration, and there are always pages nobody has used. */
    public static class Fresh extends Files {
        private Pair large = Fixtures.unset();
        private Pair small = Fixtures.unset();

        @Setup(Level.Trial)
        public void openLarge() throws Exception {
            large = new Pair(mode, Fixtures.large());
        }

        @Setup(Level.Iteration)
        public void createSmall() throws Exception {
            small = new Pair(mode);
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
    public static class Kept extends Files {
        private Pair large = Fixtures.unset();
        private Pair small = Fixtures.unset();
        private ProtectedPageId largePage = new ProtectedPageId(0);
        private ProtectedPageId smallPage = new ProtectedPageId(0);

        @Setup(Level.Trial)
        public void open() throws Exception {
            large = new Pair(mode, Fixtures.large());
            largePage = large.pager.allocProtected();
            small = new Pair(mode);
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
            medians.time(files.small, files.small.pager::alloc);
            files.large.time(medians.large, medians.largeRaw, files.large.pager::alloc);
        }
    }

    /** Pages that were used before are filled with zeros first, which is a part of the time. */
    @Benchmark
    public void allocReused(Kept files, Medians medians) throws Exception {
        for (int i = 0; i < Fixtures.rounds(); i++) {
            PageId[] ids = new PageId[2];
            medians.time(files.small, () -> ids[0] = files.small.pager.alloc());
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
            medians.time(files.small, () -> files.small.pager.free(ofSmall.removeLast()));
            files.large.time(medians.large, medians.largeRaw, () -> files.large.pager.free(ofLarge.removeLast()));
        }
    }

    /** A protected page of 4 KiB is borrowed, changed and committed. */
    @Benchmark
    public void protectedCommit(Kept files, Medians medians) throws Exception {
        for (int i = 0; i < Fixtures.rounds(); i++) {
            byte value = (byte) i;
            medians.time(files.small,
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
