package io.mappedpages;

import static io.mappedpages.Pages.assertFilled;
import static io.mappedpages.Pages.fill;
import static io.mappedpages.Pages.filled;
import static io.mappedpages.Pages.filledProtected;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.time.Duration;
import java.util.List;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.Timeout.ThreadMode;
import org.junit.jupiter.api.extension.RegisterExtension;

import io.mappedpages.testing.Background;
import io.mappedpages.testing.PageFiles;

/** Many readers or one writer, and what becomes of who has to wait. */
@Timeout(value = 60, threadMode = ThreadMode.SEPARATE_THREAD)
class BorrowTest {

    /** Long enough to be measured, short enough to be waited for. */
    private static final Duration SHORT = Duration.ofMillis(20);

    @RegisterExtension
    private final PageFiles files = PageFiles.onDisk();

    private Pager impatient() {
        return files.add(files.builder(10).borrowTimeout(SHORT).create());
    }

    private Pager patient() {
        return files.add(files.builder(10).borrowTimeout(Duration.ofSeconds(30)).create());
    }

    /** The call waits for the whole timeout, then says which page it wanted and who has it. */
    private static void assertThatItIsRefused(Runnable call, PageHandle page, boolean byWriter, int readers) {
        long begin = System.nanoTime();
        PageBorrowedException failure = catchThrowableOfType(PageBorrowedException.class, call::run);
        long waited = System.nanoTime() - begin;

        assertThat(failure).as("failure").isNotNull();
        assertThat(failure.page()).isEqualTo(page);
        assertThat(failure.byWriter()).isEqualTo(byWriter);
        assertThat(failure.readers()).isEqualTo(readers);
        assertThat(failure.waited()).isEqualTo(SHORT);
        assertThat(waited).isGreaterThanOrEqualTo(SHORT.toNanos());
        assertThat(failure).hasMessageContaining(page.toString())
                .hasMessageContaining(byWriter ? "a writer" : readers == 1 ? "a reader" : readers + " readers");
    }

    @Test
    void aPageHasManyReadersAndAWriterIsToldHowMany() {
        Pager pager = impatient();
        PageId id = filled(pager, 1);

        MappedPage first = pager.read(id);
        try (MappedPage _ = pager.read(id); MappedPage _ = pager.read(id)) {
            assertFilled(first.bytes(), 1);
            assertThatItIsRefused(() -> pager.write(id), id, false, 3);
            first.close();
            first.close(); // gives back nothing that it has not
            assertThatItIsRefused(() -> pager.write(id), id, false, 2);
        }

        fill(pager, id, 2);
    }

    @Test
    void aPageHasOneWriterAndNobodyElse() {
        Pager pager = impatient();
        PageId id = filled(pager, 1);

        WritablePage writer = pager.write(id);
        assertThatItIsRefused(() -> pager.read(id), id, true, 0);
        assertThatItIsRefused(() -> pager.write(id), id, true, 0);
        writer.close();
        try (WritablePage _ = pager.write(id)) {
            writer.close(); // gives back nothing that it has not
            assertThatItIsRefused(() -> pager.read(id), id, true, 0);
        }

        assertFilled(pager, id, 1);
    }

    @Test
    void otherThreadsAreRefusedLikeTheHoldersOwn() {
        Pager pager = impatient();
        PageId id = filled(pager, 1);

        try (WritablePage _ = pager.write(id)) {
            Background.run(() -> assertThatItIsRefused(() -> pager.read(id), id, true, 0)).result();
        }
        try (MappedPage _ = pager.read(id)) {
            Background.run(() -> assertThatItIsRefused(() -> pager.write(id), id, false, 1)).result();
        }
    }

    @Test
    void aBorrowedPageIsNotFreedAndNothingElseIsWithIt() {
        Pager pager = impatient();
        List<PageId> ids = pager.allocBulk(3);
        long free = pager.freePageCount();
        PageId held = ids.get(1);

        try (MappedPage _ = pager.read(held); MappedPage _ = pager.read(held)) {
            assertThatItIsRefused(() -> pager.free(held), held, false, 2);
            assertThatItIsRefused(() -> pager.freeBulk(ids), held, false, 2);
        }
        try (WritablePage _ = pager.write(held)) {
            assertThatItIsRefused(() -> pager.free(held), held, true, 0);
            assertThatItIsRefused(() -> pager.freeBulk(ids), held, true, 0);
        }

        assertThat(pager.freePageCount()).isEqualTo(free);
        assertThat(pager.allocatedPages()).containsExactlyElementsOf(ids);
        ids.forEach(id -> pager.write(id).close()); // a refused bulk has given back what it held
        pager.freeBulk(ids);
    }

