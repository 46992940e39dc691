package io.mappedpages;

import static io.mappedpages.Pages.assertFilled;
import static io.mappedpages.Pages.fill;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.Timeout.ThreadMode;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

import io.mappedpages.internal.format.PageState;
import io.mappedpages.internal.storage.FaultyStorageProvider;
import io.mappedpages.internal.storage.FaultyStorageProvider.Call;
import io.mappedpages.internal.storage.FaultyStorageProvider.Fault;
import io.mappedpages.internal.storage.FileStorageProvider;
import io.mappedpages.testing.Background;
import io.mappedpages.testing.PageFiles;
import io.mappedpages.testing.RawPageFile;

/** Pages read by functions, which run on pages that nobody has borrowed. */
@Timeout(value = 120, threadMode = ThreadMode.SEPARATE_THREAD)
class FunctionReadTest {

    private static final Duration PATIENT = Duration.ofSeconds(60);
    private static final Duration SHORT = Duration.ofMillis(20);

    @RegisterExtension
    private final PageFiles files = PageFiles.inMemory();

    private final FaultyStorageProvider storage = new FaultyStorageProvider(new FileStorageProvider());

    /** Either kind of page. */
    enum Kind {
        REGULAR(Pager::pages), PROTECTED(Pager::protectedPages);

        private final Function<Pager, PageAllocator<? extends PageHandle>> pages;

        Kind(Function<Pager, PageAllocator<? extends PageHandle>> pages) {
            this.pages = pages;
        }

        /** A new page full of {@code value}, of which everything is known that makes reading it quick. */
        Page page(Pager pager, int value) {
            Page page = filled(pager, pages.apply(pager), value);
            assertThat(page.read(FunctionReadTest::value)).isEqualTo(value);
            return page;
        }

        private static <H extends PageHandle> Page filled(Pager pager, PageAllocator<H> pages, int value) {
            H id = fill(pages, pages.alloc(), value);
            return new Page() {
                @Override
                public PageHandle id() {
                    return id;
                }

                @Override
                public <T extends @Nullable Object> T read(PageReader<T> reader) {
                    return pages.read(id, reader);
                }

                @Override
                public MappedPage borrow() {
                    return pages.read(id);
                }

                @Override
                public void write(int value) {
                    fill(pages, id, value);
                }

                @Override
                public void free() {
                    pages.free(id);
                }

                @Override
                public long openBorrows() {
                    return pager.stats().openBorrows();
                }
            };
        }
    }

    /** One page of either kind, and what is done with it. */
    interface Page {

        PageHandle id();

        <T extends @Nullable Object> T read(PageReader<T> reader);

        MappedPage borrow();

        void write(int value);

        void free();

        long openBorrows();
    }

    /** What a page is full of; refuses one that is not full of one value. */
    private static int value(MemorySegment page) {
        int value = page.get(ValueLayout.JAVA_BYTE, 0);
        assertFilled(page, value);
        return value;
    }

    private Pager pager(Duration borrowTimeout) {
        return files.add(files.builder(10).borrowTimeout(borrowTimeout).storage(storage).create());
    }

