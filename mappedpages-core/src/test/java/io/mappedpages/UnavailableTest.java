package io.mappedpages;

import static io.mappedpages.Pages.assertFilled;
import static io.mappedpages.Pages.fill;
import static io.mappedpages.Pages.filled;
import static io.mappedpages.Pages.filledProtected;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.catchThrowable;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

import io.mappedpages.internal.storage.FaultyStorageProvider;
import io.mappedpages.internal.storage.FaultyStorageProvider.Call;
import io.mappedpages.internal.storage.FaultyStorageProvider.Event;
import io.mappedpages.internal.storage.FaultyStorageProvider.Fault;
import io.mappedpages.internal.storage.FileStorageProvider;
import io.mappedpages.testing.PageFiles;

/** After a failed map, write or sync nothing goes on until the pager is reopened, and then nothing is lost. */
class UnavailableTest {

    /** After these the writer or transaction is no more, whatever came of it. */
    private static final Set<EveryCall> ENDING =
            EnumSet.of(EveryCall.COMMIT_PROTECTED, EveryCall.COMMIT_PROTECTED_ASYNC,
                    EveryCall.COMMIT_TRANSACTION, EveryCall.COMMIT_TRANSACTION_ASYNC);

    private static final Set<Call> CHANGING = EnumSet.of(Call.WRITE, Call.SYNC, Call.SYNC_RANGES, Call.EXTEND,
            Call.TRUNCATE, Call.MAP);

    @RegisterExtension
    private final PageFiles files = PageFiles.inMemory();

    private final FaultyStorageProvider storage = new FaultyStorageProvider(new FileStorageProvider());

    /** What is done when the disk fails. */
    enum Operation {
        ALLOC(f -> f.pager.alloc()),

        ALLOC_THAT_GROWS(f -> f.pager.allocBulk((int) f.pager.freePageCount() + 1)),

        ALLOC_PROTECTED_THAT_GROWS(f -> f.pager.allocProtectedBulk((int) f.pager.freePageCount())),

        ALLOC_OF_A_USED_PAGE(f -> f.pager.allocBulk(40)),

        FREE(f -> f.pager.free(f.regular)),

        FREE_BULK(f -> f.pager.freeBulk(f.more)),

        ALLOC_PROTECTED(f -> f.pager.allocProtectedBulk(40)),

        FREE_PROTECTED(f -> f.pager.freeProtected(f.kept)),

        WRITE_PROTECTED(f -> fill(f.pager, f.written, 0x33)),

        COMMIT_REGULAR(f -> fill(f.pager, f.regular, 1)),

        SYNC(f -> f.pager.sync()),

        TRIM(f -> f.pager.trim()),

        FIRST_CHANGE_AFTER_OPENING(f -> fill(f.pager, f.written, 0x33));

        private final Consumer<Fixture> call;

        Operation(Consumer<Fixture> call) {
            this.call = call;
        }
    }

    /** A pager with things to lose, and views of some of them. The storage has forgotten how it came about. */
    private final class Fixture {

        private final Pager pager;
        private final PageId regular;
        private final List<PageId> more;
        private final ProtectedPageId kept;
        private final ProtectedPageId written;
        private final MemorySegment view;
        private final MemorySegment protectedView;

        Fixture(Operation operation) {
            Pager created = files.add(files.builder(10).initialSize(60 << 10).borrowTimeout(Duration.ofMillis(10))
                    .storage(storage).create());
            regular = filled(created, 1);
            more = created.allocBulk(3);
            fill(created, more.get(0), 4);
            kept = filledProtected(created, 2);
            written = filledProtected(created, 0x22);
            fill(created, written, 0x23);
            created.free(filled(created, 9));
            pager = operation == Operation.FIRST_CHANGE_AFTER_OPENING ? openedAnew(created) : created;
            try (MappedPage page = pager.read(more.get(0)); MappedPage protectedPage = pager.read(written)) {
                view = page.bytes();
                protectedView = protectedPage.bytes();
            }
            storage.reset();
        }

        private Pager openedAnew(Pager created) {
            created.close();
            return files.add(Pager.builder(created.path()).borrowTimeout(Duration.ofMillis(10)).storage(storage)
                    .open());
        }

