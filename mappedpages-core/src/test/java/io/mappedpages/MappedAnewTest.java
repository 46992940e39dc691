package io.mappedpages;

import static io.mappedpages.Pages.assertFilled;
import static io.mappedpages.Pages.fill;
import static io.mappedpages.Pages.filled;
import static io.mappedpages.Pages.filledProtected;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import java.lang.foreign.MemorySegment;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Random;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.Timeout.ThreadMode;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import io.mappedpages.internal.format.PageState;
import io.mappedpages.internal.storage.FaultyStorageProvider;
import io.mappedpages.internal.storage.FaultyStorageProvider.Call;
import io.mappedpages.internal.storage.FaultyStorageProvider.Fault;
import io.mappedpages.internal.storage.FileStorageProvider;
import io.mappedpages.testing.Background;
import io.mappedpages.testing.PageFiles;
import io.mappedpages.testing.RawPageFile;
import io.mappedpages.testing.Seed;

/**
 * A file at its maximum size had 16,374 of its 16,384 pages free, and no protected page could be allocated: each free page
 * had been borrowed for writing once, and somebody might have kept its segment. Such pages can be had as soon as nothing is
 * borrowed: the file is mapped anew, and kept segments are out of use.
 */
@Timeout(value = 120, threadMode = ThreadMode.SEPARATE_THREAD)
class MappedAnewTest {

    private static final int PAGES = 64;

    @RegisterExtension
    private final PageFiles files = PageFiles.inMemory();

    private final FaultyStorageProvider storage = new FaultyStorageProvider(new FileStorageProvider());

    /** A file that may not grow. */
    private PagerBuilder full(int pages, Duration borrowTimeout) {
        return files.builder(10).initialSize((long) pages << 10).maxSize((long) pages << 10)
                .borrowTimeout(borrowTimeout).storage(storage);
    }

    /** Every page is written to once. {@return segments of all of them, which are free} */
    private static List<MemorySegment> useEveryPage(Pager pager) {
        List<PageId> all = pager.allocBulk(Math.toIntExact(pager.freePageCount()));
        List<MemorySegment> kept = new ArrayList<>();
        for (PageId id : all) {
            try (WritablePage page = pager.write(id)) {
                page.bytes().fill((byte) 1);
                kept.add(page.bytes());
            }
        }
        pager.freeBulk(all);
        return kept;
    }

    /** On some systems a sync reaches only what is mapped at that moment. */
    @Test
    void whatWasStoredIsSyncedBeforeItIsUnmappedWhereThatIsNeeded() {
        for (boolean needed : new boolean[] {false, true}) {
            Pager pager = full(100, Duration.ofSeconds(5)).create();
            MemorySegment kept = useEveryPage(files.add(pager)).getFirst();
            List<Boolean> mapped = new ArrayList<>();
            if (needed) {
                storage.syncsOnlyWhatIsMapped();
            }
            storage.beforeNext(Call.SYNC, () -> mapped.add(kept.scope().isAlive()));

            pager.allocProtected();

            assertThat(kept.scope().isAlive()).isFalse();
            assertThat(mapped).isEqualTo(needed ? List.of(true) : List.of());
        }
    }

    @Test
    void pagesThatWereWrittenAndFreedCanBecomeProtectedOnes() {
        Pager pager = files.add(full(PAGES, Duration.ZERO).create());
        List<MemorySegment> kept = useEveryPage(pager);
        assertThat(pager.freePageCount()).isEqualTo(PAGES - 3);

        List<ProtectedPageId> ids = pager.allocProtectedBulk((PAGES - 3 - 2) / 2);

        assertThat(pager.freePageCount()).as("what is free").isLessThan(2);
        kept.forEach(segment -> assertThatIllegalStateException().isThrownBy(() -> segment.fill((byte) 2)));
        ids.forEach(id -> assertFilled(pager, id, 0));
        ids.forEach(id -> fill(pager, id, 3));
        Pager opened = files.openAnew(pager);
        ids.forEach(id -> assertFilled(opened, id, 3));
        assertThat(Pages.inState(new RawPageFile(opened.path()), PageState.COPY)).hasSize(2 * ids.size());
    }

    @Test
    void whatIsReadAndWrittenAfterwardsIsTheSameFile() {
        Pager pager = files.add(full(PAGES, Duration.ZERO).create());
        PageId page = filled(pager, 7);
        ProtectedPageId other = filledProtected(pager, 8);
        useEveryPage(pager);
        ProtectedPageId made = filledProtected(pager, 9);

        assertFilled(pager, page, 7);
        assertFilled(pager, other, 8);
        fill(pager, page, 17);
        fill(pager, other, 18);
        pager.sync();
        Pager opened = files.openAnew(pager);
        assertFilled(opened, page, 17);
        assertFilled(opened, other, 18);
        assertFilled(opened, made, 9);
    }