    @ParameterizedTest
    @CsvSource({"REGULAR, 10", "REGULAR, 12", "REGULAR, 16", "PROTECTED, 10", "PROTECTED, 12", "PROTECTED, 16"})
    void aFunctionGetsThePageAndNothingElseAndCannotStoreIntoIt(Kind kind, int log2) {
        Pager pager = files.create(log2);
        List<Page> pages = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            pages.add(kind.page(pager, i));
        }
        for (int i = 0; i < pages.size(); i++) {
            assertThat(pages.get(i).<Integer>read(FunctionReadTest::value)).isEqualTo(i);
            MemorySegment segment = pages.get(i).read(page -> page);
            assertThat(segment.byteSize()).isEqualTo(pager.pageSize());
            assertThat(segment.isReadOnly()).isTrue();
        }
    }

    /** Of pages so large the pager does not keep the segments of neighbours at hand. */
    @ParameterizedTest
    @EnumSource
    void aVeryLargePageIsReadAsWell(Kind kind) {
        Pager pager = files.add(files.builder(23).reserve(false).initialSize(8L << 23).create());

        Page page = kind.page(pager, 3);

        assertThat(page.<Integer>read(bytes -> value(bytes.asSlice(bytes.byteSize() - 1)))).isEqualTo(3);
    }

    @ParameterizedTest
    @EnumSource
    void aFunctionMayReturnNull(Kind kind) {
        assertThat(kind.page(pager(PATIENT), 1).<@Nullable String>read(_ -> null)).isNull();
    }

    @ParameterizedTest
    @EnumSource
    void whatAFunctionThrowsIsThrownAsItIs(Kind kind) {
        Page page = kind.page(pager(PATIENT), 1);
        for (Throwable thrown : List.of(new IllegalStateException("made up"), new OutOfMemoryError("made up"),
                new IndexOutOfBoundsException(7), new IOException("thrown though it is not declared"))) {
            assertThat(catchThrowable(() -> page.read(_ -> FunctionReadTest.<RuntimeException>sneakily(thrown))))
                    .isSameAs(thrown);
        }
        assertThat(page.openBorrows()).isZero();
        page.write(2); // nobody has it
    }

    @SuppressWarnings({"unchecked", "TypeParameterUnusedInFormals"})
    private static <E extends Throwable> int sneakily(Throwable thrown) throws E {
        throw (E) thrown;
    }

    /** Nothing is known of any page after opening, so the function runs while the page is borrowed. */
    @ParameterizedTest
    @EnumSource
    void whatAFunctionThrowsWhenAPageIsReadForTheFirstTimeIsThrownAsItIsAndNothingStaysBorrowed(Kind kind) {
        Pager pager = pager(PATIENT);
        Page page = kind.page(pager, 1);
        pager.reopen();
        IllegalStateException thrown = new IllegalStateException("made up");

        assertThatIllegalStateException().isThrownBy(() -> page.read(_ -> {
            assertThat(page.openBorrows()).isOne();
            throw thrown;
        })).isSameAs(thrown);

        assertThat(page.openBorrows()).isZero();
    }

    /** What cannot be borrowed cannot be read, and is refused in the same words. */
    @Test
    void whoeverIsRefusedABorrowIsRefusedARead() {
        Pager pager = pager(SHORT);
        PageId freed = Pages.filled(pager, 1);
        ProtectedPageId freedProtected = Pages.filledProtected(pager, 2);
        for (int i = 0; i < 2; i++) { // the second time everything is at hand
            pager.read(freed, FunctionReadTest::value);
            pager.read(freedProtected, FunctionReadTest::value);
        }
        pager.free(freed);
        pager.freeProtected(freedProtected);
        ProtectedPageId used = Pages.filledProtected(pager, 3);
        long copy = Pages.inState(new RawPageFile(pager.path()), PageState.COPY)
                .getFirst();
        for (long number : List.of(freed.number(), 0L, 1L, copy, -1L, pager.pageCount(), Long.MAX_VALUE,
                Long.MIN_VALUE)) {
            assertThatBothAreRefused(pager, new PageId(number));
        }
        for (long number : List.of(used.number() + 1, -1L, pager.pageCount(), Long.MAX_VALUE, Long.MIN_VALUE)) {
            assertThatBothAreRefused(pager, new ProtectedPageId(number));
        }
    }

    private static void assertThatBothAreRefused(Pager pager, PageId id) {
        assertSame(catchThrowable(() -> pager.read(id)), catchThrowable(() -> pager.read(id, neverRun())));
    }

    private static void assertThatBothAreRefused(Pager pager, ProtectedPageId id) {
        assertSame(catchThrowable(() -> pager.read(id)), catchThrowable(() -> pager.read(id, neverRun())));
    }

    private static void assertSame(@Nullable Throwable ofBorrow, @Nullable Throwable ofRead) {
        assertThat(ofBorrow).isInstanceOf(MappedPageException.class);
        assertThat(ofRead).hasSameClassAs(ofBorrow).hasMessage(ofBorrow.getMessage());
    }

    private static PageReader<Integer> neverRun() {
        return _ -> {
            throw new AssertionError("the function was run");
        };
    }

    @ParameterizedTest
    @EnumSource
    void aPagerThatIsClosedOrUnavailableRefusesToReadPagesThatItKnewBefore(Kind kind) {
        Pager pager = pager(SHORT);
        Page page = kind.page(pager, 1);
        storage.failNext(Call.WRITE, Fault.BEFORE);
        assertThatExceptionOfType(PagerUnavailableException.class).isThrownBy(pager::alloc);

        AtomicInteger runs = new AtomicInteger();
        assertThatExceptionOfType(PagerUnavailableException.class)
                .isThrownBy(() -> page.read(_ -> runs.incrementAndGet()));
        assertThat(runs).hasValue(0);
        pager.reopen();
        assertThat(page.<Integer>read(FunctionReadTest::value)).isEqualTo(1);
        pager.close();
        assertThatExceptionOfType(PagerClosedException.class)
                .isThrownBy(() -> page.read(_ -> runs.incrementAndGet()));
        assertThat(runs).hasValue(0);
    }

    @Test
    void aDamagedProtectedPageIsNotShownToAFunction() {
        Pager pager = files.create(10);
        ProtectedPageId id = Pages.filledProtected(pager, 0x44);
        pager.close();
        RawPageFile file = new RawPageFile(pager.path());
        file.flip((Pages.filledWith(file, 0x44).getFirst() << 10) + 1023);
        Pager opened = files.open(file.path());

        for (int i = 0; i < 2; i++) {
            assertThatExceptionOfType(CorruptPageException.class).isThrownBy(() -> opened.read(id, neverRun()));
        }

        opened.freeProtected(id);
    }

    /** What is known of the page that had the number before says nothing of the one that has it now. */
    @Test
    void aProtectedPageThatGotItsNumberAnewIsComparedWithItsSumsAnew() {
        Pager pager = files.create(12);
        ProtectedPageId id = Pages.filledProtected(pager, 0x44);
        assertThat(pager.<Byte>read(id, bytes -> bytes.get(ValueLayout.JAVA_BYTE, 0))).isEqualTo((byte) 0x44);
        pager.freeProtected(id);
        assertThat(pager.allocProtected()).isEqualTo(id);
        RawPageFile file = new RawPageFile(pager.path());
        files.damaged(pager.path());
        pager.pageMap(0).filter(range -> range.use() == PageUse.PROTECTED)
                .forEach(range -> file.fill(range.first() << 12, (int) range.count() << 12, 0x66));

        assertThatExceptionOfType(CorruptPageException.class).isThrownBy(() -> pager.read(id, neverRun()));

        pager.freeProtected(id);
    }

    @Test
    void aReadWaitsForAWriterOfTheSameRegularPage() {
        Pager pager = pager(PATIENT);
        PageId id = Pages.filled(pager, 1);
        pager.read(id, FunctionReadTest::value);
        Background<Integer> reader;
        try (WritablePage page = pager.write(id)) {
            reader = Background.start(() -> pager.read(id, FunctionReadTest::value)).untilItWaits();
            page.bytes().fill((byte) 2);
        }

        assertThat(reader.result()).isEqualTo(2);
    }

    @Test
    void aReadThatWaitsForTooLongIsToldWhoHasThePage() {
        Pager pager = pager(SHORT);
        PageId id = Pages.filled(pager, 1);
        pager.read(id, FunctionReadTest::value);
        try (WritablePage _ = pager.write(id)) {
            PageBorrowedException refusal = catchThrowableOfType(PageBorrowedException.class,
                    () -> pager.read(id, neverRun()));

            assertThat(refusal.page()).isEqualTo(id);
            assertThat(refusal.byWriter()).isTrue();
            assertThat(refusal.waited()).isEqualTo(SHORT);
        }
    }

    @Test
    void aReadOfAProtectedPageDoesNotWaitForItsWriter() {
        Pager pager = pager(Duration.ZERO);
        ProtectedPageId id = Pages.filledProtected(pager, 1);
        try (ProtectedPageWriter page = pager.write(id)) {
            page.bytes().fill((byte) 2);
            for (int i = 0; i < 3; i++) {
                assertThat(pager.<Integer>read(id, FunctionReadTest::value)).isEqualTo(1);
            }
            page.commit();
        }
        assertThat(pager.<Integer>read(id, FunctionReadTest::value)).isEqualTo(2);
    }

    /** Written to in the middle of the run, by a writer for whom nobody is in the way. */
    @ParameterizedTest
    @EnumSource
    void aFunctionWhosePageIsWrittenMeanwhileRunsAgain(Kind kind) {
        Page page = kind.page(pager(Duration.ZERO), 1);
        List<Integer> runs = new ArrayList<>();

        int result = page.read(bytes -> {
            runs.add(value(bytes));
            if (runs.size() == 1) {
                page.write(2);
            }
            return runs.getLast();
        });

        assertThat(result).isEqualTo(2);
        assertThat(runs).containsExactly(1, 2);
    }

    @ParameterizedTest
    @EnumSource
    void whatAFunctionThrowsInARunThatDoesNotCountIsForgotten(Kind kind) {
        Page page = kind.page(pager(Duration.ZERO), 1);
        AtomicInteger runs = new AtomicInteger();

        int result = page.read(bytes -> {
            if (runs.incrementAndGet() == 1) {
                page.write(2);
                throw new IllegalStateException("because of bytes that were never there together");
            }
            return value(bytes);
        });

        assertThat(result).isEqualTo(2);
    }

    @ParameterizedTest
    @EnumSource
    void afterAFewVainRunsThePageIsBorrowed(Kind kind) {
        Page page = kind.page(pager(Duration.ZERO), 0);
        AtomicInteger runs = new AtomicInteger();

        int result = page.read(bytes -> {
            int run = runs.incrementAndGet();
            if (page.openBorrows() == 0) {
                assertThat(run).isLessThan(10);
                page.write(run);
            }
            return value(bytes);
        });

        assertThat(runs.get()).isBetween(2, 5);
        assertThat(result).isEqualTo(runs.get() - 1);
        assertThat(page.openBorrows()).isZero();
    }

    @ParameterizedTest
    @EnumSource
    void aPageThatIsFreedMeanwhileIsNotReadWhateverBecomesOfIt(Kind kind) {
        Pager pager = pager(Duration.ZERO);
        for (Kind next : Kind.values()) {
            Page page = kind.page(pager, 1);

            assertThatExceptionOfType(MappedPageException.class).isThrownBy(() -> page.read(bytes -> {
                page.free();
                if (kind != next) { // else it would be the same handle
                    next.page(pager, 2);
                }
                return value(bytes);
            })).satisfiesAnyOf(e -> assertThat(e).isInstanceOf(PageNotAllocatedException.class),
                    e -> assertThat(e).isInstanceOf(ReservedPageException.class));
        }
    }

    /** A reader that takes the free latch leaves another ticket in its word. That harms nobody. */
    @Test
    void readersThatComeAndGoDoNotMakeAFunctionRunAgain() {
        Page page = Kind.REGULAR.page(pager(Duration.ZERO), 1);
        AtomicInteger runs = new AtomicInteger();

        page.read(_ -> {
            runs.incrementAndGet();
            for (int i = 0; i < 10; i++) {
                try (MappedPage _ = page.borrow(); MappedPage _ = page.borrow()) {
                    // and gone
                }
            }
            return 0;
        });

        assertThat(runs).hasValue(1);
    }

    @ParameterizedTest
    @EnumSource
    void aReadIsNotCountedAsABorrow(Kind kind) {
        Page page = kind.page(pager(PATIENT), 1);

        assertThat(page.<Long>read(_ -> page.openBorrows())).isZero();
    }

    @ParameterizedTest
    @EnumSource
    void closingDoesNotWaitForAFunctionWhoseReadIsThenRefused(Kind kind) {
        Pager pager = pager(PATIENT);
        Page page = kind.page(pager, 1);
        CountDownLatch closed = new CountDownLatch(1);
        CountDownLatch begun = new CountDownLatch(1);
        Background<Integer> reader = Background.start(() -> page.read(bytes -> {
            begun.countDown();
            await(closed);
            return value(bytes); // unmapped
        }));
        await(begun);

        long from = System.nanoTime();
        pager.close();
        assertThat(Duration.ofNanos(System.nanoTime() - from)).isLessThan(PATIENT);
        closed.countDown();

        assertThatExceptionOfType(PagerClosedException.class).isThrownBy(reader::result);
    }

    /** Whether it notices that the file is unmapped, or has its result already. */
    @ParameterizedTest
    @CsvSource({"REGULAR, false", "REGULAR, true", "PROTECTED, false", "PROTECTED, true"})
    void aFunctionDuringWhichThePagerIsReopenedRunsAgainInTheNewOpening(Kind kind, boolean isRead) {
        Pager pager = pager(PATIENT);
        Page page = kind.page(pager, 1);
        AtomicInteger runs = new AtomicInteger();

        int result = page.read(bytes -> {
            if (runs.incrementAndGet() == 1) {
                pager.reopen();
                return isRead ? value(bytes) : 0;
            }
            return value(bytes);
        });

        assertThat(result).isEqualTo(1);
        assertThat(runs).hasValue(2);
    }

    /** All free pages were lent for writing, and a protected page is wanted: the file is unmapped and mapped anew. */
    @ParameterizedTest
    @EnumSource
    void aFunctionUnderWhichTheFileIsMappedAnewRunsAgain(Kind kind) {
        int pages = 64;
        Pager pager = files.add(files.builder(10).initialSize(pages << 10).maxSize(pages << 10)
                .borrowTimeout(Duration.ZERO).create());
        Page page = kind.page(pager, 7);
        List<PageId> all = pager.allocBulk(Math.toIntExact(pager.freePageCount()));
        all.forEach(id -> fill(pager, id, 1));
        pager.freeBulk(all);
        page.read(FunctionReadTest::value);
        List<String> runs = new ArrayList<>();

        int result = page.read(bytes -> {
            if (runs.isEmpty()) {
                pager.allocProtected();
            }
            runs.add(bytes.scope().isAlive() ? "mapped" : "unmapped");
            return value(bytes);
        });

        assertThat(result).isEqualTo(7);
        assertThat(runs).containsExactly("unmapped", "mapped");
    }

    /** Then it is known who has which page, so whoever reads has it, too. */
    @ParameterizedTest
    @EnumSource
    void whereBorrowsAreWatchedAFunctionRunsWithThePageBorrowed(Kind kind) {
        Pager pager = files.add(files.builder(10).overdueBorrow(PATIENT).create());
        Page page = kind.page(pager, 5);

        for (int i = 0; i < 2; i++) {
            assertThat(page.<Integer>read(FunctionReadTest::value)).isEqualTo(5);
            assertThat(page.<Long>read(_ -> page.openBorrows())).isOne();
            assertThat(page.openBorrows()).isZero();
        }
    }

    @Test
    void aViewThatAFunctionKeptThrowsWhenThePagerIsClosed() {
        Pager pager = pager(PATIENT);
        MemorySegment kept = Kind.REGULAR.page(pager, 1).read(bytes -> bytes);

        pager.close();

        assertThatIllegalStateException().isThrownBy(() -> kept.get(ValueLayout.JAVA_BYTE, 0));
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }
}
