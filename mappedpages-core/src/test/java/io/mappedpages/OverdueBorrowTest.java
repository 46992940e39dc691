package io.mappedpages;

import static io.mappedpages.Pages.assertFilled;
import static io.mappedpages.Pages.fill;
import static io.mappedpages.Pages.filledProtected;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.BooleanSupplier;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.Timeout.ThreadMode;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import io.mappedpages.testing.Background;
import io.mappedpages.testing.PageFiles;

/** A borrow that is never closed shows as a timeout of somebody else. Who did it, and where, is what one wants to know. */
@Timeout(value = 60, threadMode = ThreadMode.SEPARATE_THREAD)
class OverdueBorrowTest {

    /** Long enough for a busy machine to close what it has just taken. */
    private static final Duration SOON = Duration.ofMillis(200);
    private static final Duration NEVER = Duration.ofDays(1);

    @RegisterExtension
    private final PageFiles files = PageFiles.inMemory();

    private final Path path = files.path();
    private final Logger logger = Logger.getLogger("io.mappedpages.internal.latch.BorrowWatch");
    private final Lines lines = new Lines();

    /** What was logged of this test's file. */
    private final class Lines extends Handler {
        private final List<LogRecord> records = new CopyOnWriteArrayList<>();
        private boolean disturbs;

        @Override
        public void publish(LogRecord line) {
            if (line.getMessage().contains(path.toString())) {
                records.add(line);
            }
            if (disturbs) {
                Thread.currentThread().interrupt();
                throw new IllegalStateException("a handler's mistake");
            }
        }

        @Override
        public void flush() {
            // nothing is kept
        }

        @Override
        public void close() {
            // nothing is held
        }
    }

    /** The ways to borrow. */
    enum Kind {
        READ {
            @Override
            AutoCloseable take(Pager pager, Ids ids) {
                return pager.read(ids.page);
            }
        },
        WRITE {
            @Override
            AutoCloseable take(Pager pager, Ids ids) {
                return pager.write(ids.page);
            }
        },
        READ_PROTECTED {
            @Override
            AutoCloseable take(Pager pager, Ids ids) {
                return pager.read(ids.protectedPage);
            }
        },
        WRITE_PROTECTED {
            @Override
            AutoCloseable take(Pager pager, Ids ids) {
                return pager.write(ids.protectedPage);
            }
        };

        abstract AutoCloseable take(Pager pager, Ids ids);

        /** As the log and the exception have it. */
        String words(Ids ids) {
            return (name().endsWith("PROTECTED") ? "protected page " + ids.protectedPage.number()
                    : "page " + ids.page.number()) + (name().startsWith("READ") ? " for reading" : " for writing");
        }
    }

    /** A page of each kind. */
    private record Ids(PageId page, ProtectedPageId protectedPage) {

        /** Borrowed before and given back, so that it is the next borrow that is meant. */
        static Ids in(Pager pager) throws Exception {
            Ids ids = new Ids(pager.alloc(), pager.allocProtected());
            for (Kind kind : Kind.values()) {
                kind.take(pager, ids).close();
            }
            return ids;
        }

        void free(Pager pager, Kind kind) {
            if (kind == Kind.READ || kind == Kind.WRITE) {
                pager.free(page);
            } else {
                pager.freeProtected(protectedPage);
            }
        }
    }

    @BeforeEach
    void listen() {
        logger.setLevel(Level.ALL);
        logger.setUseParentHandlers(false);
        logger.addHandler(lines);
    }

    @AfterEach
    void stopListening() {
        logger.removeHandler(lines);
        logger.setUseParentHandlers(true);
        logger.setLevel(null);
    }

    private PagerBuilder builder(Duration overdue) {
        return Pager.builder(path).pageSizeLog2(10).borrowTimeout(Duration.ofMillis(10)).overdueBorrow(overdue);
    }

    private Pager create(Duration overdue) {
        return files.add(builder(overdue).create());
    }

    private static AutoCloseable takeHere(Kind kind, Pager pager, Ids ids) {
        return kind.take(pager, ids);
    }

    private static AutoCloseable takeThere(Kind kind, Pager pager, Ids ids) {
        return kind.take(pager, ids);
    }

