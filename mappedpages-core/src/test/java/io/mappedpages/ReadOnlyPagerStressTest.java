package io.mappedpages;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicIntegerArray;

import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import io.mappedpages.testing.PageFiles;
import io.mappedpages.testing.Seed;

/**
 * Readers of a file that is written to as fast as it goes: each protected page they see is whole, never older than one they have
 * seen of it, and not older than what had been committed when they last looked for what is new.
 */
class ReadOnlyPagerStressTest {

    private static final int PAGES = 40;
    private static final int WRITERS = 3;
    private static final int COMMITS = 1500;

    @RegisterExtension
    private final PageFiles files = PageFiles.inMemory();

    @ParameterizedTest
    @CsvSource({"JOURNAL, 16", "JOURNAL, 1024", "CHECKPOINT, 64"})
    void besideWritersEachPageIsWholeAndNeverOlderThanBefore(CommitMode mode, int journalKiB) {
        long seed = Seed.next();
        Seed.named(seed, () -> {
            try {
                readBesideWriters(mode, journalKiB, seed);
            } catch (InterruptedException | ExecutionException e) {
                throw new AssertionError(e);
            }
        });
    }

    private void readBesideWriters(CommitMode mode, int journalKiB, long seed)
            throws InterruptedException, ExecutionException {
        Pager pager = files.add(files.builder(12).commitMode(mode).journalSize((long) journalKiB << 10)
                .initialSize(2 << 20).create());
        List<ProtectedPageId> ids = pager.allocProtectedBulk(PAGES);
        AtomicIntegerArray committed = new AtomicIntegerArray(PAGES);
        AtomicBoolean isOver = new AtomicBoolean();
        try (ExecutorService threads = Executors.newCachedThreadPool()) {
            List<Future<?>> writers = new ArrayList<>();
            for (int i = 0; i < WRITERS; i++) {
                writers.add(threads.submit(new Writer(pager, ids, committed, i, new Random(seed + i))));
            }
            List<Future<Integer>> readers = new ArrayList<>();
            ReadOnlyPager shared = Pager.builder(pager.path()).openReadOnly();
            ReadOnlyPager own = Pager.builder(pager.path()).openReadOnly();
            for (ReadOnlyPager reader : List.of(shared, shared, own)) {
                readers.add(threads.submit(
                        new Reader(reader, ids, committed, isOver, new Random(seed - 1 - readers.size()))));
            }
            try {
                for (Future<?> writer : writers) {
                    writer.get();
                }
            } finally {
                isOver.set(true);
            }
            for (Future<Integer> reader : readers) {
                assertThat(reader.get()).isPositive();
            }
            shared.close();
            own.close();
        }
        try (ReadOnlyPager reader = Pager.builder(pager.path()).openReadOnly()) {
            for (int i = 0; i < PAGES; i++) {
                assertThat(versionOf(reader.copy(ids.get(i)), i)).isEqualTo(committed.get(i));
            }
            assertThat(reader.allocatedPages().toList()).isEqualTo(pager.allocatedPages().toList());
            assertThat(reader.pageMap(0).toList()).isEqualTo(pager.pageMap(0).toList());
        }
    }

    private static int versionOf(MemorySegment page, int index) {
        long first = page.get(ValueLayout.JAVA_LONG, 0);
        for (long at = 0; at < page.byteSize(); at += Long.BYTES) {
            assertThat(page.get(ValueLayout.JAVA_LONG, at)).as("word at %d of page %d", at, index).isEqualTo(first);
        }
        if (first != 0) {
            assertThat(first >>> 32).isEqualTo(index + 1L);
        }
        return (int) first;
    }

    /** Writes pages of its own, and lets the file grow and shrink. */
    private record Writer(Pager pager, List<ProtectedPageId> ids, AtomicIntegerArray committed, int number,
            Random random) implements Callable<Boolean> {

        @Override
        public Boolean call() {
            Deque<PageId> regular = new ArrayDeque<>();
            for (int i = 0; i < COMMITS; i++) {
                int index = number + WRITERS * random.nextInt(PAGES / WRITERS);
                int version = committed.get(index) + 1;
                try (ProtectedPageWriter page = pager.write(ids.get(index))) {
                    for (long at = 0; at < page.bytes().byteSize(); at += Long.BYTES) {
                        page.bytes().set(ValueLayout.JAVA_LONG_UNALIGNED, at, (index + 1L) << 32 | version);
                    }
                    page.commit();
                }
                committed.set(index, version);
                switch (random.nextInt(40)) {
                    case 0, 1 -> regular.addAll(pager.allocBulk(1 + random.nextInt(100)));
                    case 2, 3 -> {
                        for (int left = random.nextInt(150); left > 0 && !regular.isEmpty(); left--) {
                            pager.free(regular.removeLast());
                        }
                    }
                    case 4 -> pager.trim();
                    case 5 -> pager.checkpoint();
                    default -> {
                        // on with the next
                    }
                }
            }
            return true;
        }
    }

    /** Reads any page, and now and then looks for what is new. */
    private record Reader(ReadOnlyPager reader, List<ProtectedPageId> ids, AtomicIntegerArray committed,
            AtomicBoolean isOver,
            Random random) implements Callable<Integer> {

        @Override
        public Integer call() {
            int reads = 0;
            int[] least = new int[PAGES];
            long generation = 0;
            while (!isOver.get()) {
                if (random.nextInt(50) == 0) {
                    int[] before = new int[PAGES];
                    for (int i = 0; i < PAGES; i++) {
                        before[i] = committed.get(i);
                    }
                    long refreshed = reader.refresh();
                    assertThat(refreshed).isGreaterThanOrEqualTo(generation);
                    generation = refreshed;
                    for (int i = 0; i < PAGES; i++) {
                        least[i] = Math.max(least[i], before[i]);
                    }
                    assertThat(reader.recovery().map(RecoveryReport::loss))
                            .isNotEqualTo(Optional.of(RecoveryReport.Loss.POSSIBLE));
                    assertThat(reader.pageMap(0)).noneMatch(range -> range.use() == PageUse.UNKNOWN);
                }
                int index = random.nextInt(PAGES);
                int version = versionOf(reader.copy(ids.get(index)), index);
                assertThat(version).as("version of page %d", index).isGreaterThanOrEqualTo(least[index]);
                least[index] = version;
                assertThat(reader.generation()).isGreaterThanOrEqualTo(generation);
                generation = reader.generation();
                reads++;
            }
            return reads;
        }
    }
}