        /** What was committed before is there, and what failed has happened whole or not at all. */
        void assertIntact(Operation operation) {
            List<PageId> allocated = pager.allocatedPages().toList();
            List<ProtectedPageId> entries = pager.allocatedProtectedPages().toList();
            if (operation != Operation.FREE) {
                assertFilled(pager, regular, 1);
            }
            assertThat(allocated.containsAll(more)).isNotEqualTo(allocated.stream().noneMatch(more::contains));
            if (operation != Operation.FREE_PROTECTED) {
                assertFilled(pager, kept, 2);
            }
            assertThat(entries).contains(written);
            try (MappedPage page = pager.read(written)) {
                int value = page.byteBuffer().get();
                assertThat(value).isIn(0x23, 0x33);
                assertFilled(page.bytes(), value);
            }
            assertThat(pager.verify().findings()).isEmpty();
        }
    }

    /** Each call of each kind that an operation makes, failing in each way it can. */
    record Failure(Operation operation, Call call, int number, Fault fault) {
        @Override
        public String toString() {
            return operation + ", " + call + " " + number + " " + fault;
        }
    }

    static List<Failure> failures() throws Exception {
        UnavailableTest dry = new UnavailableTest();
        List<Failure> failures = new ArrayList<>();
        for (Operation operation : Operation.values()) {
            operation.call.accept(dry.new Fixture(operation));
            for (Call call : List.of(Call.WRITE, Call.SYNC, Call.SYNC_RANGES, Call.MAP, Call.LENGTH, Call.TRUNCATE)) {
                for (int number = 1; number <= dry.storage.count(call); number++) {
                    for (Fault fault : Fault.values()) {
                        if (fault.strikes(call)) {
                            failures.add(new Failure(operation, call, number, fault));
                        }
                    }
                }
            }
        }
        dry.files.afterEach(null);
        return failures;
    }

    @ParameterizedTest
    @MethodSource("failures")
    void aFailureStopsThePagerUntilItIsReopenedAndNothingIsLost(Failure failure) {
        Fixture fixture = new Fixture(failure.operation);
        Pager pager = fixture.pager;
        storage.failNth(failure.call, failure.number, failure.fault);

        assertThatExceptionOfType(PagerUnavailableException.class)
                .isThrownBy(() -> failure.operation.call.accept(fixture)).withMessageContaining("reopen")
                .withCauseInstanceOf(IOException.class).withStackTraceContaining("told to fail: " + failure.call)
                .returns(pager.path(), PagerUnavailableException::path);

        assertThat(pager.state()).isEqualTo(PagerState.UNAVAILABLE);
        assertThat(pager.failure()).hasValueSatisfying(cause -> assertThat(cause).isInstanceOf(IOException.class));
        assertThatExceptionOfType(PagerUnavailableException.class).isThrownBy(pager::alloc)
                .withStackTraceContaining("told to fail");
        assertFilled(fixture.view, 4);
        assertFilled(fixture.protectedView, 0x23);
        assertThatNothingWasTriedAfterTheFailure();

        storage.reset();
        pager.reopen();

        assertThat(pager.state()).isEqualTo(PagerState.OPEN);
        assertThat(pager.failure()).isEmpty();
        fixture.assertIntact(failure.operation);
        assertFilled(pager, filled(pager, 77), 77);
        assertFilled(pager, fill(pager, fixture.written, 78), 78);
    }

    private void assertThatNothingWasTriedAfterTheFailure() {
        List<Event> events = storage.events();
        int struck = 0;
        while (events.get(struck).fault() == null) {
            struck++;
        }
        assertThat(events.subList(struck + 1, events.size())).extracting(Event::call)
                .doesNotContainAnyElementsOf(CHANGING);
    }

    private static EveryCall.Fixture failed(Pager pager, FaultyStorageProvider storage) {
        EveryCall.Fixture fixture = new EveryCall.Fixture(pager);
        storage.failNext(Call.SYNC_RANGES, Fault.SYNC_LOST);
        assertThatExceptionOfType(PagerUnavailableException.class).isThrownBy(pager::alloc);
        return fixture;
    }

