package io.mappedpages;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

import io.mappedpages.testing.Background;
import io.mappedpages.testing.PageFiles;

/** Changes that become durable together or not at all. */
@ParameterizedClass
@EnumSource
class TransactionTest {

    private static final Duration SHORT = Duration.ofMillis(50);

    @Parameter
    private CommitMode mode;

    @RegisterExtension
    private final PageFiles files = PageFiles.inMemory();

    private Pager pager;

    @BeforeEach
    void open() {
        pager = files.add(builder().create());
    }

    private PagerBuilder builder() {
        return files.builder(10).borrowTimeout(SHORT).commitMode(mode).journalSize(64 << 10);
    }

    private void fill(StagedPage page, int value) {
        page.bytes().fill((byte) value);
    }

    private long used() {
        return pager.pageCount() - pager.freePageCount();
    }

    private Pager anew() {
        pager = files.openAnew(pager);
        return pager;
    }

    private void assertSound() {
        assertThat(pager.verify().findings()).isEmpty();
    }

    @Test
    void allOfItIsThereAfterTheCommit() {
        PageId goes = Pages.filled(pager, 1);
        ProtectedPageId alsoGoes = Pages.filledProtected(pager, 2);
        ProtectedPageId changes = Pages.filledProtected(pager, 3);
        PageId made;
        ProtectedPageId guarded;
        List<PageId> many;
        List<ProtectedPageId> manyGuarded;
        try (Transaction transaction = pager.begin()) {
            made = transaction.alloc();
            fill(transaction.write(made), 4);
            guarded = transaction.allocProtected();
            fill(transaction.write(guarded), 5);
            many = transaction.allocBulk(20);
            manyGuarded = transaction.allocProtectedBulk(7);
            transaction.free(goes);
            transaction.freeProtected(alsoGoes);
            fill(transaction.write(changes), 6);
            transaction.commit();
        }
        for (int round = 0; round < 2; round++) {
            Pages.assertFilled(pager, made, 4);
            Pages.assertFilled(pager, guarded, 5);
            Pages.assertFilled(pager, changes, 6);
            many.forEach(id -> Pages.assertFilled(pager, id, 0));
            manyGuarded.forEach(id -> Pages.assertFilled(pager, id, 0));
            assertThat(pager.allocatedPages()).doesNotContain(goes).hasSize(21);
            assertThat(pager.allocatedProtectedPages()).doesNotContain(alsoGoes).hasSize(9);
            assertSound();
            anew();
        }
    }

    @Test
    void itIsOneGeneration() {
        List<ProtectedPageId> pages = pager.allocProtectedBulk(8);
        fillAndFree(); // from here on there are pages that can be written to before they are anybody's
        long before = pager.stats().generation();

        pager.transact(transaction -> {
            pages.forEach(id -> fill(transaction.write(id), 7));
            return fillNew(transaction, 8);
        });

        assertThat(pager.stats().generation()).isEqualTo(before + 1);
    }

    private void fillAndFree() {
        pager.free(pager.transact(transaction -> fillNew(transaction, 1)));
    }

    private PageId fillNew(Transaction transaction, int value) {
        PageId id = transaction.alloc();
        fill(transaction.write(id), value);
        return id;
    }

    @Test
    void nothingOfItIsThereBeforeTheCommitOrWithoutOne() {
        PageId stays = Pages.filled(pager, 1);
        ProtectedPageId guarded = Pages.filledProtected(pager, 3);
        ProtectedPageId staysToo = Pages.filledProtected(pager, 4);
        long used = used();
        long generation = pager.stats().generation();
        try (Transaction transaction = pager.begin()) {
            PageId made = fillNew(transaction, 4);
            ProtectedPageId madeToo = transaction.allocProtected();
            transaction.freeProtected(staysToo);
            fill(transaction.write(guarded), 5);
            Pages.assertFilled(pager, guarded, 3);
            assertThatExceptionOfType(PageNotAllocatedException.class).isThrownBy(() -> pager.read(made));
            assertThatExceptionOfType(PageNotAllocatedException.class).isThrownBy(() -> pager.read(madeToo));
            transaction.free(stays);
            assertThat(used()).as("what it has is nobody else's").isGreaterThanOrEqualTo(used + 3);
        }
        assertThat(used()).isEqualTo(used);
        assertThat(pager.stats().generation()).as("nothing was written but to grow").isBetween(generation,
                generation + 1);
        Pages.assertFilled(pager, stays, 1);
        Pages.assertFilled(pager, guarded, 3);
        Pages.assertFilled(pager, staysToo, 4);
        assertSound();
    }

