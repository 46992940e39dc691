package io.mappedpages.benchmarks;

import java.util.ArrayList;
import java.util.List;
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
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

import io.mappedpages.CommitMode;
import io.mappedpages.Pager;
import io.mappedpages.ProtectedPageId;
import io.mappedpages.ProtectedPageWriter;
import io.mappedpages.Transaction;

/**
 * A lone caller's transaction of eight random protected pages, in turn with eight commits of one page each, with one of them, and with
 * a transaction that makes and fills a page of each kind.
 */
@BenchmarkMode(Mode.SingleShotTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Warmup(iterations = 1)
@Measurement(iterations = 5)
@Fork(value = 1, jvmArgsAppend = "--enable-native-access=ALL-UNNAMED")
@State(Scope.Thread)
public class TransactionBenchmark {

    private static final int TURNS = Integer.getInteger("benchmark.turns", 500);
    private static final int PAGES = 8;

    private final SplittableRandom random = new SplittableRandom(7);
    private Pager pager = Fixtures.unset();
    private ProtectedPages pages = Fixtures.unset();

    /** Medians of an iteration, in nanoseconds. */
    @State(Scope.Thread)
    @AuxCounters(AuxCounters.Type.EVENTS)
    public static class Medians {
        private final Turns one = new Turns();
        private final Turns eight = new Turns();
        private final Turns together = new Turns();
        private final Turns made = new Turns();

        @Setup(Level.Iteration)
        public void clear() {
            one.clear();
            eight.clear();
            together.clear();
            made.clear();
        }

        public double oneCommitNanos() {
            return one.median();
        }

        public double eightCommitsNanos() {
            return eight.median();
        }

        public double transactionOfEightNanos() {
            return together.median();
        }

        public double transactionThatMakesTwoNanos() {
            return made.median();
        }
    }

    @Setup(Level.Trial)
    public void create() throws Exception {
        pager = ProtectedPages.file("transactions", CommitMode.JOURNAL).create();
        Fixtures.requireMode(CommitMode.JOURNAL, pager);
        pages = new ProtectedPages(pager, ProtectedPages.MANY).written();
    }

    @TearDown(Level.Trial)
    public void close() {
        pager.close();
    }

    @Benchmark
    public void transactions(Medians medians) throws Exception {
        for (int turn = 0; turn < TURNS; turn++) {
            List<ProtectedPageId> some = some();
            medians.one.time(() -> write(some.getFirst()));
            medians.eight.time(() -> some.forEach(this::write));
            medians.together.time(() -> writeTogether(some));
            medians.made.time(this::makeAndFill);
        }
    }

    private List<ProtectedPageId> some() {
        List<ProtectedPageId> some = new ArrayList<>();
        while (some.size() < PAGES) {
            ProtectedPageId id = pages.any();
            if (!some.contains(id)) {
                some.add(id);
            }
        }
        return some;
    }

    private void write(ProtectedPageId id) {
        try (ProtectedPageWriter page = pager.write(id)) {
            page.byteBuffer().putLong(0, random.nextLong());
            page.commit();
        }
    }

    private void writeTogether(List<ProtectedPageId> ids) {
        try (Transaction transaction = pager.begin()) {
            for (ProtectedPageId id : ids) {
                transaction.write(id).byteBuffer().putLong(0, random.nextLong());
            }
            transaction.commit();
        }
    }

    private void makeAndFill() {
        try (Transaction transaction = pager.begin()) {
            transaction.write(transaction.alloc()).byteBuffer().putLong(0, random.nextLong());
            transaction.write(transaction.allocProtected()).byteBuffer().putLong(0, random.nextLong());
            transaction.commit();
        }
    }
}