    @ParameterizedTest
    @EnumSource(EveryCall.class)
    void everyCallSaysThatThePagerIsUnavailableAndWhy(EveryCall call) {
        Pager pager = files.add(files.builder(10).borrowTimeout(Duration.ZERO).storage(storage).create());
        EveryCall.Fixture fixture = failed(pager, storage);

        for (int i = 0; i < 2; i++) {
            Throwable failure = catchThrowable(() -> call.run(fixture));

            if (ENDING.contains(call) && i == 1) {
                assertThat(failure).isInstanceOf(IllegalStateException.class); // the first attempt ended it
            } else {
                assertThat(failure).isInstanceOf(PagerUnavailableException.class)
                        .hasMessageContaining(pager.path().toString()).hasMessageContaining("told to fail")
                        .hasCauseInstanceOf(IOException.class);
            }
        }
        fixture.release();
    }

    @Test
    void whatNeedsNoFileStillAnswers() {
        Pager pager = files.add(files.builder(10).borrowTimeout(Duration.ZERO).storage(storage).create());
        EveryCall.Fixture fixture = failed(pager, storage);

        assertThat(pager.pageSize()).isEqualTo(1024);
        assertThat(pager.path()).exists();
        assertThat(pager.recovery()).isEmpty();
        assertThat(pager.pages()).isNotNull();
        assertThat(pager.protectedPages()).isNotNull();
        fixture.release();
    }

    /** The operating system reports a lost write once: to ask again would be to believe that all is well. */
    @Test
    void aFailedSyncIsNeverTriedAgainNotEvenWhenThePagerIsClosed() {
        Fixture fixture = new Fixture(Operation.ALLOC);
        storage.failNext(Call.SYNC_RANGES, Fault.SYNC_LOST);
        assertThatExceptionOfType(PagerUnavailableException.class)
                .isThrownBy(() -> fill(fixture.pager, fixture.written, 0x33));
        for (int i = 0; i < 3; i++) {
            assertThatExceptionOfType(PagerUnavailableException.class)
                    .isThrownBy(() -> fill(fixture.pager, fixture.kept, 0x33));
            assertThatExceptionOfType(PagerUnavailableException.class).isThrownBy(fixture.pager::sync);
        }
        fixture.pager.close();

        assertThatNothingWasTriedAfterTheFailure();
        assertFilled(files.open(fixture.pager.path()), fixture.written, 0x23);
    }

    /** What reopening adopts may never have reached the disk, so it is written and synced before anything is built on it. */
    @Test
    void theFirstCommitAfterReopeningFirstMakesDurableWhatWasAdopted() {
        Fixture fixture = new Fixture(Operation.ALLOC);
        storage.failNth(Call.SYNC_RANGES, 2, Fault.SYNC_LOST);
        assertThatExceptionOfType(PagerUnavailableException.class)
                .isThrownBy(() -> fill(fixture.pager, fixture.written, 0x33));
        fixture.pager.reopen();
        storage.reset();

        fixture.pager.alloc();

        List<Event> changes = storage.events().stream().filter(event -> CHANGING.contains(event.call())).toList();
        assertThat(changes.subList(0, 4)).extracting(Event::call).containsExactly(Call.TRUNCATE, Call.SYNC, Call.WRITE,
                Call.SYNC_RANGES);
        assertThat(changes.get(2).offset()).isIn(0L, 512L);
    }

    @Test
    void aReopenThatFailsMayBeTriedAgain() {
        Fixture fixture = new Fixture(Operation.ALLOC);
        Pager pager = fixture.pager;
        storage.failNext(Call.WRITE, Fault.BEFORE);
        assertThatExceptionOfType(PagerUnavailableException.class).isThrownBy(pager::alloc);
        for (Call call : List.of(Call.LOCK, Call.OPEN, Call.IDENTITY, Call.LENGTH, Call.MAP)) {
            storage.failNext(call, Fault.BEFORE);

            assertThatExceptionOfType(PagerIoException.class).as(call.toString()).isThrownBy(pager::reopen)
                    .withStackTraceContaining("told to fail: " + call);

            assertThat(pager.state()).isEqualTo(PagerState.UNAVAILABLE);
            assertThatExceptionOfType(PagerUnavailableException.class).isThrownBy(pager::alloc)
                    .withStackTraceContaining("told to fail: " + call);
        }
        pager.reopen();

        fixture.assertIntact(Operation.ALLOC);
    }