    private static void await(BooleanSupplier condition) throws InterruptedException {
        while (!condition.getAsBoolean()) {
            Thread.sleep(1); // interruptible, so that a failure is a timeout and not a hang
        }
    }

    private boolean isWatched() {
        return Thread.getAllStackTraces().keySet().stream()
                .anyMatch(thread -> thread.getName().equals("mappedpages-borrows " + path.getFileName()));
    }

    @ParameterizedTest
    @EnumSource
    void aBorrowThatStaysOpenIsReportedOnceWithTheCallThatTookIt(Kind kind) throws Exception {
        Pager pager = create(SOON);
        Ids ids = Ids.in(pager);
        try (AutoCloseable borrow = Background.start(() -> takeHere(kind, pager, ids)).result()) {
            await(() -> !lines.records.isEmpty());
            Thread.sleep(2 * SOON.toMillis());

            assertThat(borrow).isNotNull();
            assertThat(lines.records).singleElement().satisfies(line -> {
                assertThat(line.getLevel()).isEqualTo(Level.WARNING);
                assertThat(line.getMessage()).contains(path.toString(), "thread background borrowed", kind.words(ids),
                        SOON.toMillis() + " ms");
                assertThat(line.getThrown()).hasStackTraceContaining("OverdueBorrowTest.takeHere(")
                        .hasMessageContaining(kind.words(ids));
                assertThat(ageIn(line.getMessage())).isGreaterThanOrEqualTo(SOON.toMillis());
            });
        }
    }

    private static long ageIn(String message) {
        return Long.parseLong(message.replaceAll("(?s).* (\\d+) ms ago .*", "$1"));
    }

    /** By the time that the second is reported, the first would have been. */
    @ParameterizedTest
    @EnumSource
    void aBorrowThatIsClosedInTimeIsNotReported(Kind kind) throws Exception {
        Pager pager = create(SOON);
        Ids ids = Ids.in(pager);
        PageId other = pager.alloc();
        takeHere(kind, pager, ids).close();

        try (MappedPage _ = pager.read(other)) {
            await(() -> !lines.records.isEmpty());
        }

        assertThat(lines.records).singleElement()
                .satisfies(line -> assertThat(line.getMessage()).contains("page " + other.number() + " for reading"));
    }

    @Test
    void aProtectedPageThatIsCommittedInTimeIsNotReported() throws Exception {
        Pager pager = create(SOON);
        ProtectedPageId id = pager.allocProtected();
        ProtectedPageWriter writer = pager.write(id);
        writer.commit(); // and not closed: it is over

        try (MappedPage _ = pager.read(id)) {
            await(() -> !lines.records.isEmpty());
        }

        assertThat(lines.records).singleElement()
                .satisfies(line -> assertThat(line.getMessage()).contains("for reading"));
    }

    @ParameterizedTest
    @EnumSource
    void withoutBeingAskedForNothingIsReportedAndNobodyWatches(Kind kind) throws Exception {
        Pager pager = create(Duration.ZERO);
        Ids ids = Ids.in(pager);
        try (AutoCloseable borrow = takeHere(kind, pager, ids)) {
            Thread.sleep(SOON.toMillis());

            assertThat(borrow).isNotNull();
            assertThat(isWatched()).isFalse();
            assertThatExceptionOfType(PageBorrowedException.class).isThrownBy(() -> ids.free(pager, kind))
                    .satisfies(e -> assertThat(e.getSuppressed()).isEmpty());
        }
        assertThat(lines.records).isEmpty();
    }

    @ParameterizedTest
    @EnumSource
    void anExceptionForABorrowedPageSaysWhereItsHolderTookIt(Kind kind) throws Exception {
        Pager pager = create(NEVER);
        Ids ids = Ids.in(pager);
        try (AutoCloseable borrow = Background.start(() -> takeHere(kind, pager, ids)).result()) {
            PageBorrowedException failure = catchThrowableOfType(PageBorrowedException.class,
                    () -> ids.free(pager, kind));

            assertThat(borrow).isNotNull();
            assertThat(failure.getSuppressed()).singleElement().satisfies(
                    place -> assertThat(place).hasMessageContaining("thread background borrowed " + kind.words(ids))
                            .hasStackTraceContaining("OverdueBorrowTest.takeHere("));
        }
        ids.free(pager, kind);
    }