    @Test
    void aBorrowedProtectedPageIsNotFreedAndNothingElseIsWithIt() {
        Pager pager = impatient();
        List<ProtectedPageId> ids = pager.allocProtectedBulk(3);
        long free = pager.freePageCount();
        ProtectedPageId held = ids.get(1);

        try (MappedPage _ = pager.read(held)) {
            assertThatItIsRefused(() -> pager.freeProtected(held), held, false, 1);
            assertThatItIsRefused(() -> pager.freeProtectedBulk(ids), held, false, 1);
        }
        try (ProtectedPageWriter _ = pager.write(held)) {
            assertThatItIsRefused(() -> pager.freeProtected(held), held, true, 0);
            assertThatItIsRefused(() -> pager.freeProtectedBulk(ids), held, true, 0);
        }

        assertThat(pager.freePageCount()).isEqualTo(free);
        assertThat(pager.allocatedProtectedPages()).containsExactlyElementsOf(ids);
        ids.forEach(id -> pager.write(id).close());
        pager.freeProtectedBulk(ids);
    }

    @Test
    void aProtectedPageHasOneWriter() {
        Pager pager = impatient();
        ProtectedPageId id = filledProtected(pager, 1);

        ProtectedPageWriter writer = pager.write(id);
        assertThatItIsRefused(() -> pager.write(id), id, true, 0);
        assertFilled(pager, id, 1);
        writer.close();
        try (ProtectedPageWriter _ = pager.write(id)) {
            writer.close(); // gives back nothing that it has not
            assertThatItIsRefused(() -> pager.write(id), id, true, 0);
        }
    }

    /** The current copy is not what a writer needs; the one before is, and there a reader may still be. */
    @Test
    void aWriterOfAProtectedPageWaitsForReadersOfTheContentBeforeTheCurrentAndForNoOthers() {
        Pager pager = impatient();
        ProtectedPageId id = filledProtected(pager, 1);

        try (MappedPage old = pager.read(id)) {
            fill(pager, id, 2);
            try (MappedPage current = pager.read(id)) {
                assertThatItIsRefused(() -> pager.write(id), id, false, 1);
                assertFilled(old.bytes(), 1);
                assertFilled(current.bytes(), 2);
            }
        }

        fill(pager, id, 3);
    }

    /** While it waited, the copy that it waited for became the current one: now it needs the other one, and that is held. */
    @Test
    void aWriterThatWaitedForAnotherWriterWaitsForTheReadersThatAreInItsWayThen() {
        Duration timeout = Duration.ofSeconds(1);
        Pager pager = files.add(files.builder(10).borrowTimeout(timeout).create());
        ProtectedPageId id = filledProtected(pager, 1);
        ProtectedPageWriter first = pager.write(id);
        first.bytes().fill((byte) 2);
        try (MappedPage old = pager.read(id)) {
            Background<ProtectedPageWriter> second = Background.start(() -> pager.write(id)).untilItWaits();
            first.commit();

            assertThatExceptionOfType(PageBorrowedException.class).isThrownBy(second::result)
                    .returns(false, PageBorrowedException::byWriter).returns(1, PageBorrowedException::readers);
            assertFilled(old.bytes(), 1);
        }

        assertFilled(pager, id, 2);
        assertFilled(pager, fill(pager, id, 3), 3);
    }

    @Test
    void withoutPatienceACallIsRefusedAtOnce() {
        Pager pager = files.add(files.builder(10).borrowTimeout(Duration.ZERO).create());
        PageId id = filled(pager, 1);
        ProtectedPageId other = filledProtected(pager, 1);

        try (WritablePage _ = pager.write(id); ProtectedPageWriter _ = pager.write(other)) {
            assertThatExceptionOfType(PageBorrowedException.class).isThrownBy(() -> pager.read(id));
            assertThatExceptionOfType(PageBorrowedException.class).isThrownBy(() -> pager.free(id));
            assertThatExceptionOfType(PageBorrowedException.class).isThrownBy(() -> pager.write(other));
        }
    }

    @Test
    void aTimeoutThatIsAsLongAsCanBeIsNoProblem() {
        Pager pager = files.add(files.builder(10).borrowTimeout(Duration.ofSeconds(Long.MAX_VALUE)).create());
        PageId id = filled(pager, 1);

        MappedPage held = pager.read(id);
        Background<WritablePage> writer = Background.start(() -> pager.write(id)).untilItWaits();
        held.close();

        writer.result().close();
    }

