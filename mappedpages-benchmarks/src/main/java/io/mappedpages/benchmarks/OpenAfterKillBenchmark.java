package io.mappedpages.benchmarks;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
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

import io.mappedpages.BenchmarkAccess;
import io.mappedpages.CommitMode;
import io.mappedpages.MappedPageException;
import io.mappedpages.PageId;
import io.mappedpages.Pager;
import io.mappedpages.PagerBuilder;
import io.mappedpages.internal.transaction.CheckpointRunner;

/**
 * Opening a file as a killed process leaves it when its journal is full, each record
 * of it about another place of the trees. Files of 1 MiB, 1 GiB and the large one; beside each, the same file closed in
 * order. What the first commit takes afterwards is told, too: it makes durable what was found.
 */
@BenchmarkMode(Mode.SingleShotTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Warmup(iterations = 3)
@Measurement(iterations = 5)
@Fork(value = 1, jvmArgsAppend = "--enable-native-access=ALL-UNNAMED")
@State(Scope.Thread)
public class OpenAfterKillBenchmark {

    /** Of each copy; if it is not set, what the pager takes for the file. */
    private static final long JOURNAL = Long.getLong("benchmark.journal", 0);

    private File small = Fixtures.unset();
    private File gib = Fixtures.unset();
    private File large = Fixtures.unset();

    /** One file in two states, as it was killed and as it was closed. */
    private static final class File {
        private final Path path;
        private final Opened killed;
        private final Opened closed;

        File(String name, PagerBuilder builder, int pages) throws Exception {
            path = Fixtures.at("kill-" + name);
            Path killedPath = Fixtures.fresh("killed-" + name);
            Path closedPath = Fixtures.fresh("closed-" + name);
            KillWhenFull kill = new KillWhenFull(path, killedPath);
            try (Pager pager = start(BenchmarkAccess.checkpoints(builder, kill))) {
                Fixtures.requireMode(CommitMode.JOURNAL, pager);
                new Commits(pager, pages).until(kill);
            }
            Files.move(path, closedPath);
            killed = new Opened(killedPath, path);
            closed = new Opened(closedPath, Fixtures.fresh("opened-" + name));
            if (killed.records == 0) {
                throw new IllegalStateException("no records were replayed of a full journal");
            }
        }

        /** What the first commit after opening takes. */
        void commitFirst(Turns turns) throws Exception {
            killed.copyAnew();
            try (Pager pager = start(Pager.builder(path))) {
                turns.time(pager::allocProtected);
            }
            killed.copyAnew();
        }
    }

    /** Lets no checkpoint begin until the journal is full, and keeps a copy of the file as it is then. */
    private static final class KillWhenFull implements CheckpointRunner {
        private final Path path;
        private final Path copy;
        private Runnable held = Fixtures.unset();
        private boolean isDone;

        KillWhenFull(Path path, Path copy) {
            this.path = path;
            this.copy = copy;
        }

        boolean isDone() {
            return isDone;
        }

        @Override
        public boolean run(Runnable checkpoint) {
            held = checkpoint;
            return true;
        }

        @Override
        public void noteRecord(IdleLook look) {
            // None is made because nobody has committed for a while.
        }

        /** By who commits, and finds no more room. */
        @Override
        public void hurry() {
            if (!isDone) {
                try {
                    Fixtures.copy(path, copy);
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
                isDone = true;
            }
            held.run();
        }

        @Override
        public void stop() {
            // What was held was run when it was waited for.
        }
    }

    private static Pager start(PagerBuilder builder) {
        return (JOURNAL > 0 ? builder.journalSize(JOURNAL) : builder).commitMode(CommitMode.JOURNAL).openOrCreate();
    }

    /** What is kept, and a copy of it to be opened. */
    private static final class Opened {
        private final Path kept;
        private final Path copy;
        private final long records;

        Opened(Path kept, Path copy) throws Exception {
            this.kept = kept;
            this.copy = copy;
            copyAnew();
            records = open(new Turns());
        }

        void copyAnew() throws IOException {
            Fixtures.copy(kept, copy);
        }

        /** Opens it once. {@return how many records were replayed} */
        double time(Turns turns) throws Exception {
            Turns turn = new Turns();
            while (open(turn) != records) { // it was changed when it was closed the last time
                turn.clear();
                copyAnew();
            }
            turns.add((long) turn.median());
            return records;
        }

        private long open(Turns turns) throws Exception {
            Pager[] opened = new Pager[1];
            turns.time(() -> opened[0] = start(Pager.builder(copy)));
            try (Pager pager = opened[0]) {
                return pager.stats().recordsSinceCheckpoint();
            }
        }
    }

    /** Commits here and there. */
    private static final class Commits {
        /** More than the longest journal has records. */
        private static final int MOST = 20_000;

        private final Random random = new Random(42);
        private final Pager pager;
        private final ProtectedPages ofProtected;
        private final List<PageId> regular = new ArrayList<>();
        private int made;

        Commits(Pager pager, int pages) {
            this.pager = pager;
            if (pager.allocatedPages().findAny().isEmpty()) {
                regular.addAll(pager.allocBulk(pages));
            }
            while (regular.size() < pages) {
                PageId id = new PageId(random.nextLong(3, pager.pageCount()));
                if (isAllocated(id) && !regular.contains(id)) {
                    regular.add(id);
                }
            }
            ofProtected = new ProtectedPages(pager, pages);
        }

        private boolean isAllocated(PageId id) {
            try {
                pager.read(id).close();
                return true;
            } catch (MappedPageException freeOrOwn) {
                return false;
            }
        }

        void until(KillWhenFull kill) {
            for (int i = 0; i < MOST && !kill.isDone(); i++) {
                one();
            }
            if (!kill.isDone()) {
                throw new IllegalStateException("the journal was not full after " + MOST + " commits");
            }
        }

        private void one() {
            int i = random.nextInt(regular.size());
            switch (made++ % 3) {
                case 0 -> ofProtected.updateOne();
                case 1 -> {
                    pager.free(regular.get(i));
                    regular.remove(i);
                }
                default -> regular.add(pager.alloc());
            }
        }
    }

    /** Medians of an iteration, in nanoseconds; and records that were replayed. */
    @State(Scope.Thread)
    @AuxCounters(AuxCounters.Type.EVENTS)
    public static class Medians {
        private final Turns small = new Turns();
        private final Turns gib = new Turns();
        private final Turns large = new Turns();
        private final Turns smallClosed = new Turns();
        private final Turns gibClosed = new Turns();
        private final Turns largeClosed = new Turns();
        private final Turns largeFirstCommit = new Turns();
        public double smallRecords;
        public double gibRecords;
        public double largeRecords;
        public double largeClosedRecords;

        @Setup(Level.Iteration)
        public void clear() {
            List.of(small, gib, large, smallClosed, gibClosed, largeClosed, largeFirstCommit).forEach(Turns::clear);
        }

        public double smallNanos() {
            return small.median();
        }

        public double gibNanos() {
            return gib.median();
        }

        public double largeNanos() {
            return large.median();
        }

        public double smallClosedNanos() {
            return smallClosed.median();
        }

        public double gibClosedNanos() {
            return gibClosed.median();
        }

        public double largeClosedNanos() {
            return largeClosed.median();
        }

        public double largeFirstCommitNanos() {
            return largeFirstCommit.median();
        }
    }

    @Setup(Level.Trial)
    public void make() throws Exception {
        small = new File("small", Fixtures.sparse(Fixtures.fresh("kill-small"), Fixtures.MIB), 32);
        gib = new File("gib", Fixtures.copyOfFull(Fixtures.GIB, CommitMode.JOURNAL, "kill-gib"), 4_000);
        large = new File("large", Fixtures.copyOfFull(Fixtures.large(), CommitMode.JOURNAL, "kill-large"), 4_000);
    }

    @Benchmark
    public void open(Medians medians) throws Exception {
        for (int i = 0; i < Math.ceilDiv(Fixtures.rounds(), 4); i++) {
            medians.smallRecords = small.killed.time(medians.small);
            small.closed.time(medians.smallClosed);
            medians.gibRecords = gib.killed.time(medians.gib);
            gib.closed.time(medians.gibClosed);
            medians.largeRecords = large.killed.time(medians.large);
            medians.largeClosedRecords = large.closed.time(medians.largeClosed);
        }
        large.commitFirst(medians.largeFirstCommit);
    }
}
