package io.mappedpages;

import static io.mappedpages.Pages.fill;
import static io.mappedpages.Pages.filled;
import static io.mappedpages.Pages.filledProtected;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.Timeout.ThreadMode;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import io.mappedpages.internal.storage.FaultyStorageProvider;
import io.mappedpages.internal.storage.FaultyStorageProvider.Call;
import io.mappedpages.internal.storage.FaultyStorageProvider.Fault;
import io.mappedpages.internal.storage.FileStorageProvider;
import io.mappedpages.testing.Background;
import io.mappedpages.testing.PageFiles;

/** What a pager counts of itself, in every state and at every moment. */
@Timeout(value = 60, threadMode = ThreadMode.SEPARATE_THREAD)
class StatsTest {

    @RegisterExtension
    private final PageFiles files = PageFiles.onDisk();

    private final FaultyStorageProvider storage = new FaultyStorageProvider(new FileStorageProvider());

    private Pager pager(Duration borrowTimeout) {
        return files.add(files.builder(10).borrowTimeout(borrowTimeout).storage(storage).create());
    }

    private static void assertPages(PagerStats stats, Pager pager) {
        assertThat(stats).returns(pager.pageCount(), PagerStats::pages)
                .returns(pager.freePageCount(), PagerStats::freePages)
                .returns(pager.protectedPageCount(), PagerStats::protectedPages);
    }

    @Test
    void anOpenPagerTellsWhatItsFileIsLike() {
        Pager pager = pager(Duration.ZERO);

        PagerStats stats = pager.stats();

        assertThat(stats).isEqualTo(new PagerStats(PagerState.OPEN, 1024, 4, 1, 0, pager.path().toFile().length(),
                stats.generation(), 0, 0, 0, 0, Duration.ZERO, 0, stats.maxPages()));
        assertThat(stats.generation()).isPositive();
        assertThat(stats.fileBytes()).isGreaterThanOrEqualTo(4 * 1024);
    }

    @Test
    void theMostPagesAreWhatTheFileMayGrowToOrHasAlready() {
        Pager limited = files.add(files.builder(10).maxSize(10_500).create());
        assertThat(limited.stats().maxPages()).isEqualTo(10);
        Pager unlimited = pager(Duration.ZERO);
        assertThat(unlimited.stats().maxPages()).isGreaterThanOrEqualTo(1L << 47);
        unlimited.allocBulk(100);
        unlimited.close();

        Pager small = files.add(Pager.builder(unlimited.path()).maxSize(10_500).open());

        assertThat(small.stats().maxPages()).isEqualTo(small.pageCount()).isGreaterThan(100);
    }

    @Test
    void countsOfPagesFollowEachCommit() {
        Pager pager = pager(Duration.ZERO);
        PagerStats before = pager.stats();

        pager.allocBulk(100);
        ProtectedPageId id = pager.allocProtected();
        PagerStats grown = pager.stats();
        fill(pager, id, 1);

        assertPages(grown, pager);
        assertThat(grown.protectedPages()).isOne();
        assertThat(grown.pages()).isGreaterThan(before.pages());
        assertThat(grown.fileBytes()).isEqualTo(pager.path().toFile().length())
                .isGreaterThanOrEqualTo(grown.pages() * 1024);
        assertThat(grown.generation()).isGreaterThan(before.generation());
        assertThat(pager.stats().generation()).isEqualTo(grown.generation() + 1);
    }

    @Test
    void eachReaderAndEachWriterIsAnOpenBorrow() {
        Pager pager = pager(Duration.ZERO);
        PageId read = filled(pager, 1);
        PageId written = filled(pager, 1);
        ProtectedPageId other = filledProtected(pager, 1);

        MappedPage second = pager.read(read);
        try (MappedPage _ = pager.read(read);
                MappedPage _ = pager.read(read);
                WritablePage _ = pager.write(written);
                MappedPage _ = pager.read(other);
                ProtectedPageWriter _ = pager.write(other)) {
            assertThat(pager.stats()).returns(6L, PagerStats::openBorrows).returns(4L, PagerStats::borrowedPages);
            second.close();
            assertThat(pager.stats()).returns(5L, PagerStats::openBorrows).returns(4L, PagerStats::borrowedPages);
        }

        assertThat(pager.stats()).returns(0L, PagerStats::openBorrows).returns(0L, PagerStats::borrowedPages);
    }

    @Test
    void openBorrowsAreCountedAllOverALargeFile() {
        Pager pager = files.add(files.builder(10).initialSize(20 << 20).borrowTimeout(Duration.ZERO).create());
        List<PageId> ids = pager.allocBulk(20_000);
        List<MappedPage> open = new ArrayList<>();
        for (int i = 0; i < ids.size(); i += 100) {
            open.add(pager.read(ids.get(i)));
        }

        assertThat(pager.stats().openBorrows()).isEqualTo(200);
        open.forEach(MappedPage::close);
    }

