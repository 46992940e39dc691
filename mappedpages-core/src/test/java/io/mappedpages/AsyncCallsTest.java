package io.mappedpages;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import java.lang.foreign.ValueLayout;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.Timeout.ThreadMode;
import org.junit.jupiter.api.extension.RegisterExtension;

import io.mappedpages.internal.storage.ByteRange;
import io.mappedpages.internal.storage.FaultyStorageProvider;
import io.mappedpages.internal.storage.FaultyStorageProvider.Call;
import io.mappedpages.internal.storage.FaultyStorageProvider.Fault;
import io.mappedpages.internal.storage.FileStorageProvider;
import io.mappedpages.testing.PageFiles;
import io.mappedpages.testing.Patience;

/** Calls that nobody waits for. */
@Timeout(value = 60, threadMode = ThreadMode.SEPARATE_THREAD)
class AsyncCallsTest {

    private static final int MANY = 20_000;

    @RegisterExtension
    private final PageFiles files = PageFiles.inMemory();

    private final FaultyStorageProvider storage = new FaultyStorageProvider(new FileStorageProvider());
    private Pager pager;
    private volatile boolean isHeld;

    @BeforeEach
    void open() {
        pager = files.add(files.builder(10).commitMode(CommitMode.JOURNAL).journalSize(64 << 10)
                .borrowTimeout(Duration.ofMillis(200)).storage(storage).create());
    }

    private static void fails(Class<? extends Exception> with, CompletableFuture<?> future) {
        assertThatExceptionOfType(CompletionException.class).isThrownBy(future::join).withCauseInstanceOf(with);
    }

    @Test
    void whatTheyDidIsDurableWhenTheyAreCompleted() {
        PageId page = pager.allocAsync().join();
        PageId gone = pager.allocAsync().join();
        List<PageId> pages = pager.allocBulkAsync(300).join();
        ProtectedPageId guarded = pager.allocProtectedAsync().join();
        ProtectedPageId guardedGone = pager.allocProtectedAsync().join();
        List<ProtectedPageId> manyGuarded = pager.allocProtectedBulkAsync(40).join();
        try (WritablePage writer = pager.write(page)) {
            writer.bytes().fill((byte) 1);
            writer.commitAsync().join();
        }
        try (ProtectedPageWriter writer = pager.write(guarded)) {
            writer.bytes().fill((byte) 2);
            writer.commitAsync().join();
        }
        pager.freeAsync(gone).join();
        pager.freeBulkAsync(pages.subList(0, 100)).join();
        pager.freeProtectedAsync(guardedGone).join();
        pager.freeProtectedBulkAsync(manyGuarded.subList(0, 10)).join();
        PageId last;
        try (Transaction transaction = pager.begin()) {
            last = transaction.alloc();
            transaction.write(last).bytes().fill((byte) 3);
            transaction.commitAsync().join();
        }

        Pager copy = files.add(Pager.open(files.copyOf(pager)));

        assertThat(copy.allocatedPages()).hasSize(202).doesNotContain(gone);
        assertThat(copy.allocatedProtectedPages()).hasSize(31).doesNotContain(guardedGone);
        Pages.assertFilled(copy, page, 1);
        Pages.assertFilled(copy, guarded, 2);
        Pages.assertFilled(copy, last, 3);
        assertThat(pager.verify().findings()).isEmpty();
    }

    @Test
    void nothingToDoIsDoneAtOnce() {
        assertThat(pager.allocBulkAsync(0)).isCompletedWithValue(List.of());
        assertThat(pager.freeBulkAsync(List.of())).isCompleted();
        assertThat(pager.begin().commitAsync()).isCompleted();
    }

    @Test
    void whatDependsOnOneMayCallAndWait() {
        PageId second = pager.allocAsync().thenApply(_ -> pager.alloc()).thenApply(_ -> pager.alloc()).join();
        assertThat(pager.allocatedPages()).hasSize(3).contains(second);
    }

    @Test
    void whatDependsOnOneMayWaitForAnotherOfTheSameCommit() {
        CountDownLatch go = holdNextSync();
        CompletableFuture<PageId> other = new CompletableFuture<>();
        CompletableFuture<PageId> waits = pager.allocAsync().thenApply(_ -> other.join());
        CompletableFuture<Void> told = pager.allocAsync().thenAccept(other::complete);
        go.countDown();
        told.join();
        assertThat(waits.join()).isEqualTo(other.join());
    }