    @Test
    void anOpenPagerMayBeReopenedAndViewsFromBeforeAreOver() {
        Fixture fixture = new Fixture(Operation.ALLOC);
        Pager pager = fixture.pager;
        MappedPage page = pager.read(fixture.regular);
        MemorySegment view = page.bytes();
        ProtectedPageWriter staged = pager.write(fixture.written);
        staged.bytes().fill((byte) 0x44);

        pager.reopen();

        assertThatIllegalStateException().isThrownBy(() -> assertFilled(view, 1));
        assertThatExceptionOfType(PagerUnavailableException.class).isThrownBy(staged::commit);
        fixture.assertIntact(Operation.SYNC);
        try (WritablePage writer = pager.write(fixture.regular)) {
            page.close(); // late, and of no effect on who holds the page now
            assertThatExceptionOfType(PageBorrowedException.class).isThrownBy(() -> pager.read(fixture.regular));
            assertFilled(writer.bytes(), 1);
        }
    }

    static Stream<Consumer<Path>> replacements() {
        return Stream.of(path -> replace(path, with -> Pager.create(with, 10).close()),
                path -> replace(path, with -> copy(path, with)));
    }

    private static void replace(Path path, Consumer<Path> maker) {
        Path replacement = path.resolveSibling("replacement");
        maker.accept(replacement);
        try {
            Files.move(replacement, path, StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private static void copy(Path from, Path to) {
        try {
            Files.copy(from, to, StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    @ParameterizedTest
    @MethodSource("replacements")
    void reopeningRefusesAFileThatIsNotTheOneItWas(Consumer<Path> replacement) {
        Fixture fixture = new Fixture(Operation.ALLOC);
        Pager pager = fixture.pager;
        replacement.accept(pager.path());

        assertThatExceptionOfType(PagerIoException.class).isThrownBy(pager::reopen);

        assertThat(pager.state()).isEqualTo(PagerState.UNAVAILABLE);
        pager.close();
    }

    /** Same inode, later generation, other file. */
    @Test
    void reopeningRefusesAFileThatAnotherWasCopiedInto() throws IOException {
        Pager pager = new Fixture(Operation.ALLOC).pager;
        Path other = pager.path().resolveSibling("other");
        try (Pager another = Pager.create(other, 10)) {
            for (int i = 0; i < 40; i++) {
                another.alloc();
            }
        }
        Files.write(pager.path(), Files.readAllBytes(other));

        assertThatExceptionOfType(PagerIoException.class).isThrownBy(pager::reopen)
                .withMessageContaining("another page file");

        assertThat(pager.state()).isEqualTo(PagerState.UNAVAILABLE);
        pager.close();
        files.damaged(pager.path());
    }

    @Test
    void reopeningRefusesAFileThatWentBackInTime() throws IOException {
        Fixture fixture = new Fixture(Operation.ALLOC);
        Pager pager = fixture.pager;
        byte[] earlier = Files.readAllBytes(pager.path());
        pager.alloc();
        Files.write(pager.path(), earlier);

        assertThatExceptionOfType(PagerIoException.class).isThrownBy(pager::reopen)
                .withMessageContaining("went back from generation");

        assertThat(pager.state()).isEqualTo(PagerState.UNAVAILABLE);
        pager.close();
    }

    @Test
    void anUnavailablePagerCanBeClosed() {
        Fixture fixture = new Fixture(Operation.ALLOC);
        storage.failNext(Call.WRITE, Fault.HALF);
        assertThatExceptionOfType(PagerUnavailableException.class).isThrownBy(fixture.pager::alloc);

        assertThatCode(fixture.pager::close).doesNotThrowAnyException();

        assertThat(fixture.pager.state()).isEqualTo(PagerState.CLOSED);
        assertThatExceptionOfType(PagerClosedException.class).isThrownBy(fixture.pager::reopen);
    }
}