    @Test
    void whoHasToWaitIsCountedWhenTheWaitBegins() {
        Pager pager = pager(Duration.ofSeconds(30));
        PageId id = filled(pager, 1);

        MappedPage reader = pager.read(id);
        Background<WritablePage> writer = Background.start(() -> pager.write(id)).untilItWaits();
        assertThat(pager.stats()).returns(1L, PagerStats::borrowWaits).returns(0L, PagerStats::borrowTimeouts)
                .returns(1L, PagerStats::openBorrows);
        reader.close();
        writer.result().close();
        Background<Boolean> freeing;
        try (MappedPage _ = pager.read(id)) {
            freeing = Background.run(() -> pager.free(id)).untilItWaits();
        }
        freeing.result();

        assertThat(pager.stats()).returns(2L, PagerStats::borrowWaits).returns(0L, PagerStats::borrowTimeouts)
                .returns(0L, PagerStats::openBorrows);
    }

    @Test
    void whoWaitsInVainIsCountedBeforeTheExceptionIsThrown() {
        Pager pager = pager(Duration.ofMillis(5));
        PageId id = filled(pager, 1);
        ProtectedPageId other = filledProtected(pager, 1);

        try (MappedPage _ = pager.read(id); ProtectedPageWriter _ = pager.write(other)) {
            for (Runnable call : List.<Runnable>of(() -> pager.write(id), () -> pager.free(id),
                    () -> pager.write(other), () -> pager.freeProtected(other))) {
                long before = pager.stats().borrowTimeouts();
                assertThatExceptionOfType(PageBorrowedException.class).isThrownBy(call::run);
                assertThat(pager.stats().borrowTimeouts()).isEqualTo(before + 1);
            }
        }

        assertThat(pager.stats()).returns(4L, PagerStats::borrowWaits).returns(4L, PagerStats::borrowTimeouts);
        assertThat(pager.stats().borrowWaitTime()).isBetween(Duration.ofMillis(4 * 5), Duration.ofSeconds(30));
    }

    @Test
    void whoDoesNotWaitButIsRefusedAtOnceIsATimeoutOnly() {
        Pager pager = pager(Duration.ZERO);
        PageId id = filled(pager, 1);

        try (MappedPage _ = pager.read(id)) {
            assertThatExceptionOfType(PageBorrowedException.class).isThrownBy(() -> pager.write(id));
        }

        assertThat(pager.stats()).returns(0L, PagerStats::borrowWaits).returns(1L, PagerStats::borrowTimeouts)
                .returns(Duration.ZERO, PagerStats::borrowWaitTime);
    }

    @Test
    void waitsAndTimeoutsAreCountedOnAfterReopening() {
        Pager pager = pager(Duration.ofMillis(5));
        PageId id = filled(pager, 1);
        for (int i = 0; i < 2; i++) {
            try (MappedPage _ = pager.read(id)) {
                assertThatExceptionOfType(PageBorrowedException.class).isThrownBy(() -> pager.write(id));
            }
            pager.reopen();
        }

        assertThat(pager.stats()).returns(2L, PagerStats::borrowWaits).returns(2L, PagerStats::borrowTimeouts)
                .returns(PagerState.OPEN, PagerStats::state);
    }

    /** They are read from another thread all the time, and some may meet a commit anywhere. */
    @Test
    void countsOfPagesAndGenerationAreOfOneCommit() {
        Pager pager = pager(Duration.ofSeconds(30));
        Map<Long, List<Long>> seen = new HashMap<>();
        Background<Boolean> changing = Background.run(() -> {
            for (int i = 1; i < 40; i++) {
                pager.allocProtectedBulk(i);
                pager.freeBulk(pager.allocBulk(i));
            }
        });

        while (!changing.isDone()) {
            PagerStats stats = pager.stats();
            List<Long> pages = List.of(stats.pages(), stats.freePages(), stats.protectedPages());
            assertThat(seen.computeIfAbsent(stats.generation(), _ -> pages)).isEqualTo(pages);
            assertThat(stats.freePages() + 2 * stats.protectedPages()).isLessThanOrEqualTo(stats.pages() - 3);
        }

        changing.result();
        assertPages(pager.stats(), pager);
        assertThat(seen).hasSizeGreaterThan(1);
    }