    @Test
    void aCallUnderWayTakesLessThanAKilobyteOfTheHeap() throws InterruptedException {
        List<PageId> pages = pager.allocBulk(MANY + 1);
        CountDownLatch go = holdNextSync();
        CompletableFuture<?> first = pager.freeAsync(pages.getLast());
        Patience.await("the sync is held", () -> isHeld);
        List<CompletableFuture<?>> underWay = new ArrayList<>(MANY);
        long before = bytesOfHeap();

        for (int i = 0; i < MANY; i++) {
            underWay.add(pager.freeAsync(pages.get(i)));
        }

        assertThat((bytesOfHeap() - before) / MANY).isBetween(100L, 1024L);
        assertThat(underWay).noneMatch(CompletableFuture::isDone);
        go.countDown();
        first.join();
        underWay.forEach(CompletableFuture::join);
    }

    private static long bytesOfHeap() throws InterruptedException {
        for (int i = 0; i < 3; i++) {
            System.gc();
            Thread.sleep(20); // for what cleaners let go
        }
        return Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory();
    }

    private CountDownLatch holdNextSync() {
        return holdNext(Call.SYNC_RANGES);
    }

    private CountDownLatch holdNext(Call call) {
        CountDownLatch go = new CountDownLatch(1);
        storage.beforeNext(call, () -> {
            isHeld = true;
            Patience.await("what depends on it is there", () -> go.getCount() == 0);
        });
        return go;
    }

    @Test
    void whatDependsOnOneRunsOnAVirtualThread() {
        CountDownLatch go = holdNextSync();
        CompletableFuture<Thread> thread = pager.allocAsync().thenApply(_ -> Thread.currentThread());
        go.countDown();
        assertThat(thread.join().isVirtual()).isTrue();
    }

    @Test
    void manyAreCarriedByFewCommits() {
        long before = pager.stats().generation();
        List<CompletableFuture<PageId>> all = new ArrayList<>();
        for (int i = 0; i < MANY; i++) {
            all.add(pager.allocAsync());
        }
        HashSet<PageId> pages = new HashSet<>();
        all.forEach(future -> pages.add(future.join()));
        assertThat(pages).hasSize(MANY);
        assertThat(pager.stats().generation() - before).isLessThan(MANY / 10);
        assertThat(pager.verify().findings()).isEmpty();
    }

    @Test
    void whatIsRefusedIsToldToTheFutureAndWhatCanNeverBeToTheCaller() {
        PageId page = pager.alloc();
        pager.free(page);
        fails(DoubleFreeException.class, pager.freeAsync(page));
        fails(ReservedPageException.class, pager.freeAsync(new PageId(0)));
        fails(PageOutOfBoundsException.class, pager.freeProtectedAsync(new ProtectedPageId(1 << 30)));
        fails(PagerFullException.class, pager.allocBulkAsync(Integer.MAX_VALUE));
        assertThatIllegalArgumentException().isThrownBy(() -> pager.allocBulkAsync(-1));
        ProtectedPageId guarded = pager.allocProtected();
        ProtectedPageWriter writer = pager.write(guarded);
        writer.commitAsync().join();
        assertThatIllegalStateException().isThrownBy(writer::commitAsync);
        WritablePage closed = pager.write(pager.alloc());
        closed.close();
        assertThatIllegalStateException().isThrownBy(closed::commitAsync);
    }

    @Test
    void aPageThatIsBorrowedIsWaitedForByNobody() {
        PageId page = pager.alloc();
        ProtectedPageId guarded = pager.allocProtected();
        CompletableFuture<Void> free;
        CompletableFuture<Void> freeGuarded;
        try (MappedPage borrow = pager.read(page); MappedPage other = pager.read(guarded)) {
            free = pager.freeAsync(page).thenApply(nothing -> nothing);
            freeGuarded = pager.freeProtectedAsync(guarded).thenApply(nothing -> nothing);
            assertThat(free).isNotDone();
            assertThat(freeGuarded).isNotDone();
            assertThat(borrow.size()).isEqualTo(other.size());
        }
        free.join();
        freeGuarded.join();
        assertThat(pager.allocatedPages()).isEmpty();
    }

