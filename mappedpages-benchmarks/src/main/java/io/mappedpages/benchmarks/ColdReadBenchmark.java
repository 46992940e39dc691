package io.mappedpages.benchmarks;

import java.io.IOException;
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
import org.openjdk.jmh.infra.Blackhole;

import io.mappedpages.BenchmarkAccess;
import io.mappedpages.CommitMode;
import io.mappedpages.MappedPage;
import io.mappedpages.MappedPageException;
import io.mappedpages.PageId;
import io.mappedpages.Pager;
import io.mappedpages.ProtectedPageId;

/**
 * Reads of pages that nothing is known of: the file is large, and the pager keeps few tree nodes in memory. (The kernel has
 * them, and the pages themselves are mapped, so neither a disk nor the kernel's reading ahead is measured.) On an idle pager, while another thread commits, while it makes the file longer again and
 * again, and while it verifies; and, to tell the pager's share from that of processors and disk, while it does the same with another
 * pager. Reads arrive at a steady rate, of regular and of protected pages.
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
    /** Pages that are read, of four times as many leaves of the map. */
    private static final int REGULAR = 4_096;
    private static final long GROWTH_STEP = 4 * Fixtures.MIB;
    private static final long BETWEEN_GROWTHS_MILLIS = 20;
    private static final long MILLIS = Long.getLong("benchmark.millis", 2_000);

    @Param({"JOURNAL", "CHECKPOINT"})
    private CommitMode mode = CommitMode.JOURNAL;

    private Pager pager = Fixtures.unset();
    private Pager other = Fixtures.unset();
    private ProtectedPages pages = Fixtures.unset();
    private ProtectedPages othersPages = Fixtures.unset();
    private PageId[] regular = new PageId[0];
    private Blackhole hole = Fixtures.unset();

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
        private final Reads othersCommits = new Reads();
        private final Reads othersGrowths = new Reads();
        private final Reads othersVerifies = new Reads();

        @Setup(Level.Iteration)
        public void clear() {
            List.of(idle, commits, growths, verifies, othersCommits, othersGrowths, othersVerifies)
                    .forEach(Reads::clear);
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

        public double othersCommitsRegularP99Nanos() {
            return othersCommits.regular.quantile(0.99);
        }

        public double othersCommitsProtectedP99Nanos() {
            return othersCommits.ofProtected.quantile(0.99);
        }

        public double othersGrowthsRegularP99Nanos() {
            return othersGrowths.regular.quantile(0.99);
        }

        public double othersGrowthsProtectedP99Nanos() {
            return othersGrowths.ofProtected.quantile(0.99);
        }

        public double othersVerifiesRegularP99Nanos() {
            return othersVerifies.regular.quantile(0.99);
        }

        public double othersVerifiesProtectedP99Nanos() {
            return othersVerifies.ofProtected.quantile(0.99);
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
    public void open(Blackhole consumer) throws Exception {
        hole = consumer;
        pager = opened("cold-read");
        pages = new ProtectedPages(pager, ProtectedPages.MANY).written();
        other = opened("cold-read-other");
        othersPages = new ProtectedPages(other, ProtectedPages.MANY).written();
        regular = touched(pager.pageCount() - 2 * Math.min(Fixtures.LEFT_FREE, pager.pageCount() / 8));
    }

    private Pager opened(String name) throws IOException {
        Pager opened = BenchmarkAccess.cacheBytes(Fixtures.copyOfFull(Fixtures.large(), mode, name), CACHE)
                .growthStep(GROWTH_STEP).open();
        Fixtures.requireMode(mode, opened);
        return opened;
    }

    /** {@return pages from all over the file, nearly each noted in another node} */
    private PageId[] touched(long readable) {
        PageId[] ids =
                ThreadLocalRandom.current().longs(REGULAR, 3, readable).mapToObj(PageId::new).toArray(PageId[]::new);
        for (PageId id : ids) {
            load(id);
        }
        return ids;
    }

    @TearDown(Level.Trial)
    public void close() {
        pager.close();
        other.close();
    }

    @Benchmark
    public void read(Latencies latencies) throws Exception {
        Arrivals.during(MILLIS, begin -> readOne(latencies.idle, begin));
        readBeside(latencies.commits, pages::updateOne);
        readBeside(latencies.othersCommits, othersPages::updateOne);
        readBeside(latencies.growths, () -> grow(pager));
        readBeside(latencies.othersGrowths, () -> grow(other));
        readBeside(latencies.verifies, () -> verify(pager));
        readBeside(latencies.othersVerifies, () -> verify(other));
    }

    private void readBeside(Reads reads, Turns.Turn work) throws Exception {
        reads.done = Beside.measure(List.of(work),
                () -> Arrivals.during(MILLIS, begin -> readOne(reads, begin)));
    }

    private void readOne(Reads reads, long begin) {
        boolean isRegular = ThreadLocalRandom.current().nextBoolean();
        boolean isRead = isRegular ? load(regular[ThreadLocalRandom.current().nextInt(REGULAR)]) : load(pages.any());
        if (isRead) {
            (isRegular ? reads.regular : reads.ofProtected).add(System.nanoTime() - begin);
        }
    }

    /** {@return false if that is one of the file's own pages, which lie between the users'} */
    private boolean load(PageId id) {
        try (MappedPage page = pager.read(id)) {
            hole.consume(page.bytes().get(ValueLayout.JAVA_BYTE, 0));
            return true;
        } catch (MappedPageException ownPage) {
            return false;
        }
    }

    private boolean load(ProtectedPageId id) {
        try (MappedPage page = pager.read(id)) {
            hole.consume(page.bytes().get(ValueLayout.JAVA_BYTE, 0));
            return true;
        }
    }

    private static void grow(Pager pager) throws InterruptedException {
        pager.allocBulk(Math.toIntExact(pager.freePageCount() + 1));
        Thread.sleep(BETWEEN_GROWTHS_MILLIS);
    }

    private static void verify(Pager pager) {
        if (!pager.verify().isSound()) {
            throw new IllegalStateException("the file is damaged");
        }
    }
}