    @Test
    void ofSeveralReadersAnExceptionNamesThoseWhoStillHoldThePage() throws Exception {
        Pager pager = create(NEVER);
        Ids ids = Ids.in(pager);
        AutoCloseable first = takeHere(Kind.READ, pager, ids);
        AutoCloseable second = takeThere(Kind.READ, pager, ids);

        assertThat(whoIsInTheWay(pager, ids)).hasSize(2)
                .anySatisfy(place -> assertThat(place).hasStackTraceContaining(".takeHere("))
                .anySatisfy(place -> assertThat(place).hasStackTraceContaining(".takeThere("));
        first.close();
        first.close();
        assertThat(whoIsInTheWay(pager, ids)).singleElement()
                .satisfies(place -> assertThat(place).hasStackTraceContaining(".takeThere("));
        second.close();
        pager.write(ids.page).close();
    }

    private static Throwable[] whoIsInTheWay(Pager pager, Ids ids) {
        return catchThrowableOfType(PageBorrowedException.class, () -> pager.write(ids.page)).getSuppressed();
    }

    /** A borrow from before holds nothing any more. */
    @Test
    void afterReopeningOnlyThoseAreNamedWhoTookThePageSince() throws Exception {
        Pager pager = create(NEVER);
        Ids ids = Ids.in(pager);
        AutoCloseable late = takeHere(Kind.WRITE, pager, ids);
        pager.reopen();

        try (AutoCloseable borrow = takeThere(Kind.READ, pager, ids)) {
            assertThat(borrow).isNotNull();
            assertThat(whoIsInTheWay(pager, ids)).singleElement()
                    .satisfies(place -> assertThat(place).hasStackTraceContaining(".takeThere("));
        }
        late.close();
    }

    @Test
    void pagesThatAreWatchedAreReadAndWrittenLikeAnyOther() {
        Pager pager = create(NEVER);
        List<PageId> ids = pager.allocBulk(600);
        for (int round = 1; round < 3; round++) {
            for (PageId id : ids) {
                fill(pager, id, (int) id.number() + round);
            }
            for (PageId id : ids) {
                assertFilled(pager, id, (int) id.number() + round);
            }
        }
        ProtectedPageId other = filledProtected(pager, 1);
        assertFilled(pager, fill(pager, other, 2), 2);
        pager.freeBulk(ids);

        assertThatExceptionOfType(PageNotAllocatedException.class).isThrownBy(() -> pager.read(ids.getFirst()));
        assertThat(pager.stats().openBorrows()).isZero();
    }

    @Test
    void aLogHandlerThatMisbehavesDoesNotEndTheWatch() throws Exception {
        lines.disturbs = true;
        Pager pager = create(SOON);
        Ids ids = Ids.in(pager);

        for (Kind kind : Kind.values()) {
            lines.records.clear();
            try (AutoCloseable borrow = takeHere(kind, pager, ids)) {
                assertThat(borrow).isNotNull();
                await(() -> !lines.records.isEmpty());
            }
        }
    }

    @Test
    void nobodyWatchesAPagerThatIsClosed() throws Exception {
        Pager pager = create(NEVER);
        MappedPage forgotten = pager.read(pager.alloc());
        assertThat(isWatched()).isTrue();

        pager.close();

        await(() -> !isWatched());
        forgotten.close();
    }

    @Test
    void aPagerThatCannotBeOpenedLeavesNobodyWatching() throws Exception {
        create(Duration.ZERO);

        assertThatExceptionOfType(PagerLockedException.class).isThrownBy(() -> builder(NEVER).open());

        assertThat(isWatched()).isFalse();
    }

    @Test
    void aForgottenPagerIsClosedThoughItsBorrowsAreWatched() throws Exception {
        forget();

        await(() -> {
            System.gc();
            return !isWatched();
        });

        files.open(path);
    }

    private void forget() throws Exception {
        Pager pager = builder(NEVER).create();
        Ids ids = Ids.in(pager);
        assertFilled(pager, ids.page, 0);
    }
}