    @Test
    void aPageThatStaysBorrowedIsAFailureAfterTheTimeout() {
        PageId page = pager.alloc();
        try (MappedPage borrow = pager.read(page)) {
            fails(PageBorrowedException.class, pager.freeAsync(page));
            assertThat(borrow.size()).isPositive();
        }
        pager.free(page);
    }

    @Test
    void aWriterCanBeClosedAtOnce() {
        ProtectedPageId guarded = pager.allocProtected();
        CompletableFuture<Void> committed;
        try (ProtectedPageWriter writer = pager.write(guarded)) {
            writer.bytes().fill((byte) 7);
            committed = writer.commitAsync().thenApply(nothing -> nothing);
        }
        committed.join();
        Pages.assertFilled(pager, guarded, 7);
        Pages.fill(pager, guarded, 8);
    }

    @Test
    void allThatAreUnderWayAreToldWhenAWriteFails() {
        storage.failNext(Call.SYNC_RANGES, Fault.BEFORE);
        List<CompletableFuture<PageId>> all = new ArrayList<>();
        for (int i = 0; i < 500; i++) {
            all.add(pager.allocAsync());
        }
        int failed = 0;
        for (CompletableFuture<PageId> one : all) {
            failed += one.handle((_, failure) -> failure != null).join() ? 1 : 0;
        }
        assertThat(failed).isPositive();
        assertThat(pager.state()).isEqualTo(PagerState.UNAVAILABLE);
        fails(PagerUnavailableException.class, pager.allocAsync());
        storage.reset();
        pager.reopen();
        assertThat(pager.verify().findings()).isEmpty();
        pager.allocAsync().join();
    }

    @Test
    void closingEndsAllThatAreUnderWay() {
        List<CompletableFuture<PageId>> all = new ArrayList<>();
        for (int i = 0; i < 2000; i++) {
            all.add(pager.allocAsync());
        }
        pager.close();
        for (CompletableFuture<PageId> one : all) {
            one.handle((page, failure) -> {
                assertThat(failure == null || failure instanceof PagerClosedException).isTrue();
                return page;
            }).join();
        }
        fails(PagerClosedException.class, pager.allocAsync());
    }

    @Test
    void theThreadThatCommitsThemEnds() throws InterruptedException {
        pager.allocAsync().join();
        String name = "mappedpages-commit " + pager.path().getFileName();
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
        while (Thread.getAllStackTraces().keySet().stream().anyMatch(thread -> thread.getName().equals(name))) {
            assertThat(System.nanoTime()).isLessThan(end);
            TimeUnit.MILLISECONDS.sleep(50);
        }
        pager.allocAsync().join();
    }

    /** It is free for the next commit, but not on the disk. */
    @Test
    void aPageThatIsJustBeingFreedIsNotFilledBeforeItIsFree() {
        pager.allocBulk((int) pager.freePageCount());
        PageId page = pager.transact(transaction -> transaction.alloc());
        pager.allocBulk((int) pager.freePageCount());
        CountDownLatch go = holdNextSync();
        CompletableFuture<?> free = pager.freeAsync(page);
        Patience.await("the sync is held", () -> isHeld);
        ByteRange bytes = new ByteRange(page.number() << 10, 1 << 10);
        try (Transaction transaction = pager.begin()) {
            assertThat(transaction.alloc()).isEqualTo(page);
            transaction.write(page).bytes().fill((byte) 9);
            CompletableFuture<?> commit = transaction.commitAsync();
            assertThat(storage.events()).noneMatch(event -> event.call() == Call.WRITE
                    && event.ranges().contains(bytes));
            go.countDown();
            CompletableFuture.allOf(free, commit).join();
        }
        assertThat(storage.events()).anyMatch(event -> event.call() == Call.WRITE && event.ranges().contains(bytes));
        Pages.assertFilled(pager, page, 9);
    }

    /** Pages that were used are made clean ahead, by commits that hand others out. */
    private void makePagesToBeCleaned() {
        pager = files.add(files.builder(10).initialSize(1 << 20).commitMode(CommitMode.JOURNAL).journalSize(64 << 10)
                .storage(storage).create());
        pager.freeBulk(pager.allocBulk(40));
    }

