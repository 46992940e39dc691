package io.mappedpages.benchmarks;

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

/**
 * Durable updates of protected pages by many callers at once: 65,536 pages of 4 KiB, each call one random page. The callers are
 * platform threads, or virtual ones. Before them a lone platform thread has its turn, as long as theirs, in the same file.
 */
@BenchmarkMode(Mode.SingleShotTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Warmup(iterations = 2)
@Measurement(iterations = 5)
@Fork(value = 1, jvmArgsAppend = "--enable-native-access=ALL-UNNAMED")
@State(Scope.Benchmark)
public class CallersBenchmark {

    private static final long MILLIS = Long.getLong("benchmark.millis", 5_000);

    /** How many call at once. */
    @Param({"1", "4", "16", "64", "1000"})
    private int callers;

    @Param({"false", "true"})
    private boolean virtual;

    @Param({"JOURNAL", "CHECKPOINT"})
    private CommitMode mode = CommitMode.JOURNAL;

    private Pager pager = Fixtures.unset();
    private ProtectedPages pages = Fixtures.unset();
    private Device device = Fixtures.unset();
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
        private double deviceKibPerUpdate;
        private double timesLone;

        public double updatesPerSecond() {
            return updatesPerSecond;
        }

        public double updatesPerCommit() {
            return updatesPerCommit;
        }

        /** As the pager counts it. */
        public double kibPerUpdate() {
            return kibPerUpdate;
        }

        /** As the device counts it: with the file system's own, and with whatever else is written to it. */
        public double deviceKibPerUpdate() {
            return deviceKibPerUpdate;
        }

        /** Updates a second against those of a lone caller just before. */
        public double timesLone() {
            return timesLone;
        }
    }

    @Setup(Level.Trial)
    public void create() throws Exception {
        pager = ProtectedPages.file("callers", mode)
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
        Fixtures.requireMode(mode, pager);
        pages = new ProtectedPages(pager, ProtectedPages.MANY).written();
        device = new Device(pager.path());
    }

    @TearDown(Level.Trial)
    public void close() {
        pager.close();
    }

    /** Five seconds of each. */
    @Benchmark
    public long update(Rates rates) throws Exception {
        double lone = updatesPerSecond(1, false, rates);
        double many = updatesPerSecond(callers, virtual, rates); // which also overwrites all that was noted of the lone one
        rates.updatesPerSecond = many;
        rates.timesLone = lone > 0 ? many / lone : 0; // a very short run may be over before the first commit
        return Math.round(many);
    }

    private double updatesPerSecond(int threadCount, boolean areVirtual, Rates rates) throws Exception {
        commits.set(0);
        bytes.set(0);
        callersHeard.set(0);
        long deviceBefore = device.bytesWritten();
        long begin = System.nanoTime();
        long end = begin + TimeUnit.MILLISECONDS.toNanos(MILLIS);
        AtomicLongArray done = new AtomicLongArray(threadCount * 8); // a line of the cache each
        Thread[] threads = new Thread[threadCount];
        for (int i = 0; i < threadCount; i++) {
            int own = i;
            Runnable work = () -> {
                while (System.nanoTime() < end) {
                    pages.updateOne();
                    done.setPlain(8 * own, done.getPlain(8 * own) + 1);
                }
            };
            threads[i] = areVirtual ? Thread.ofVirtual().start(work) : Thread.ofPlatform().start(work);
        }
        long updates = 0;
        for (int i = 0; i < threadCount; i++) {
            threads[i].join();
            updates += done.get(8 * i);
        }
        double perSecond = updates * 1e9 / (System.nanoTime() - begin);
        long heard = Math.max(1, callersHeard.get());
        rates.updatesPerCommit = (double) heard / Math.max(1, commits.get());
        rates.kibPerUpdate = bytes.get() / 1024.0 / heard; // checkpoints are never dropped, commits hardly ever
        rates.deviceKibPerUpdate = (device.bytesWritten() - deviceBefore) / 1024.0 / updates;
        return perSecond;
    }
}