    @Test
    void whoWaitsGetsThePageWhenItIsGivenBack() {
        Pager pager = patient();
        PageId id = filled(pager, 1);

        MappedPage first = pager.read(id);
        MappedPage second = pager.read(id);
        Background<WritablePage> writer = Background.start(() -> pager.write(id)).untilItWaits();
        first.close();
        writer.untilItWaits();
        second.close();
        WritablePage granted = writer.result();
        Background<MappedPage> reader = Background.start(() -> pager.read(id)).untilItWaits();
        granted.bytes().fill((byte) 2);
        granted.close();

        try (MappedPage page = reader.result()) {
            assertFilled(page.bytes(), 2);
        }
    }

    @Test
    void freeWaitsForTheReaderAndThenGoesOn() {
        Pager pager = patient();
        PageId id = filled(pager, 1);
        ProtectedPageId other = filledProtected(pager, 1);

        MappedPage reader = pager.read(id);
        Background<Boolean> freeing = Background.run(() -> pager.free(id)).untilItWaits();
        assertFilled(reader.bytes(), 1);
        reader.close();
        freeing.result();
        assertThatExceptionOfType(PageNotAllocatedException.class).isThrownBy(() -> pager.read(id));

        ProtectedPageWriter writer = pager.write(other);
        freeing = Background.run(() -> pager.freeProtected(other)).untilItWaits();
        writer.close();
        freeing.result();
        assertThat(pager.allocatedProtectedPages()).isEmpty();
    }

    /** Two wait: whoever comes second finds the page freed, and is told so rather than given it. */
    @Test
    void aPageThatWasFreedWhileACallWaitedForItIsNotHandedOut() {
        Pager pager = patient();
        PageId id = filled(pager, 1);
        MappedPage reader = pager.read(id);
        Background<Boolean> first = Background.run(() -> pager.free(id)).untilItWaits();
        Background<Boolean> second = Background.run(() -> pager.free(id)).untilItWaits();
        reader.close();

        List<Boolean> freed = List.of(succeeds(first), succeeds(second));

        assertThat(freed).containsExactlyInAnyOrder(true, false);
    }

    private static boolean succeeds(Background<Boolean> freeing) {
        try {
            return freeing.result();
        } catch (DoubleFreeException e) {
            return false;
        }
    }

    @Test
    void anyThreadMayGiveAPageBack() {
        Pager pager = impatient();
        PageId id = filled(pager, 1);
        WritablePage writer = pager.write(id);

        Background.run(writer::close).result();

        pager.write(id).close();
    }

    @Test
    void aReaderCannotStore() {
        Pager pager = impatient();
        PageId id = filled(pager, 1);
        ProtectedPageId other = filledProtected(pager, 1);

        try (MappedPage page = pager.read(id); MappedPage protectedPage = pager.read(other)) {
            assertThat(page.bytes().isReadOnly()).isTrue();
            assertThat(page.byteBuffer().isReadOnly()).isTrue();
            assertThat(protectedPage.bytes().isReadOnly()).isTrue();
            assertThat(protectedPage.byteBuffer().isReadOnly()).isTrue();
        }
    }

    @Test
    void aPageThatWasGivenBackShowsNothingMore() {
        Pager pager = impatient();
        MappedPage reader = pager.read(filled(pager, 1));
        WritablePage writer = pager.write(filled(pager, 1));
        ProtectedPageWriter protectedWriter = pager.write(filledProtected(pager, 1));
        ProtectedPageWriter committed = pager.write(filledProtected(pager, 1));
        reader.close();
        writer.close();
        protectedWriter.close();
        committed.commit();

        for (Runnable call : new Runnable[] {reader::bytes, reader::byteBuffer, writer::bytes, writer::byteBuffer,
            writer::commit, protectedWriter::bytes, protectedWriter::byteBuffer, protectedWriter::commit,
            committed::bytes, committed::commit}) {
            assertThatIllegalStateException().isThrownBy(call::run);
        }
    }

    /** Closing is by the latch's ticket while there is one reader and by count when there are several. */
    @Test
    void aBorrowThatTwoThreadsCloseAtOnceIsGivenBackOnce() {
        Pager pager = files.add(files.builder(10).borrowTimeout(Duration.ZERO).create());
        PageId id = pager.alloc();
        for (int i = 0; i < 3_000; i++) {
            MappedPage first = pager.read(id);
            MappedPage other = i % 3 == 0 ? pager.read(id) : null;
            Background<Boolean> closing = Background.run(first::close);
            MappedPage late = i % 3 == 1 ? pager.read(id) : null;
            first.close();
            closing.result();
            int left = (other == null ? 0 : 1) + (late == null ? 0 : 1);
            if (left == 0) {
                pager.write(id).close();
            } else {
                assertThat(catchThrowableOfType(PageBorrowedException.class, () -> pager.write(id)).readers())
                        .isEqualTo(left);
                first.close();
                (other == null ? late : other).close();
            }
        }
        pager.write(id).close();
    }
}