    @Test
    void whileSomethingIsBorrowedTheyAreForRegularPagesOnlyAndTheExceptionSaysSo() {
        Pager pager = files.add(full(PAGES, Duration.ZERO).create());
        PageId used = filled(pager, 7);
        List<MemorySegment> kept = useEveryPage(pager);
        try (MappedPage borrowed = pager.read(used)) {
            assertThatExceptionOfType(PagerFullException.class).isThrownBy(pager::allocProtected)
                    .withMessageContaining(pager.path().toString())
                    .withMessageContaining(pager.freePageCount() + " free pages").withMessageContaining("1 page was");
            kept.getFirst().fill((byte) 2);
            pager.free(pager.alloc());
            assertFilled(borrowed.bytes(), 7);
        }
        assertThat(pager.state()).isEqualTo(PagerState.OPEN);

        pager.allocProtected();
    }

    @Test
    void anAllocationWaitsUntilNothingIsBorrowed() {
        Pager pager = files.add(full(PAGES, Duration.ofSeconds(60)).create());
        PageId used = filled(pager, 7);
        useEveryPage(pager);
        Background<ProtectedPageId> waiting;
        try (MappedPage borrowed = pager.read(used)) {
            waiting = Background.start(pager::allocProtected).untilItWaits();
            assertFilled(borrowed.bytes(), 7);
        }
        assertFilled(pager, waiting.result(), 0);
    }

    /** Who holds a page and asks for another one must not wait for who waits for that page. */
    @Test
    void aBorrowerGetsMorePagesWhileAnAllocationWaits() {
        Pager pager = files.add(full(PAGES, Duration.ofSeconds(60)).create());
        PageId used = filled(pager, 7);
        PageId more = filled(pager, 8);
        ProtectedPageId another = filledProtected(pager, 9);
        useEveryPage(pager);
        Background<ProtectedPageId> waiting;
        try (MappedPage borrowed = pager.read(used)) {
            waiting = Background.start(pager::allocProtected).untilItWaits();
            for (int i = 0; i < 200; i++) {
                assertFilled(pager, more, 8);
                assertFilled(pager, another, 9);
                fill(pager, more, 8);
            }
            assertThat(waiting.isDone()).isFalse();
            assertFilled(borrowed.bytes(), 7);
        }
        assertFilled(pager, waiting.result(), 0);
    }

    /**
     * New borrows are held back for a moment, for the others to come to their ends. The whole commit that followed was made
     * in that moment, and every reader waited for the disk.
     */
    @Test
    void whoWasHeldBackIsLetGoBeforeTheAllocationIsCommitted() {
        Pager pager = files.add(full(PAGES, Duration.ofSeconds(60)).create());
        PageId used = filled(pager, 7);
        PageId other = filled(pager, 8);
        useEveryPage(pager);
        AtomicBoolean over = new AtomicBoolean();
        AtomicLong reads = new AtomicLong();
        Background<Boolean> reader;
        Background<ProtectedPageId> waiting;
        AtomicBoolean goesOn = new AtomicBoolean();
        try (MappedPage _ = pager.read(used)) {
            storage.beforeNext(Call.SYNC_RANGES, () -> goesOn.set(isCountingOn(reads)));
            waiting = Background.start(pager::allocProtected).untilItWaits();
            reader = Background.run(() -> {
                while (!over.get()) {
                    assertFilled(pager, other, 8);
                    reads.incrementAndGet();
                }
            });
            while (reader.thread().getState() != Thread.State.WAITING) { // held back
                Thread.onSpinWait();
            }
        }
        assertFilled(pager, waiting.result(), 0);
        over.set(true);
        reader.result();
        assertThat(goesOn).as("reading while the allocation is committed").isTrue();
    }

    private static boolean isCountingOn(AtomicLong counter) {
        long before = counter.get();
        long deadline = System.nanoTime() + 5_000_000_000L; // only a failure lasts so long
        while (counter.get() == before && System.nanoTime() - deadline < 0) {
            Thread.onSpinWait();
        }
        return counter.get() != before;
    }

    @Test
    void aFileThatMayGrowGrowsRatherThanWait() {
        Pager pager = files.add(files.builder(10).initialSize(PAGES << 10).borrowTimeout(Duration.ZERO).create());
        PageId used = filled(pager, 7);
        useEveryPage(pager);
        try (MappedPage borrowed = pager.read(used)) {
            pager.allocProtected();
            assertThat(pager.pageCount()).isGreaterThan(PAGES);
            assertFilled(borrowed.bytes(), 7);
        }
    }

    @Test
    void pagesThatWereFreedMeanwhileAndNeverLentWillDoToo() {
        Pager pager = files.add(full(PAGES, Duration.ofSeconds(60)).create());
        PageId used = filled(pager, 7);
        ProtectedPageId other = filledProtected(pager, 9);
        useEveryPage(pager);
        try (MappedPage borrowed = pager.read(used)) {
            Background<ProtectedPageId> waiting = Background.start(pager::allocProtected).untilItWaits();
            pager.freeProtected(other);
            assertFilled(pager, waiting.result(), 0);
            assertFilled(borrowed.bytes(), 7);
        }
    }