    @Test
    void statsDoNotWaitForACommitThatIsInItsSync() throws InterruptedException {
        Pager pager = pager(Duration.ofSeconds(30));
        pager.alloc();
        PagerStats before = pager.stats();
        CountDownLatch syncing = new CountDownLatch(1);
        CountDownLatch goOn = new CountDownLatch(1);
        storage.beforeNext(Call.SYNC_RANGES, () -> hold(syncing, goOn));
        Background<Boolean> committing = Background.run(() -> filledProtected(pager, 1));
        try {
            syncing.await();
            PagerStats during = Background.start(pager::stats).result();

            assertThat(during.generation()).isEqualTo(before.generation());
            assertThat(during.protectedPages()).isZero();
            assertThat(during.state()).isEqualTo(PagerState.OPEN);
        } finally {
            goOn.countDown();
        }
        committing.result();

        assertThat(pager.stats().protectedPages()).isOne();
    }

    private static void hold(CountDownLatch reached, CountDownLatch goOn) {
        reached.countDown();
        try {
            goOn.await();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    /** On some systems what was stored is synced before the file is unmapped, while nobody can make a latch. */
    @Test
    void statsDoNotWaitForAFileThatIsBeingMappedAnew() throws InterruptedException {
        Pager pager = files.add(files.builder(10).initialSize(100 << 10).maxSize(100 << 10).storage(storage).create());
        List<PageId> all = pager.allocBulk(Math.toIntExact(pager.freePageCount()));
        all.forEach(id -> pager.write(id).close());
        pager.freeBulk(all);
        storage.syncsOnlyWhatIsMapped();
        CountDownLatch syncing = new CountDownLatch(1);
        CountDownLatch goOn = new CountDownLatch(1);
        storage.beforeNext(Call.SYNC, () -> hold(syncing, goOn));
        Background<ProtectedPageId> allocating = Background.start(pager::allocProtected);
        try {
            syncing.await();

            assertThat(Background.start(pager::stats).result().openBorrows()).isZero();
        } finally {
            goOn.countDown();
        }

        allocating.result();
    }

    @Test
    void anUnavailablePagerTellsWhatWasCommittedLast() {
        Pager pager = pager(Duration.ZERO);
        PageId id = filled(pager, 1);
        filledProtected(pager, 1);
        MappedPage reader = pager.read(id);
        PagerStats before = pager.stats();
        storage.failNext(Call.SYNC_RANGES, Fault.SYNC_LOST);
        assertThatExceptionOfType(PagerUnavailableException.class).isThrownBy(pager::alloc);

        PagerStats after = pager.stats();

        assertThat(after).returns(PagerState.UNAVAILABLE, PagerStats::state)
                .returns(before.generation(), PagerStats::generation).returns(before.pages(), PagerStats::pages)
                .returns(before.freePages(), PagerStats::freePages).returns(1L, PagerStats::protectedPages)
                .returns(1L, PagerStats::openBorrows);
        reader.close();
        assertThat(pager.stats().openBorrows()).isZero();
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void aClosedPagerTellsWhatWasCommittedLastAndHowLongTheFileWasLeft(boolean reserve) {
        Pager pager = files.add(files.builder(10).reserve(reserve).borrowTimeout(Duration.ZERO).create());
        pager.allocBulk(33);
        pager.allocProtected();
        MappedPage reader = pager.read(filled(pager, 1));
        PagerStats open = pager.stats();
        pager.close();

        PagerStats closed = pager.stats();

        assertThat(closed).isEqualTo(new PagerStats(PagerState.CLOSED, 1024, open.pages(), open.freePages(), 1,
                pager.path().toFile().length(), open.generation(), 0, 1, 1, 0, Duration.ZERO, 0, open.maxPages()));
        assertThat(closed.fileBytes()).isEqualTo(closed.pages() * 1024);
        reader.close();
        assertThat(pager.stats().openBorrows()).isZero();
    }

    @Test
    void aLengthThatCannotBeAskedForIsTheOneThatWasKnownLast() {
        Pager pager = pager(Duration.ZERO);
        pager.allocBulk(100);
        PagerStats before = pager.stats();
        storage.failNext(Call.LENGTH, Fault.BEFORE);

        assertThat(pager.stats()).isEqualTo(before);
        assertThat(pager.state()).isEqualTo(PagerState.OPEN);
    }

    @Test
    void aListenerMayAskForThem() {
        AtomicReference<PagerStats> heard = new AtomicReference<>();
        AtomicReference<Pager> self = new AtomicReference<>();
        CountDownLatch ready = new CountDownLatch(1);
        Pager pager = files.add(files.builder(10).listener(new PagerListener() {
            @Override
            public void onState(StateEvent event) {
                hold(new CountDownLatch(1), ready);
                heard.set(self.get().stats());
            }
        }).create());
        self.set(pager);
        ready.countDown();

        pager.close();

        assertThat(heard.get()).returns(PagerState.CLOSED, PagerStats::state);
    }
}