    @Test
    void aPageThatIsJustBeingCleanedIsNotHandedOutTwice() {
        makePagesToBeCleaned();
        CountDownLatch go = holdNextSync();
        CompletableFuture<PageId> cleaning = pager.allocAsync();
        Patience.await("the sync is held", () -> isHeld);
        try (Transaction transaction = pager.begin()) {
            List<PageId> own = transaction.allocBulk(2); // one alone would be one that nobody has had
            go.countDown();
            cleaning.join();
            assertThat(own).doesNotContain(pager.alloc());
            transaction.commit();
        }
        assertThat(pager.verify().findings()).isEmpty();
    }

    @Test
    void whatWasWrittenAheadIsNotCleanedAway() {
        makePagesToBeCleaned();
        CountDownLatch go = holdNext(Call.WRITE);
        CompletableFuture<PageId> cleaning = pager.allocAsync();
        Patience.await("the write is held", () -> isHeld);
        try (Transaction transaction = pager.begin()) {
            List<PageId> own = transaction.allocBulk(2);
            own.forEach(id -> transaction.write(id).bytes().fill((byte) 9));
            List<ProtectedPageId> guarded = transaction.allocProtectedBulk(3);
            guarded.forEach(id -> transaction.write(id).bytes().fill((byte) 8));
            CompletableFuture<?> commit = transaction.commitAsync();
            go.countDown();
            CompletableFuture.allOf(cleaning, commit).join();
            own.forEach(id -> Pages.assertFilled(pager, id, 9));
            guarded.forEach(id -> Pages.assertFilled(pager, id, 8));
        }
    }

    /** It comes again, and keeps what it holds meanwhile. */
    @Test
    void whoWritesAPageHasItAlsoWhileTheCommitIsTriedAgain() {
        Pager plain = files.add(files.builder(10).commitMode(CommitMode.CHECKPOINT).storage(storage).create());
        ProtectedPageId guarded = plain.allocProtected();
        List<PageId> low = plain.allocBulk(3200);
        List<PageId> high = plain.allocBulk(900);
        plain.free(low.get(5));
        CompletableFuture<Boolean> granted;
        try (Transaction transaction = plain.begin()) {
            transaction.alloc();
            transaction.allocBulk(2).forEach(transaction::free); // far away, where the states are in a map leaf
            plain.freeBulk(high);
            plain.trim(); // which drops that leaf
            transaction.write(guarded).bytes().fill((byte) 9);
            CountDownLatch go = holdNextSync();
            CompletableFuture<?> commit = transaction.commitAsync();
            Patience.await("the sync is held", () -> isHeld);
            granted = CompletableFuture.supplyAsync(() -> {
                try (ProtectedPageWriter writer = plain.write(guarded)) {
                    return writer.bytes().get(ValueLayout.JAVA_BYTE, 0) == 9;
                }
            });
            assertThat(granted).isNotDone();
            go.countDown();
            commit.join();
        }
        assertThat(granted.join()).as("the content that was committed before").isTrue();
        Pages.assertFilled(plain, guarded, 9);
        assertThat(plain.verify().findings()).isEmpty();
    }

    @Test
    void afterAWriteThatFailedATransactionIsThereWholeOrNotAtAll() {
        ProtectedPageId guarded = Pages.filledProtected(pager, 1);
        for (Fault fault : List.of(Fault.BEFORE, Fault.AFTER)) {
            long pages = pager.allocatedPages().count();
            int before = value(guarded);
            Transaction transaction = pager.begin();
            transaction.write(guarded).bytes().fill((byte) (before + 1));
            transaction.write(transaction.alloc()).bytes().fill((byte) 5);
            storage.failNext(Call.SYNC_RANGES, fault);
            fails(PagerUnavailableException.class, transaction.commitAsync());
            storage.reset();
            pager.reopen();
            boolean isThere = value(guarded) == before + 1;
            assertThat(pager.allocatedPages()).hasSize((int) pages + (isThere ? 1 : 0));
            assertThat(pager.verify().findings()).isEmpty();
        }
    }

    private int value(ProtectedPageId id) {
        return pager.read(id, page -> page.get(ValueLayout.JAVA_BYTE, 0));
    }

    @Test
    void cancellingTakesNothingBack() {
        pager.allocAsync().cancel(true);
        pager.allocAsync().join();
        assertThat(pager.allocatedPages()).hasSize(2);
    }
}