    @Test
    void ifTheFileCannotBeMappedAgainThePagerIsUnavailableUntilItIsReopened() {
        Pager pager = files.add(full(PAGES, Duration.ZERO).create());
        ProtectedPageId other = filledProtected(pager, 9);
        useEveryPage(pager);
        storage.failNext(Call.MAP, Fault.BEFORE);

        assertThatExceptionOfType(PagerUnavailableException.class).isThrownBy(pager::allocProtected);
        assertThatExceptionOfType(PagerUnavailableException.class).isThrownBy(() -> pager.read(other));

        pager.reopen();
        assertFilled(pager, other, 9);
        filledProtected(pager, 8);
    }

    @Test
    void anErrorWhileTheFileIsMappedAgainStopsThePagerUntilItIsReopened() {
        Pager pager = files.add(full(PAGES, Duration.ZERO).create());
        ProtectedPageId other = filledProtected(pager, 9);
        useEveryPage(pager);
        storage.beforeNext(Call.MAP, () -> {
            throw new OutOfMemoryError("made up");
        });

        assertThatExceptionOfType(PagerUnavailableException.class).isThrownBy(pager::allocProtected);
        assertThatExceptionOfType(PagerUnavailableException.class).isThrownBy(() -> pager.read(other));

        pager.reopen();
        assertFilled(pager, other, 9);
        filledProtected(pager, 8);
    }

    /**
     * Threads borrow, write, free and allocate in a file of which they may need every page, now for this and now for that,
     * so it is mapped anew again and again. Nobody sees anything but what he wrote.
     */
    @Test
    void manyThreadsKeepTheirContentsWhileTheFileIsMappedAnew() {
        run(4, false);
    }

    /** Everybody goes on storing into pages that were freed. Protected pages and the file's own ones never notice. */
    @ParameterizedTest
    @ValueSource(ints = {1, 4})
    void segmentsKeptByManyThreadsSpoilNothingThatIsProtected(int threads) {
        run(threads, true);
    }

    private void run(int threads, boolean keeping) {
        Pager pager = files.add(full(3 + 16 + threads * Worker.MOST_PAGES, Duration.ofSeconds(60)).create());
        storage.reset();
        long seed = Seed.next();
        Seed.named(seed, () -> {
            List<Background<Boolean>> running = new ArrayList<>();
            for (int i = 0; i < threads; i++) {
                Worker worker = new Worker(pager, new Random(seed + i), keeping);
                running.add(Background.run(worker::run));
            }
            running.forEach(Background::result);
        });
        assertThat(storage.count(Call.MAP)).as("how often the file was mapped anew").isPositive();
        assertThat(pager.verify().findings()).isEmpty();
    }

    private static final class Worker {

        private static final int MOST_PAGES = 72;

        private final Pager pager;
        private final Random random;
        private final boolean keeping;
        private final Map<PageId, Integer> regular = new HashMap<>();
        private final Map<ProtectedPageId, Integer> ids = new HashMap<>();
        private final Queue<MemorySegment> kept = new ArrayDeque<>();

        /** @param keeping whether it keeps the segments of its regular pages and stores into them when they are freed */
        Worker(Pager pager, Random random, boolean keeping) {
            this.pager = pager;
            this.random = random;
            this.keeping = keeping;
        }

        void run() {
            for (int round = 0; round < 30; round++) {
                int most = random.nextInt(MOST_PAGES / 2); // each of these needs two pages
                fillUp(pager.pages(), regular, MOST_PAGES - 2 * most);
                fillUp(pager.protectedPages(), ids, most);
                kept.removeIf(segment -> !isStillOfUse(segment));
                if (!keeping) {
                    regular.forEach((id, value) -> assertFilled(pager, id, value));
                }
                ids.forEach((id, value) -> assertFilled(pager, id, value));
                pager.freeBulk(regular.keySet());
                regular.clear();
                pager.freeProtectedBulk(ids.keySet());
                ids.clear();
            }
        }

        private <H extends PageHandle> void fillUp(PageAllocator<H> pages, Map<H, Integer> contents, int count) {
            while (contents.size() < count) {
                int value = random.nextInt(1, 100);
                H id = pages.alloc();
                try (PageWriter page = pages.write(id)) {
                    page.bytes().fill((byte) value);
                    page.commit();
                    if (keeping && page instanceof WritablePage writable) {
                        kept.add(writable.bytes());
                    }
                }
                contents.put(id, value);
            }
        }

        private static boolean isStillOfUse(MemorySegment segment) {
            try {
                segment.fill((byte) 0xEE);
                return true;
            } catch (IllegalStateException e) {
                return false; // the file was mapped anew
            }
        }
    }
}