    @Test
    void whatItGaveBackIsHandedOutAgain() {
        PageId first;
        ProtectedPageId guarded;
        try (Transaction transaction = pager.begin()) {
            first = fillNew(transaction, 9);
            guarded = transaction.allocProtected();
        }
        assertThat(pager.allocBulk((int) pager.freePageCount())).contains(first);
        assertThat(pager.allocProtected()).isEqualTo(guarded);
    }

    /** It was zeros when it was promised the first time. */
    @Test
    void aPageThatSomebodyElseHadMeanwhileIsZerosAllTheSame() {
        try (Transaction transaction = pager.begin()) {
            PageId page = transaction.alloc();
            transaction.free(page);
            assertThat(Pages.filled(pager, 9)).isEqualTo(page);
            pager.free(page);
            List<PageId> all = transaction.allocBulk((int) pager.freePageCount());
            assertThat(all).contains(page);
            transaction.commit();
            Pages.assertFilled(pager, page, 0);
        }
    }

    @Test
    void twoNeverGetTheSamePage() {
        List<Transaction> open = new ArrayList<>();
        List<PageId> pages = new ArrayList<>();
        List<ProtectedPageId> guarded = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            Transaction transaction = pager.begin();
            open.add(transaction);
            pages.add(fillNew(transaction, i + 1));
            guarded.add(transaction.allocProtected());
            fill(transaction.write(guarded.getLast()), i + 101);
            pages.add(pager.alloc());
            guarded.add(pager.allocProtected());
        }
        assertThat(pages).doesNotHaveDuplicates();
        assertThat(guarded).doesNotHaveDuplicates();
        open.reversed().forEach(Transaction::commit);
        for (int i = 0; i < 100; i++) {
            Pages.assertFilled(pager, pages.get(2 * i), i + 1);
            Pages.assertFilled(pager, guarded.get(2 * i), i + 101);
        }
        assertSound();
    }

    @Test
    void itSeesWhatItHasStaged() {
        ProtectedPageId guarded = Pages.filledProtected(pager, 1);
        ProtectedPageId other = Pages.filledProtected(pager, 2);
        try (Transaction transaction = pager.begin()) {
            StagedPage staged = transaction.write(guarded);
            Pages.assertFilled(staged.bytes(), 1);
            fill(staged, 3);
            Pages.assertFilled(transaction.read(guarded).bytes(), 3);
            Pages.assertFilled(transaction.write(guarded).bytes(), 3);
            Pages.assertFilled(transaction.read(other).bytes(), 2);
            ProtectedPageId made = transaction.allocProtected();
            Pages.assertFilled(transaction.read(made).bytes(), 0);
            fill(transaction.write(made), 4);
            Pages.assertFilled(transaction.read(made).bytes(), 4);
            assertThat(staged.size()).isEqualTo(1024);
            assertThat(staged.byteBuffer().remaining()).isEqualTo(1024);
            assertThat(transaction.read(guarded).bytes().isReadOnly()).isTrue();
        }
    }

    @Test
    void aPageThatItMadeAndFreedWasNeverThere() {
        long used = used();
        try (Transaction transaction = pager.begin()) {
            PageId made = fillNew(transaction, 4);
            ProtectedPageId guarded = transaction.allocProtected();
            transaction.free(made);
            transaction.freeProtected(guarded);
            assertThatIllegalArgumentException().isThrownBy(() -> transaction.write(made))
                    .withMessageContaining("not allocated by this transaction");
            transaction.commit();
        }
        assertThat(used()).isEqualTo(used);
        assertThat(pager.allocatedPages()).isEmpty();
        assertThat(pager.allocatedProtectedPages()).isEmpty();
    }

    @Test
    void aPageThatItWroteCanBeFreed() {
        ProtectedPageId guarded = Pages.filledProtected(pager, 1);
        try (Transaction transaction = pager.begin()) {
            fill(transaction.write(guarded), 2);
            transaction.freeProtected(guarded);
            assertThatExceptionOfType(PageNotAllocatedException.class).isThrownBy(() -> transaction.write(guarded));
            assertThatExceptionOfType(PageNotAllocatedException.class).isThrownBy(() -> transaction.read(guarded));
            transaction.commit();
        }
        assertThat(pager.allocatedProtectedPages()).isEmpty();
        assertSound();
    }

    @Test
    void aPageThatItWroteStaysItsOwnUntilItIsFreed() {
        ProtectedPageId guarded = Pages.filledProtected(pager, 1);
        try (Transaction transaction = pager.begin()) {
            fill(transaction.write(guarded), 2);
            try (MappedPage reader = pager.read(guarded)) {
                assertThat(reader.size()).isEqualTo(1024);
                assertThatExceptionOfType(PageBorrowedException.class)
                        .isThrownBy(() -> transaction.freeProtected(guarded));
                assertThatExceptionOfType(PageBorrowedException.class).isThrownBy(() -> pager.write(guarded));
            }
            Pages.assertFilled(transaction.read(guarded).bytes(), 2);
            transaction.freeProtected(guarded);
            assertThatExceptionOfType(PageBorrowedException.class).isThrownBy(() -> pager.write(guarded));
        }
        Pages.assertFilled(pager, guarded, 1);
        Pages.fill(pager, guarded, 3);
        pager.freeProtected(guarded);
    }

    /** Which makes certain what opening found, and may move what is to be freed. */
    @Test
    void itCanBeTheFirstChangeAfterAKill() {
        ProtectedPageId id = pager.allocProtected();
        ProtectedPageId other = pager.allocProtected();
        pager.freeBulk(pager.allocBulk(10));
        anew();
        Pages.fill(pager, other, 1);
        Pages.fill(pager, id, 2);
        Pager copy = files.add(Pager.builder(files.copyOf(pager)).commitMode(mode).journalSize(64 << 10).open());
        try (Transaction transaction = copy.begin()) {
            transaction.freeProtected(id);
            fill(transaction.write(other), 3);
            transaction.commit();
        }
        assertThat(copy.allocatedProtectedPages()).containsExactly(other);
        Pages.assertFilled(copy, other, 3);
        assertThat(copy.verify().findings()).isEmpty();
    }

    /** Each is told at once, and what else the transaction has is not touched. */
    @Test
    void whatIsRefusedIsRefusedByTheCallThatAsksForIt() {
        PageId page = Pages.filled(pager, 1);
        ProtectedPageId guarded = Pages.filledProtected(pager, 2);
        ProtectedPageId goneToo = pager.allocProtected();
        pager.freeProtected(goneToo);
        PageId gone = pager.alloc();
        pager.free(gone);
        try (Transaction transaction = pager.begin()) {
            fill(transaction.write(guarded), 3);
            transaction.free(page);
            assertThatExceptionOfType(DoubleFreeException.class).isThrownBy(() -> transaction.free(page));
            assertThatExceptionOfType(DoubleFreeException.class).isThrownBy(() -> transaction.free(gone));
            assertThatExceptionOfType(DoubleFreeException.class).isThrownBy(() -> transaction.freeProtected(goneToo));
            assertThatExceptionOfType(ReservedPageException.class).isThrownBy(() -> transaction.free(new PageId(1)));
            assertThatExceptionOfType(PageOutOfBoundsException.class)
                    .isThrownBy(() -> transaction.free(new PageId(1 << 20)));
            assertThatExceptionOfType(PageNotAllocatedException.class).isThrownBy(() -> transaction.write(goneToo));
            assertThatIllegalArgumentException().isThrownBy(() -> transaction.write(page));
            assertThatIllegalArgumentException().isThrownBy(() -> transaction.allocBulk(-1));
            transaction.commit();
        }
        Pages.assertFilled(pager, guarded, 3);
        assertThat(pager.allocatedPages()).isEmpty();
        assertSound();
    }

    @Test
    void aFullFileIsToldByAllocAndTheRestCanBeCommitted() {
        Pager small = files.add(files.builder(10).maxSize(300 << 10).borrowTimeout(SHORT).commitMode(mode).create());
        ProtectedPageId guarded = Pages.filledProtected(small, 1);
        List<PageId> pages = new ArrayList<>();
        try (Transaction transaction = small.begin()) {
            fill(transaction.write(guarded), 2);
            assertThatExceptionOfType(PagerFullException.class).isThrownBy(() -> {
                while (true) {
                    pages.add(fillNew(transaction, 7));
                }
            });
            assertThatExceptionOfType(PagerFullException.class).isThrownBy(small::alloc);
            transaction.commit();
        }
        assertThat(pages).hasSizeGreaterThan(200);
        pages.forEach(id -> Pages.assertFilled(small, id, 7));
        Pages.assertFilled(small, guarded, 2);
        assertThat(small.verify().findings()).isEmpty();
        assertThat(small.freePageCount()).isZero();
    }

    /** It is refused before memory is taken for the list of it. */
    @Test
    void moreThanAFileCanHaveIsRefused() {
        try (Transaction transaction = pager.begin()) {
            assertThatExceptionOfType(PagerFullException.class)
                    .isThrownBy(() -> transaction.allocBulk(Integer.MAX_VALUE));
            assertThatExceptionOfType(PagerFullException.class)
                    .isThrownBy(() -> transaction.allocProtectedBulk(Integer.MAX_VALUE));
            transaction.commit();
        }
    }

    @Test
    void othersWaitForWhatItWritesOrFreesAndReadersDoNot() {
        PageId page = Pages.filled(pager, 1);
        ProtectedPageId written = Pages.filledProtected(pager, 2);
        ProtectedPageId freed = Pages.filledProtected(pager, 3);
        try (Transaction transaction = pager.begin(); Transaction other = pager.begin()) {
            fill(transaction.write(written), 4);
            transaction.freeProtected(freed);
            transaction.free(page);
            assertThatExceptionOfType(PageBorrowedException.class).isThrownBy(() -> pager.write(written));
            assertThatExceptionOfType(PageBorrowedException.class).isThrownBy(() -> other.write(written));
            assertThatExceptionOfType(PageBorrowedException.class).isThrownBy(() -> other.free(page));
            assertThatExceptionOfType(PageBorrowedException.class).isThrownBy(() -> other.freeProtected(freed));
            assertThatExceptionOfType(PageBorrowedException.class).isThrownBy(() -> pager.freeProtected(written));
            assertThatExceptionOfType(PageBorrowedException.class).isThrownBy(() -> pager.read(page));
            Pages.assertFilled(pager, written, 2);
            Pages.assertFilled(other.read(written).bytes(), 2);
        }
        pager.free(page);
        pager.freeProtected(written);
        pager.freeProtected(freed);
    }

    @Test
    void twoThatWaitForEachOtherDoNotWaitForEver() {
        ProtectedPageId one = Pages.filledProtected(pager, 1);
        ProtectedPageId two = Pages.filledProtected(pager, 2);
        Transaction first = pager.begin();
        Transaction second = pager.begin();
        first.write(one);
        second.write(two);
        Background<Boolean> refused = Background.run(() -> isRefused(second, one));
        boolean isRefused = isRefused(first, two);
        assertThat(refused.result() || isRefused).isTrue();
        first.close();
        second.close();
    }

    private static boolean isRefused(Transaction transaction, ProtectedPageId id) {
        try {
            transaction.write(id);
            return false;
        } catch (PageBorrowedException e) {
            transaction.close();
            return true;
        }
    }

    @Test
    void afterItsEndItCannotBeUsed() {
        ProtectedPageId guarded = Pages.filledProtected(pager, 1);
        Transaction transaction = pager.begin();
        StagedPage staged = transaction.write(guarded);
        transaction.commit();
        transaction.close();
        assertThatIllegalStateException().isThrownBy(transaction::commit).withMessageContaining("committed or closed");
        assertThatIllegalStateException().isThrownBy(transaction::alloc);
        assertThatIllegalStateException().isThrownBy(staged::bytes);
        Transaction closed = pager.begin();
        closed.close();
        assertThatIllegalStateException().isThrownBy(() -> closed.write(guarded));
        assertThatIllegalStateException().isThrownBy(closed::commit);
    }

    @Test
    void aFunctionThatThrowsHasDoneNothing() {
        ProtectedPageId guarded = Pages.filledProtected(pager, 1);
        IllegalArgumentException thrown = new IllegalArgumentException("of the function");
        assertThatIllegalArgumentException().isThrownBy(() -> pager.transact(transaction -> {
            fill(transaction.write(guarded), 2);
            throw thrown;
        })).isSameAs(thrown);
        Pages.assertFilled(pager, guarded, 1);
        Pages.fill(pager, guarded, 3);
    }

    @Test
    void aFunctionMayCommitByItself() {
        ProtectedPageId guarded = Pages.filledProtected(pager, 1);
        assertThat(pager.<String>transact(transaction -> {
            fill(transaction.write(guarded), 2);
            transaction.commit();
            return "done";
        })).isEqualTo("done");
        Pages.assertFilled(pager, guarded, 2);
    }

    @Test
    void aFileThatIsClosedOrOpenedAnewHasForgottenIt() {
        ProtectedPageId guarded = Pages.filledProtected(pager, 1);
        long free = pager.freePageCount();
        Transaction before = pager.begin();
        before.alloc();
        before.write(guarded);
        pager.reopen();
        assertThatExceptionOfType(PagerUnavailableException.class).isThrownBy(before::alloc);
        assertThatExceptionOfType(PagerUnavailableException.class).isThrownBy(before::commit);
        assertThat(pager.freePageCount()).isEqualTo(free);
        Pages.fill(pager, guarded, 2);
        Transaction last = pager.begin();
        last.alloc();
        pager.close();
        assertThatExceptionOfType(PagerClosedException.class).isThrownBy(last::alloc);
        assertThatExceptionOfType(PagerClosedException.class).isThrownBy(last::commit);
        assertThatExceptionOfType(PagerClosedException.class).isThrownBy(pager::begin);
    }

    /** It would not fit a record. */
    @Test
    void oneThatIsTooLongForARecordIsACommitAllTheSame() {
        List<ProtectedPageId> pages = pager.allocProtectedBulk(2000);
        try (Transaction transaction = pager.begin()) {
            pages.forEach(id -> fill(transaction.write(id), (int) id.number() % 100 + 1));
            transaction.allocBulk(100).forEach(id -> fill(transaction.write(id), 3));
            transaction.commit();
        }
        anew();
        pages.forEach(id -> Pages.assertFilled(pager, id, (int) id.number() % 100 + 1));
        pager.allocatedPages().forEach(id -> Pages.assertFilled(pager, id, 3));
        assertSound();
    }

    @Test
    void pagesThatItHasAreNotCutOffByATrim() {
        List<PageId> many = pager.allocBulk(500);
        try (Transaction transaction = pager.begin()) {
            PageId last = fillNew(transaction, 5);
            pager.freeBulk(many);
            pager.trim();
            assertThat(pager.pageCount()).isGreaterThan(last.number());
            transaction.commit();
            Pages.assertFilled(pager, last, 5);
        }
        assertSound();
    }

    /** The first of them makes room for more than itself. */
    @Test
    void pagesThatWereNeverUsedCostNoCommitOfTheirOwn() {
        pager = files.add(builder().initialSize(1 << 20).journalSize(256 << 10).create());
        pager.transact(transaction -> fillNew(transaction, 1));
        long before = pager.stats().generation();
        for (int i = 0; i < 50; i++) {
            PageId made = pager.transact(transaction -> fillNew(transaction, 2));
            Pages.assertFilled(pager, made, 2);
        }
        assertThat(pager.stats().generation() - before).isBetween(50L, 52L);
    }

    @Test
    void anEmptyOneDoesNothing() {
        long generation = pager.stats().generation();
        try (Transaction transaction = pager.begin()) {
            assertThat(transaction.allocBulk(0)).isEmpty();
            transaction.commit();
        }
        assertThat(pager.stats().generation()).isEqualTo(generation);
    }
}
