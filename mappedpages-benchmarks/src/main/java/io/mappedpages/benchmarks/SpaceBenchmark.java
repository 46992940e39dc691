package io.mappedpages.benchmarks;

import java.lang.foreign.ValueLayout;
import java.util.List;
import java.util.concurrent.TimeUnit;

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

import io.mappedpages.PageId;
import io.mappedpages.Pager;
import io.mappedpages.ProtectedPageId;
import io.mappedpages.WritablePage;

/**
 * What comes after many pages were allocated, written and freed: these cannot all be used for everything, and neither the
 * next allocation nor giving them back may cost by their number more than it must.
 */
@BenchmarkMode(Mode.SingleShotTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Warmup(iterations = 5)
@Measurement(iterations = 15)
@Fork(value = 1, jvmArgsAppend = "--enable-native-access=ALL-UNNAMED")
@State(Scope.Thread)
public class SpaceBenchmark {

    @Param({"1000", "100000", "400000"})
    private int pages;

    @Param({"true", "false"})
    private boolean written;

    private Pager pager = Fixtures.unset();

    /** A new file, in which all that is free and not at the end was used. */
    @Setup(Level.Iteration)
    public void use() throws Exception {
        pager = Pager.builder(Fixtures.fresh("space")).pageSizeLog2(10).reserve(false).create();
        pager.allocProtected();
        List<PageId> used = pager.allocBulk(pages);
        List<ProtectedPageId> behind = pager.allocProtectedBulk(50);
        if (written) {
            for (PageId id : used) {
                try (WritablePage page = pager.write(id)) {
                    page.bytes().set(ValueLayout.JAVA_LONG, 0, id.number());
                }
            }
        }
        pager.freeBulk(used);
        pager.freeProtectedBulk(behind);
    }

    @TearDown(Level.Iteration)
    public void close() {
        pager.close();
    }

    @Benchmark
    public ProtectedPageId allocProtected() {
        return pager.allocProtected();
    }

    @Benchmark
    public long trim() {
        return pager.trim();
    }
}
