package io.mappedpages.benchmarks;

import java.lang.foreign.ValueLayout;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
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
import io.mappedpages.MappedPage;
import io.mappedpages.MappedPageException;
import io.mappedpages.PageId;
import io.mappedpages.Pager;

/**
 * Reads of pages that nothing is known of: the file is large, and the pager keeps few tree nodes in memory. (The kernel has
 * them, so no disk is waited for.) On an idle pager, while another thread commits, while it makes the file longer again and
 * again, and while it verifies. Reads arrive at a steady rate, of regular and of protected pages.
 */
@BenchmarkMode(Mode.SingleShotTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Warmup(iterations = 1)
@Measurement(iterations = 5)
@Fork(value = 1, jvmArgsAppend = "--enable-native-access=ALL-UNNAMED")
@State(Scope.Thread)
public class ColdReadBenchmark {

    /** Of each: nodes of the map, of the directory, latches. A file of 1 TiB has 64 MiB of nodes. */
    private static final long CACHE = 256 << 10;
    private static final long GROWTH_STEP = 4 * Fixtures.MIB;
    private static final long BETWEEN_GROWTHS_MILLIS = 20;
    private static final long MILLIS = Long.getLong("benchmark.millis", 2_000);

    @Param({"JOURNAL", "CHECKPOINT"})
    private CommitMode mode = CommitMode.JOURNAL;

    private Pager pager = Fixtures.unset();
    private ProtectedPages pages = Fixtures.unset();
    private long readable;

    /** Reads of both kinds, and how often the other thread was done with what it did. */
    private static final class Reads {
        private final Turns regular = new Turns();
        private final Turns ofProtected = new Turns();
        private double done;

        void clear() {
            regular.clear();
            ofProtected.clear();
        }
    }

    /** Within how many nanoseconds 50 and 99 of a hundred were done. */
    @State(Scope.Thread)
    @AuxCounters(AuxCounters.Type.EVENTS)
    public static class Latencies {
        private final Reads idle = new Reads();
        private final Reads commits = new Reads();
        private final Reads growths = new Reads();
        private final Reads verifies = new Reads();

        @Setup(Level.Iteration)
        public void clear() {
            List.of(idle, commits, growths, verifies).forEach(Reads::clear);
        }

        public double idleRegularP50Nanos() {
            return idle.regular.median();
        }

        public double idleProtectedP50Nanos() {
            return idle.ofProtected.median();
        }

        public double idleRegularP99Nanos() {
            return idle.regular.quantile(0.99);
        }

        public double idleProtectedP99Nanos() {
            return idle.ofProtected.quantile(0.99);
        }

        public double commitsRegularP99Nanos() {
            return commits.regular.quantile(0.99);
        }

        public double commitsProtectedP99Nanos() {
            return commits.ofProtected.quantile(0.99);
        }

        public double growthsRegularP99Nanos() {
            return growths.regular.quantile(0.99);
        }

        public double growthsProtectedP99Nanos() {
            return growths.ofProtected.quantile(0.99);
        }

        public double verifiesRegularP99Nanos() {
            return verifies.regular.quantile(0.99);
        }

        public double verifiesProtectedP99Nanos() {
            return verifies.ofProtected.quantile(0.99);
        }

        public double commits() {
            return commits.done;
        }

        public double growths() {
            return growths.done;
        }

        public double verifies() {
            return verifies.done;
        }
    }

    @Setup(Level.Trial)
    public void open() throws Exception {
        pager = BenchmarkAccess.cacheBytes(Fixtures.copyOfFull(Fixtures.large(), mode, "cold-read"), CACHE)
                .growthStep(GROWTH_STEP).open();
        Fixtures.requireMode(mode, pager);
        pages = new ProtectedPages(pager, ProtectedPages.MANY).written();
        readable = pager.pageCount() - 2 * Math.min(Fixtures.LEFT_FREE, pager.pageCount() / 8);
    }

    @TearDown(Level.Trial)
    public void close() {
        pager.close();
    }

    @Benchmark
    public void read(Latencies latencies) throws Exception {
        Arrivals.during(MILLIS, begin -> readOne(latencies.idle, begin));
        readBeside(latencies.commits, pages::updateOne);
        readBeside(latencies.growths, this::grow);
        readBeside(latencies.verifies, this::verify);
    }

    private void readBeside(Reads reads, Turns.Turn work) throws Exception {
        reads.done = Beside.measure(List.of(work),
                () -> Arrivals.during(MILLIS, begin -> readOne(reads, begin)));
    }

    private void readOne(Reads reads, long begin) {
        boolean isRegular = ThreadLocalRandom.current().nextBoolean();
        try (MappedPage page = isRegular ? pager.read(anyRegular()) : pager.read(pages.any())) {
            if (page.bytes().get(ValueLayout.JAVA_BYTE, 0) == Byte.MIN_VALUE) {
                return; // hardly any; so that the byte is loaded
            }
        } catch (MappedPageException ownPage) {
            return; // the file's own pages lie between the users'
        }
        (isRegular ? reads.regular : reads.ofProtected).add(System.nanoTime() - begin);
    }

    private PageId anyRegular() {
        return new PageId(ThreadLocalRandom.current().nextLong(3, readable));
    }

    private void grow() throws InterruptedException {
        pager.allocBulk(Math.toIntExact(pager.freePageCount() + 1));
        Thread.sleep(BETWEEN_GROWTHS_MILLIS);
    }

    private void verify() {
        if (!pager.verify().isSound()) {
            throw new IllegalStateException("the file is damaged");
        }
    }
}
