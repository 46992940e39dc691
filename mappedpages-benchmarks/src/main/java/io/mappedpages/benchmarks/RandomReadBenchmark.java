package io.mappedpages.benchmarks;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.channels.FileChannel;
import java.nio.channels.FileChannel.MapMode;
import java.nio.file.StandardOpenOption;
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
import org.openjdk.jmh.annotations.Threads;
import org.openjdk.jmh.annotations.Warmup;
import org.openjdk.jmh.infra.ThreadParams;

import io.mappedpages.MappedPage;
import io.mappedpages.PageId;
import io.mappedpages.Pager;
import io.mappedpages.ProtectedPageId;

/**
 * Random reads of a word, and copies of a page, of many pages that are in memory: by a function, with the page borrowed, and
 * from a plain mapping of as many bytes; and from that with the least that a sequence lock has to do, which is a look at a word for
 * each page before and after. Both kinds of page. They take turns of some thousand reads, of pages that are
 * chosen before; each reads others than the one before it.
 */
@BenchmarkMode(Mode.SingleShotTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Warmup(iterations = 20)
@Measurement(iterations = 10)
@Fork(value = 3, jvmArgsAppend = "--enable-native-access=ALL-UNNAMED")
@State(Scope.Benchmark)
public class RandomReadBenchmark {

    private static final int PAGES = ProtectedPages.MANY;
    /** Reads in a turn. */
    private static final int TURN = 8192;
    /** Turns of each in an iteration. */
    private static final int ROUNDS = Math.max(3, Fixtures.rounds() / 10);
    private static final int AT = 128;
    private static final VarHandle LOCK = MethodHandles.arrayElementVarHandle(long[].class);

    private Pager pager = Fixtures.unset();
    /** The first of each kind; the others follow. */
    private PageId firstRegular = Fixtures.unset();
    private ProtectedPageId firstGuarded = Fixtures.unset();
    private Arena arena = Fixtures.unset();
    private MemorySegment mapping = Fixtures.unset();
    private final long[] locks = new long[PAGES];

    @Setup(Level.Trial)
    public void create() throws Exception {
        pager = Pager.builder(Fixtures.fresh("random")).initialSize((4L * PAGES + 4096) * Fixtures.PAGE)
                .reserve(false).create();
        firstRegular = pager.allocBulk(PAGES).getFirst();
        firstGuarded = pager.allocProtectedBulk(PAGES).getFirst();
        for (int i = 0; i < PAGES; i++) { // the bytes, and what the pager keeps of each page, come into memory
            pager.read(regular(i), page -> page.get(ValueLayout.JAVA_BYTE, 0));
            pager.read(guarded(i), page -> page.get(ValueLayout.JAVA_BYTE, 0));
        }
        arena = Arena.ofShared();
        try (FileChannel file = FileChannel.open(Fixtures.fresh("random-raw"), StandardOpenOption.CREATE,
                StandardOpenOption.READ, StandardOpenOption.WRITE)) {
            mapping = file.map(MapMode.READ_WRITE, 0, (long) PAGES * Fixtures.PAGE, arena);
        }
        for (int i = 0; i < PAGES; i++) {
            mapping.get(ValueLayout.JAVA_BYTE, (long) i * Fixtures.PAGE);
        }
    }

    @TearDown(Level.Trial)
    public void close() {
        pager.close();
        arena.close();
    }

    private PageId regular(int page) {
        return new PageId(firstRegular.number() + page);
    }

    private ProtectedPageId guarded(int page) {
        return new ProtectedPageId(firstGuarded.number() + page);
    }

    /** Medians of an iteration, in nanoseconds a read. */
    @State(Scope.Thread)
    @AuxCounters(AuxCounters.Type.EVENTS)
    public static class Nanos {
        private final Turns raw = new Turns();
        private final Turns locked = new Turns();
        private final Turns borrow = new Turns();
        private final Turns function = new Turns();
        private final Turns protectedBorrow = new Turns();
        private final Turns protectedFunction = new Turns();
        private final int[] pages = new int[TURN];
        private final byte[] copy = new byte[Fixtures.PAGE];
        private SplittableRandom random = new SplittableRandom(0);
        private int threads;
        private long sum;

        @Setup(Level.Trial)
        public void begin(ThreadParams params) {
            random = new SplittableRandom(params.getThreadIndex());
            threads = params.getThreadCount(); // what they count is added up
        }

        @Setup(Level.Iteration)
        public void clear() {
            for (Turns turns : List.of(raw, locked, borrow, function, protectedBorrow, protectedFunction)) {
                turns.clear();
            }
        }

        private double nanos(Turns turns) {
            return turns.median() / TURN / threads;
        }

        public double rawNanos() {
            return nanos(raw);
        }

        public double sequenceLockNanos() {
            return nanos(locked);
        }

        public double borrowNanos() {
            return nanos(borrow);
        }

        public double functionNanos() {
            return nanos(function);
        }

        public double protectedBorrowNanos() {
            return nanos(protectedBorrow);
        }

        public double protectedFunctionNanos() {
            return nanos(protectedFunction);
        }

        /** So that no loop is taken for useless. */
        public long isOdd() {
            return sum & 1;
        }

        private void time(Turns turns, Turns.Turn turn) throws Exception {
            for (int i = 0; i < TURN; i++) {
                pages[i] = random.nextInt(PAGES);
            }
            turns.time(turn);
        }
    }

    @Benchmark
    @Threads(1)
    public void word(Nanos times) throws Exception {
        words(times);
    }

    @Benchmark
    @Threads(2)
    public void wordByTwo(Nanos times) throws Exception {
        words(times);
    }

    @Benchmark
    @Threads(1)
    public void copy(Nanos times) throws Exception {
        copies(times);
    }

    @Benchmark
    @Threads(2)
    public void copyByTwo(Nanos times) throws Exception {
        copies(times);
    }

    private void words(Nanos times) throws Exception {
        for (int round = 0; round < ROUNDS; round++) {
            times.time(times.raw, () -> times.sum += rawWords(times.pages));
            times.time(times.locked, () -> times.sum += lockedWords(times.pages));
            times.time(times.function, () -> times.sum += functionWords(times.pages));
            times.time(times.borrow, () -> times.sum += borrowWords(times.pages));
            times.time(times.protectedFunction, () -> times.sum += protectedFunctionWords(times.pages));
            times.time(times.protectedBorrow, () -> times.sum += protectedBorrowWords(times.pages));
        }
    }

    private long rawWords(int[] pages) {
        long sum = 0;
        for (int page : pages) {
            sum += mapping.get(ValueLayout.JAVA_LONG, (long) page * Fixtures.PAGE + AT);
        }
        return sum;
    }

    private long lockedWords(int[] pages) {
        long sum = 0;
        for (int page : pages) {
            long before = (long) LOCK.getVolatile(locks, page);
            long word = mapping.asSlice((long) page * Fixtures.PAGE, Fixtures.PAGE).get(ValueLayout.JAVA_LONG, AT);
            VarHandle.acquireFence();
            if ((long) LOCK.getVolatile(locks, page) != before) {
                throw new IllegalStateException("nobody writes");
            }
            sum += word;
        }
        return sum;
    }

    private long functionWords(int[] pages) {
        long sum = 0;
        for (int page : pages) {
            sum += pager.read(regular(page), bytes -> bytes.get(ValueLayout.JAVA_LONG, AT));
        }
        return sum;
    }

    private long borrowWords(int[] pages) {
        long sum = 0;
        for (int page : pages) {
            try (MappedPage borrowed = pager.read(regular(page))) {
                sum += borrowed.bytes().get(ValueLayout.JAVA_LONG, AT);
            }
        }
        return sum;
    }

    private long protectedFunctionWords(int[] pages) {
        long sum = 0;
        for (int page : pages) {
            sum += pager.read(guarded(page), bytes -> bytes.get(ValueLayout.JAVA_LONG, AT));
        }
        return sum;
    }

    private long protectedBorrowWords(int[] pages) {
        long sum = 0;
        for (int page : pages) {
            try (MappedPage borrowed = pager.read(guarded(page))) {
                sum += borrowed.bytes().get(ValueLayout.JAVA_LONG, AT);
            }
        }
        return sum;
    }

    private void copies(Nanos times) throws Exception {
        for (int round = 0; round < ROUNDS; round++) {
            times.time(times.raw, () -> times.sum += rawCopies(times.pages, times.copy));
            times.time(times.locked, () -> times.sum += lockedCopies(times.pages, times.copy));
            times.time(times.function, () -> times.sum += functionCopies(times.pages, times.copy));
            times.time(times.borrow, () -> times.sum += borrowCopies(times.pages, times.copy));
            times.time(times.protectedFunction,
                    () -> times.sum += protectedFunctionCopies(times.pages, times.copy));
            times.time(times.protectedBorrow, () -> times.sum += protectedBorrowCopies(times.pages, times.copy));
        }
    }

    private static byte copy(MemorySegment from, long offset, byte[] to) {
        MemorySegment.copy(from, ValueLayout.JAVA_BYTE, offset, to, 0, to.length);
        return to[AT];
    }

    private long rawCopies(int[] pages, byte[] copy) {
        long sum = 0;
        for (int page : pages) {
            sum += copy(mapping, (long) page * Fixtures.PAGE, copy);
        }
        return sum;
    }

    private long lockedCopies(int[] pages, byte[] copy) {
        long sum = 0;
        for (int page : pages) {
            long before = (long) LOCK.getVolatile(locks, page);
            sum += copy(mapping.asSlice((long) page * Fixtures.PAGE, Fixtures.PAGE), 0, copy);
            VarHandle.acquireFence();
            if ((long) LOCK.getVolatile(locks, page) != before) {
                throw new IllegalStateException("nobody writes");
            }
        }
        return sum;
    }

    private long functionCopies(int[] pages, byte[] copy) {
        long sum = 0;
        for (int page : pages) {
            sum += pager.read(regular(page), bytes -> copy(bytes, 0, copy));
        }
        return sum;
    }

    private long borrowCopies(int[] pages, byte[] copy) {
        long sum = 0;
        for (int page : pages) {
            try (MappedPage borrowed = pager.read(regular(page))) {
                sum += copy(borrowed.bytes(), 0, copy);
            }
        }
        return sum;
    }

    private long protectedFunctionCopies(int[] pages, byte[] copy) {
        long sum = 0;
        for (int page : pages) {
            sum += pager.read(guarded(page), bytes -> copy(bytes, 0, copy));
        }
        return sum;
    }

    private long protectedBorrowCopies(int[] pages, byte[] copy) {
        long sum = 0;
        for (int page : pages) {
            try (MappedPage borrowed = pager.read(guarded(page))) {
                sum += copy(borrowed.bytes(), 0, copy);
            }
        }
        return sum;
    }
}
