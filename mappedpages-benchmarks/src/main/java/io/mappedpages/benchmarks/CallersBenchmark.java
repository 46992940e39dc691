package io.mappedpages.benchmarks;

import java.lang.foreign.ValueLayout;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicLongArray;

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

import io.mappedpages.CommitMode;
import io.mappedpages.Pager;
import io.mappedpages.PagerListener;
import io.mappedpages.ProtectedPageId;
import io.mappedpages.ProtectedPageWriter;

/**
 * Durable updates of protected pages by many callers at once: 65,536 pages of 4 KiB, each call one random page. One turn is
 * as long as an iteration; the callers are platform threads, or virtual ones.
 */
@BenchmarkMode(Mode.SingleShotTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Warmup(iterations = 2)
@Measurement(iterations = 5)
@Fork(value = 1, jvmArgsAppend = "--enable-native-access=ALL-UNNAMED")
@State(Scope.Benchmark)
public class CallersBenchmark {

    private static final int PAGES = 65_536;

    /** How many call at once. */
    @Param({"1", "4", "16", "64", "1000"})
    private int callers;

    @Param({"false", "true"})
    private boolean virtual;

    @Param({"JOURNAL", "CHECKPOINT"})
    private CommitMode mode = CommitMode.JOURNAL;

    private Pager pager = Fixtures.unset();
    private List<ProtectedPageId> ids = List.of();
    private final AtomicLong commits = new AtomicLong();
    /** Of those that were heard of: some are dropped when there are very many. */
    private final AtomicLong bytes = new AtomicLong();
    private final AtomicLong callersHeard = new AtomicLong();

    /** What an iteration came to. */
    @State(Scope.Thread)
    @AuxCounters(AuxCounters.Type.EVENTS)
    public static class Rates {
        private double updatesPerSecond;
        private double updatesPerCommit;
        private double kibPerUpdate;

        public double updatesPerSecond() {
            return updatesPerSecond;
        }

        public double updatesPerCommit() {
            return updatesPerCommit;
        }

        public double kibPerUpdate() {
            return kibPerUpdate;
        }
    }

    @Setup(Level.Trial)
    public void create() {
        pager = Pager.builder(Fixtures.fresh("callers")).initialSize(3L * PAGES * Fixtures.PAGE)
                .commitMode(mode)
                .listener(new PagerListener() {
                    @Override
                    public void onCommit(CommitEvent event) {
                        commits.incrementAndGet();
                        bytes.addAndGet(event.bytesWritten());
                        callersHeard.addAndGet(event.callers());
                    }

                    @Override
                    public void onCheckpoint(CheckpointEvent event) {
                        bytes.addAndGet(event.bytesWritten());
                    }
                }).create();
        ids = pager.allocProtectedBulk(PAGES);
    }

    @TearDown(Level.Trial)
    public void close() {
        pager.close();
    }

    /** Five seconds of it. */
    @Benchmark
    public long update(Rates rates) throws InterruptedException {
        long begin = System.nanoTime();
        long end = begin + TimeUnit.MILLISECONDS.toNanos(Long.getLong("benchmark.millis", 5_000));
        AtomicLongArray done = new AtomicLongArray(callers * 8); // a line of the cache each
        commits.set(0);
        bytes.set(0);
        callersHeard.set(0);
        Thread[] threads = new Thread[callers];
        for (int i = 0; i < callers; i++) {
            int own = i;
            Runnable work = () -> {
                while (System.nanoTime() < end) {
                    updateOne();
                    done.setPlain(8 * own, done.getPlain(8 * own) + 1);
                }
            };
            threads[i] = virtual ? Thread.ofVirtual().start(work) : Thread.ofPlatform().start(work);
        }
        long updates = 0;
        for (int i = 0; i < callers; i++) {
            threads[i].join();
            updates += done.get(8 * i);
        }
        rates.updatesPerSecond = updates * 1e9 / (System.nanoTime() - begin);
        long heard = Math.max(1, callersHeard.get());
        rates.updatesPerCommit = (double) heard / Math.max(1, commits.get());
        rates.kibPerUpdate = bytes.get() / 1024.0 / heard; // checkpoints are never dropped, commits hardly ever
        return updates;
    }

    private void updateOne() {
        ThreadLocalRandom random = ThreadLocalRandom.current();
        try (ProtectedPageWriter page = pager.write(ids.get(random.nextInt(PAGES)))) {
            page.bytes().set(ValueLayout.JAVA_LONG, 8L * random.nextInt(512), random.nextLong());
            page.commit();
        }
    }
}
