package io.mappedpages.benchmarks;

import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

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

import io.mappedpages.BackupReport;
import io.mappedpages.CommitMode;
import io.mappedpages.PageId;
import io.mappedpages.Pager;
import io.mappedpages.WritablePage;

/**
 * Durable updates of protected pages while a backup of the file is made, onto the same disk, and as many without one just before.
 * Half of the file are protected pages, and half regular ones.
 */
@BenchmarkMode(Mode.SingleShotTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Warmup(iterations = 1)
@Measurement(iterations = 5)
@Fork(value = 1, jvmArgsAppend = "--enable-native-access=ALL-UNNAMED")
@State(Scope.Benchmark)
public class BackupBenchmark {

    /** How long updates are made without a backup. */
    private static final long MILLIS = Long.getLong("benchmark.millis", 5_000);

    /** How many update at once. */
    @Param({"1", "4"})
    private int callers;

    private Pager pager = Fixtures.unset();
    private ProtectedPages pages = Fixtures.unset();
    private Path target = Fixtures.unset();

    /** What an iteration came to. */
    @State(Scope.Thread)
    @AuxCounters(AuxCounters.Type.EVENTS)
    public static class Latencies {
        private final Turns without = new Turns();
        private final Turns beside = new Turns();
        private double backupMillis;
        private double pagesSaved;

        @Setup(Level.Iteration)
        public void clear() {
            without.clear();
            beside.clear();
        }

        public double withoutP50Nanos() {
            return without.median();
        }

        public double withoutP99Nanos() {
            return without.quantile(0.99);
        }

        public double withoutMaxNanos() {
            return without.quantile(1);
        }

        public double besideP50Nanos() {
            return beside.median();
        }

        public double besideP99Nanos() {
            return beside.quantile(0.99);
        }

        public double besideMaxNanos() {
            return beside.quantile(1);
        }

        public double backupMillis() {
            return backupMillis;
        }

        /** Pages that were written over before they were copied. */
        public double pagesSaved() {
            return pagesSaved;
        }
    }

    @Setup(Level.Trial)
    public void create() throws Exception {
        pager = ProtectedPages.file("backed-up", CommitMode.JOURNAL).create();
        pages = new ProtectedPages(pager, ProtectedPages.MANY).written();
        List<PageId> regular = pager.allocBulk(2 * ProtectedPages.MANY);
        for (PageId id : regular) {
            try (WritablePage page = pager.write(id)) {
                page.bytes().set(ValueLayout.JAVA_LONG, 0, id.number());
            }
        }
        pager.sync();
        pager.checkpoint();
    }

    @TearDown(Level.Trial)
    public void close() {
        pager.close();
    }

    /** {@return bytes of the backup} */
    @Benchmark
    public long backup(Latencies latencies) throws Exception {
        target = Fixtures.fresh("backup");
        update(latencies.without, () -> Thread.sleep(MILLIS));
        update(latencies.beside, () -> {
            long begin = System.nanoTime();
            BackupReport report = pager.backup(target);
            latencies.backupMillis = (System.nanoTime() - begin) / 1e6;
            latencies.pagesSaved = report.pagesSaved();
        });
        long bytes = Files.size(target);
        Files.delete(target);
        return bytes;
    }

    private void update(Turns all, Turns.Turn meanwhile) throws Exception {
        List<Turns> each = Stream.generate(Turns::new).limit(callers).toList();
        Beside.measure(each.stream().<Turns.Turn>map(turns -> () -> turns.time(pages::updateOne)).toList(), meanwhile);
        each.forEach(all::addAll);
    }
}
