package io.mappedpages.benchmarks;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.channels.FileChannel;
import java.nio.channels.FileChannel.MapMode;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.concurrent.TimeUnit;

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

import io.mappedpages.MappedPage;
import io.mappedpages.PageId;
import io.mappedpages.Pager;
import io.mappedpages.ProtectedPageId;
import io.mappedpages.WritablePage;

/** Borrowing a hot page, loading eight bytes of it and giving it back; beside it, the load alone from a plain mapping. */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(value = 3, jvmArgsAppend = "--enable-native-access=ALL-UNNAMED")
@State(Scope.Thread)
public class BorrowBenchmark {

    private static final long BYTES = 64 * Fixtures.MIB;
    private static final int AT = 128;
    private static final VarHandle WORD = MethodHandles.arrayElementVarHandle(long[].class);

    private Pager pager = Fixtures.unset();
    private PageId page = Fixtures.unset();
    private ProtectedPageId protectedPage = Fixtures.unset();
    private Arena arena = Fixtures.unset();
    private MemorySegment mapping = Fixtures.unset();
    private long offset;
    private final long[] words = new long[2 * AT];

    @Setup(Level.Trial)
    public void create() throws Exception {
        pager = Fixtures.sparse(Fixtures.fresh("borrow"), BYTES).create();
        page = pager.allocBulk(1000).get(777);
        protectedPage = pager.allocProtected();
        Path plain = Fixtures.fresh("borrow-raw");
        arena = Arena.ofShared();
        try (FileChannel file = FileChannel.open(plain, StandardOpenOption.CREATE, StandardOpenOption.READ,
                StandardOpenOption.WRITE)) {
            mapping = file.map(MapMode.READ_WRITE, 0, BYTES, arena);
        }
        offset = page.number() * Fixtures.PAGE + AT;
        mapping.set(ValueLayout.JAVA_LONG, offset, 42);
    }

    @TearDown(Level.Trial)
    public void close() {
        pager.close();
        arena.close();
    }

    @Benchmark
    public long rawLoad() {
        return mapping.get(ValueLayout.JAVA_LONG, offset);
    }

    /** What a borrow cannot do without: a word is changed from one thing to another and back, each time atomically. */
    @Benchmark
    public boolean twoAtomics() {
        long word = word();
        boolean taken = WORD.compareAndSet(words, AT, word, word + 1);
        boolean given = WORD.compareAndSet(words, AT, word(), word);
        return taken && given;
    }

    private long word() {
        return (long) WORD.getVolatile(words, AT);
    }

    @Benchmark
    public long read() {
        try (MappedPage borrowed = pager.read(page)) {
            return borrowed.bytes().get(ValueLayout.JAVA_LONG, AT);
        }
    }

    @Benchmark
    public long readProtected() {
        try (MappedPage borrowed = pager.read(protectedPage)) {
            return borrowed.bytes().get(ValueLayout.JAVA_LONG, AT);
        }
    }

    @Benchmark
    public void write() {
        try (WritablePage borrowed = pager.write(page)) {
            borrowed.bytes().set(ValueLayout.JAVA_LONG, AT, 42);
        }
    }
}
