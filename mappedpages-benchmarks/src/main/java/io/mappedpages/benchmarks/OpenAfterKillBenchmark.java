package io.mappedpages.benchmarks;

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

import io.mappedpages.CommitMode;
import io.mappedpages.MappedPageException;
import io.mappedpages.PageId;
import io.mappedpages.Pager;
import io.mappedpages.PagerBuilder;

/**
 * Opening a file as a killed process leaves it when its journal has as many records as it gets before a checkpoint is made, each
 * of them about another place of the trees. Files of 1 MiB, 1 GiB and the large one; beside each, the same file closed in
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

    /** One file in two states, which are kept, and a copy to be opened. */
    private static final class File {
        private final Path killed;
        private final Path closed;
        private final Path copy;
        private long recordsOfKilled;

        File(String name, PagerBuilder builder, int pages) throws Exception {
            Path path = Fixtures.at("kill-" + name);
            killed = Fixtures.fresh("killed-" + name);
            closed = Fixtures.fresh("closed-" + name);
            copy = Fixtures.fresh("opened-" + name);
            try (Pager pager = open(builder)) {
                Commits commits = new Commits(pager, pages);
                long most = commits.untilCheckpoint();
                do {
                    recordsOfKilled = commits.untilThereAre(most);
                    Fixtures.copy(path, killed);
                } while (pager.stats().recordsSinceCheckpoint() < recordsOfKilled); // a checkpoint came between
            }
            Files.move(path, closed);
        }

        private static Pager open(PagerBuilder builder) {
            return (JOURNAL > 0 ? builder.journalSize(JOURNAL) : builder).commitMode(CommitMode.JOURNAL).openOrCreate();
        }

        /** {@return records that were replayed} */
        long openKilled(Turns turns) throws Exception {
            return open(killed, turns);
        }

        long openClosed(Turns turns) throws Exception {
            return open(closed, turns);
        }

        private long open(Path file, Turns turns) throws Exception {
            Fixtures.copy(file, copy);
            Pager[] opened = new Pager[1];
            turns.time(() -> opened[0] = open(Pager.builder(copy)));
            long records = opened[0].stats().recordsSinceCheckpoint();
            if (file.equals(killed) && records != recordsOfKilled) {
                throw new IllegalStateException(records + " records were replayed of " + recordsOfKilled);
            }
            opened[0].close();
            return records;
        }

        void commitFirst(Turns turns) throws Exception {
            Fixtures.copy(killed, copy);
            try (Pager pager = open(Pager.builder(copy))) {
                turns.time(pager::allocProtected);
            }
        }
    }

    /** Commits here and there. */
    private static final class Commits {
        private static final int MOST = 1_000_000;

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

        /** {@return the most records there are before a checkpoint takes them over} */
        long untilCheckpoint() {
            long before = 0;
            for (int i = 0; i < MOST; i++) {
                one();
                long now = pager.stats().recordsSinceCheckpoint();
                if (now < before) {
                    return before;
                }
                before = now;
            }
            throw new IllegalStateException("no checkpoint was made in " + MOST + " commits");
        }

        /** {@return how many there are: nearly so many, for the next ones may be longer} */
        long untilThereAre(long most) {
            for (int i = 0; i < MOST; i++) {
                long now = pager.stats().recordsSinceCheckpoint();
                if (now >= most - Math.max(1, most / 50)) {
                    return now;
                }
                one();
            }
            throw new IllegalStateException("there were never " + most + " records again");
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
        gib = new File("gib", Pager.builder(Fixtures.copyOfFull(Fixtures.GIB, "kill-gib")), 4_000);
        large = new File("large", Pager.builder(Fixtures.copyOfFull(Fixtures.large(), "kill-large")), 4_000);
    }

    @Benchmark
    public void open(Medians medians) throws Exception {
        for (int i = 0; i < Math.ceilDiv(Fixtures.rounds(), 20); i++) {
            medians.smallRecords = small.openKilled(medians.small);
            small.openClosed(medians.smallClosed);
            medians.gibRecords = gib.openKilled(medians.gib);
            gib.openClosed(medians.gibClosed);
            medians.largeRecords = large.openKilled(medians.large);
            medians.largeClosedRecords = large.openClosed(medians.largeClosed);
            large.commitFirst(medians.largeFirstCommit);
        }
    }
}
