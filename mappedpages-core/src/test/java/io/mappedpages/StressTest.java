package io.mappedpages;

import static io.mappedpages.Pages.assertFilled;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;

import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.Timeout.ThreadMode;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import io.mappedpages.testing.Background;
import io.mappedpages.testing.PageFiles;
import io.mappedpages.testing.Seed;

/** Many threads at once, each with pages of its own and some that all of them share, while the file grows. */
@Timeout(value = 180, threadMode = ThreadMode.SEPARATE_THREAD)
class StressTest {

    private static final int THREADS = 6;
    private static final int SHARED = 8;

    @RegisterExtension
    private final PageFiles files = PageFiles.inMemory();

    /** The pages of one kind that one thread has, and the byte each is full of. */
    private static final class Own<H extends PageHandle> {

        private final PageAllocator<H> pages;
        private final Random random;
        private final Map<H, Integer> contents = new HashMap<>();
        private final List<H> handles = new ArrayList<>();

        Own(PageAllocator<H> pages, Random random) {
            this.pages = pages;
            this.random = random;
        }

        void step() {
            switch (handles.isEmpty() ? 0 : random.nextInt(6)) {
                case 0 -> add(List.of(pages.alloc()));
                case 1 -> add(pages.allocBulk(1 + random.nextInt(8)));
                case 2 -> {
                    H victim = handles.remove(random.nextInt(handles.size()));
                    assertFilled(pages, victim, contents.remove(victim));
                    pages.free(victim);
                }
                case 3 -> {
                    List<H> victims = new ArrayList<>(handles.subList(0, Math.min(4, handles.size())));
                    handles.removeAll(victims);
                    victims.forEach(contents::remove);
                    pages.freeBulk(victims);
                }
                default -> {
                    H any = handles.get(random.nextInt(handles.size()));
                    assertFilled(pages, any, contents.get(any));
                    contents.put(any, random.nextInt(256));
                    Pages.fill(pages, any, contents.get(any));
                }
            }
        }

        private void add(List<H> made) {
            made.forEach(handle -> {
                assertFilled(pages, handle, 0);
                handles.add(handle);
                contents.put(handle, 0);
            });
        }

        void checkAll(PageAllocator<H> opened) {
            contents.forEach((handle, value) -> assertFilled(opened, handle, value));
        }
    }

    /** One thread's work. */
    private static final class Worker {

        private final Pager pager;
        private final Random random;
        private final Own<PageId> regular;
        private final Own<ProtectedPageId> protectedPages;
        private final List<PageId> shared;
        private final List<ProtectedPageId> sharedProtected;
        private int increments;

        Worker(Pager pager, Random random, List<PageId> shared, List<ProtectedPageId> sharedProtected) {
            this.pager = pager;
            this.random = random;
            this.regular = new Own<>(pager.pages(), random);
            this.protectedPages = new Own<>(pager.protectedPages(), random);
            this.shared = shared;
            this.sharedProtected = sharedProtected;
        }

        void run(int steps) {
            for (int i = 0; i < steps; i++) {
                switch (random.nextInt(8)) {
                    case 0, 1, 2 -> regular.step();
                    case 3, 4 -> protectedPages.step();
                    case 5 -> readShared(pager.pages(), shared);
                    case 6 -> readShared(pager.protectedPages(), sharedProtected);
                    default -> {
                        if (random.nextBoolean()) {
                            increment(pager.pages(), shared);
                        } else {
                            increment(pager.protectedPages(), sharedProtected);
                        }
                        increments++;
                    }
                }
            }
        }

        private <H extends PageHandle> void readShared(PageAllocator<H> pages, List<H> ids) {
            try (MappedPage page = pages.read(ids.get(random.nextInt(SHARED)))) {
                int first = page.byteBuffer().getInt(0);
                assertThat(page.byteBuffer().getInt(page.size() - 4)).isEqualTo(first);
            }
        }

        private <H extends PageHandle> void increment(PageAllocator<H> pages, List<H> ids) {
            try (PageWriter page = pages.write(ids.get(random.nextInt(SHARED)))) {
                int next = page.byteBuffer().getInt(0) + 1;
                page.byteBuffer().putInt(0, next).putInt(page.size() - 4, next);
                page.commit();
            }
        }
    }

    @ParameterizedTest
    @CsvSource({"10, 2000, 1048576, CHECKPOINT", "10, 1000, 1, CHECKPOINT", "12, 1500, 1048576, CHECKPOINT",
        "14, 700, 1, CHECKPOINT", "10, 1000, 1048576, JOURNAL", "12, 1000, 1, JOURNAL"})
    void manyThreadsDoNotHarmEachOther(int log2, int steps, long cacheBytes, CommitMode mode) {
        long seed = Seed.next();
        Seed.named(seed, () -> run(seed, log2, steps, cacheBytes, mode));
    }

    private void run(long seed, int log2, int steps, long cacheBytes, CommitMode mode) {
        Pager pager = files.add(files.builder(log2).growthStep(64L << log2).cacheBytes(cacheBytes).commitMode(mode)
                .borrowTimeout(Duration.ofSeconds(60)).create());
        List<PageId> shared = pager.allocBulk(SHARED);
        List<ProtectedPageId> sharedProtected = pager.allocProtectedBulk(SHARED);
        List<Worker> workers = new ArrayList<>();
        List<Background<Boolean>> running = new ArrayList<>();
        for (int i = 0; i < THREADS; i++) {
            Worker worker = new Worker(pager, new Random(seed + i), shared, sharedProtected);
            workers.add(worker);
            running.add(Background.run(() -> worker.run(steps)));
        }
        AtomicBoolean over = new AtomicBoolean();
        Background<Boolean> onlooker = Background.run(() -> {
            while (!over.get()) {
                assertThat(pager.verify().findings()).isEmpty();
                assertThat(pager.allocatedPages()).containsAll(shared);
                assertThat(pager.allocatedProtectedPages()).containsAll(sharedProtected);
                pager.sync();
                pager.trim();
            }
        });
        running.forEach(Background::result);
        over.set(true);
        onlooker.result();

        checkEnd(pager, workers, shared, sharedProtected);
        checkEnd(files.openAnew(pager), workers, shared, sharedProtected);
    }

    private static void checkEnd(Pager pager, List<Worker> workers, List<PageId> shared,
            List<ProtectedPageId> sharedProtected) {
        Set<PageId> regular = new HashSet<>(shared);
        Set<ProtectedPageId> protectedPages = new HashSet<>(sharedProtected);
        long increments = 0;
        for (Worker worker : workers) {
            worker.regular.checkAll(pager.pages());
            worker.protectedPages.checkAll(pager.protectedPages());
            assertThat(regular.addAll(worker.regular.handles) || worker.regular.handles.isEmpty()).isTrue();
            assertThat(protectedPages.addAll(worker.protectedPages.handles) || worker.protectedPages.handles.isEmpty())
                    .isTrue();
            increments += worker.increments;
        }
        assertThat(pager.allocatedPages()).containsExactlyInAnyOrderElementsOf(regular);
        assertThat(pager.allocatedProtectedPages()).containsExactlyInAnyOrderElementsOf(protectedPages);
        assertThat(sum(pager.pages(), shared) + sum(pager.protectedPages(), sharedProtected)).isEqualTo(increments);
        assertThat(pager.verify().findings()).isEmpty();
    }

    private static <H extends PageHandle> long sum(PageAllocator<H> pages, List<H> ids) {
        long sum = 0;
        for (H id : ids) {
            try (MappedPage page = pages.read(id)) {
                sum += page.byteBuffer().getInt(0);
            }
        }
        return sum;
    }
}
