package io.mappedpages.benchmarks;

import java.lang.foreign.ValueLayout;
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
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

import io.mappedpages.CommitMode;
import io.mappedpages.Pager;
import io.mappedpages.ProtectedPageId;

/**
 * Inserts: a transaction that allocates a protected page and fills it. Into blocks that the file system has reserved and never written,
 * as a file that grows has them, and then, when all are freed, into the same blocks again. Medians.
 */
@BenchmarkMode(Mode.SingleShotTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Warmup(iterations = 2)
@Measurement(iterations = 5)
@Fork(value = 1, jvmArgsAppend = "--enable-native-access=ALL-UNNAMED")
@State(Scope.Thread)
public class InsertBenchmark {

    private static final int INSERTS = Integer.getInteger("benchmark.allocs", 4_000);

    private Pager pager = Fixtures.unset();

    /** Of one insert, in nanoseconds. */
    @State(Scope.Thread)
    @AuxCounters(AuxCounters.Type.EVENTS)
    public static class Latencies {
        private final Turns neverWritten = new Turns();
        private final Turns written = new Turns();

        @Setup(Level.Iteration)
        public void clear() {
            neverWritten.clear();
            written.clear();
        }

        public double neverWrittenNanos() {
            return neverWritten.median();
        }

        public double writtenNanos() {
            return written.median();
        }
    }

    /** It never has to grow. */
    @Setup(Level.Iteration)
    public void create() {
        pager = Pager.builder(Fixtures.fresh("insert")).initialSize(4L * INSERTS * Fixtures.PAGE + 64 * Fixtures.MIB)
                .commitMode(CommitMode.JOURNAL).create();
    }

    @TearDown(Level.Iteration)
    public void close() {
        pager.close();
    }

    @Benchmark
    public long insert(Latencies latencies) throws Exception {
        insertAll(latencies.neverWritten);
        List<ProtectedPageId> all = pager.allocatedProtectedPages().toList();
        pager.freeProtectedBulk(all);
        insertAll(latencies.written);
        return all.size();
    }

    private void insertAll(Turns turns) throws Exception {
        for (int i = 0; i < INSERTS; i++) {
            turns.time(() -> pager.transact(transaction -> {
                ProtectedPageId id = transaction.allocProtected();
                transaction.write(id).bytes().set(ValueLayout.JAVA_LONG, 0, id.number());
                return id;
            }));
        }
    }
}
