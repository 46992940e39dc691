package io.mappedpages;

import static io.mappedpages.Pages.assertFilled;
import static io.mappedpages.Pages.filled;
import static io.mappedpages.Pages.filledProtected;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.time.Duration;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.Timeout.ThreadMode;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

import io.mappedpages.internal.storage.FaultyStorageProvider;
import io.mappedpages.internal.storage.FaultyStorageProvider.Call;
import io.mappedpages.internal.storage.FaultyStorageProvider.Fault;
import io.mappedpages.internal.storage.FileStorageProvider;
import io.mappedpages.testing.Background;
import io.mappedpages.testing.PageFiles;

/** Closing, and whatever is tried with a pager or a view afterwards. */
@Timeout(value = 60, threadMode = ThreadMode.SEPARATE_THREAD)
class ClosedTest {

    @RegisterExtension
    private final PageFiles files = PageFiles.onDisk();

    private Pager impatient() {
        return files.add(files.builder(10).borrowTimeout(Duration.ofMillis(10)).create());
    }

    @ParameterizedTest
    @EnumSource(EveryCall.class)
    void everyCallAfterCloseSaysThatThePagerIsClosed(EveryCall call) {
        Pager pager = impatient();
        EveryCall.Fixture fixture = new EveryCall.Fixture(pager);
        pager.close();

        assertThatExceptionOfType(PagerClosedException.class).isThrownBy(() -> call.run(fixture))
                .withMessageContaining(pager.path().toString()).returns(pager.path(), PagerClosedException::path);
        fixture.release();
    }

    @Test
    void aClosedPagerCannotBeReopenedAndClosingItAgainDoesNothing() {
        Pager pager = impatient();
        pager.close();

        assertThatExceptionOfType(PagerClosedException.class).isThrownBy(pager::reopen);
        assertThatCode(pager::close).doesNotThrowAnyException();

        assertThat(pager.state()).isEqualTo(PagerState.CLOSED);
    }

    @Test
    void whatNeedsNoFileStillAnswers() {
        Pager pager = impatient();
        pager.close();

        assertThat(pager.pageSize()).isEqualTo(1024);
        assertThat(pager.path()).exists();
        assertThat(pager.recovery()).isEmpty();
        assertThat(pager.failure()).isEmpty();
        assertThat(pager.pages()).isNotNull();
        assertThat(pager.protectedPages()).isNotNull();
    }

    @Test
    void segmentsAndBuffersKeptPastCloseThrowAndHarmNobody() {
        Pager pager = impatient();
        MappedPage reader = pager.read(filled(pager, 1));
        WritablePage writer = pager.write(filled(pager, 2));
        MappedPage protectedReader = pager.read(filledProtected(pager, 3));
        MemorySegment[] segments = {reader.bytes(), writer.bytes(), protectedReader.bytes()};
        ByteBuffer[] buffers = {reader.byteBuffer(), writer.byteBuffer(), protectedReader.byteBuffer()};
        pager.close();

        for (MemorySegment segment : segments) {
            assertThatIllegalStateException().isThrownBy(() -> segment.get(ValueLayout.JAVA_BYTE, 0));
            assertThatIllegalStateException().isThrownBy(() -> segment.toArray(ValueLayout.JAVA_BYTE));
        }
        for (ByteBuffer buffer : buffers) {
            assertThatIllegalStateException().isThrownBy(() -> buffer.get(0));
        }
        assertThatIllegalStateException().isThrownBy(() -> segments[1].fill((byte) 9));
        assertThatIllegalStateException().isThrownBy(() -> reader.bytes().get(ValueLayout.JAVA_BYTE, 0));
        assertThatCode(() -> {
            reader.close();
            writer.close();
            protectedReader.close();
        }).doesNotThrowAnyException();
        Pager again = files.open(pager.path());
        assertThat(again.allocatedPages()).hasSize(2);
    }

    /** Within a borrow a view is valid; after it the contract is over, but not even then does anything break. */
    @Test
    void aSegmentKeptPastItsBorrowStaysReadableUntilThePagerIsClosed() {
        Pager pager = impatient();
        MemorySegment kept;
        try (MappedPage page = pager.read(filled(pager, 1))) {
            kept = page.bytes();
        }
        pager.allocBulk(100);

        assertFilled(kept, 1);
        pager.close();
        assertThatIllegalStateException().isThrownBy(() -> kept.get(ValueLayout.JAVA_BYTE, 0));
    }

    @Test
    void closingWaitsForWhatIsBorrowedAndRefusesWhatIsNew() {
        Pager pager = files.add(files.builder(10).borrowTimeout(Duration.ofSeconds(30)).create());
        PageId id = filled(pager, 1);
        ProtectedPageId other = filledProtected(pager, 2);
        MappedPage reader = pager.read(id);
        Background<Boolean> closing = Background.run(pager::close).untilItWaits();

        assertFilled(reader.bytes(), 1);
        assertThatExceptionOfType(PagerClosedException.class).isThrownBy(() -> pager.read(id));
        assertThatExceptionOfType(PagerClosedException.class).isThrownBy(() -> pager.write(id));
        assertThatExceptionOfType(PagerClosedException.class).isThrownBy(() -> pager.read(other));
        assertThatExceptionOfType(PagerClosedException.class).isThrownBy(() -> pager.write(other));
        closing.untilItWaits();
        reader.close();

        closing.result();
        assertThat(pager.state()).isEqualTo(PagerState.CLOSED);
    }

    @Test
    void closingDoesNotWaitForEver() {
        Pager pager = impatient();
        MappedPage reader = pager.read(filled(pager, 1));

        pager.close();

        assertThat(pager.state()).isEqualTo(PagerState.CLOSED);
        reader.close();
    }

    @Test
    void whatWasStoredAndNotCommittedIsKeptInARegularPageAndDiscardedInAProtectedOne() {
        Pager pager = impatient();
        PageId id = filled(pager, 1);
        ProtectedPageId other = filledProtected(pager, 1);
        try (WritablePage page = pager.write(id); ProtectedPageWriter protectedPage = pager.write(other)) {
            page.bytes().fill((byte) 2);
            protectedPage.bytes().fill((byte) 2);
        }

        Pager again = files.openAnew(pager);

        assertFilled(again, id, 2);
        assertFilled(again, other, 1);
    }

    /** What was stored into regular pages may be lost then, so it must not go unnoticed. */
    @Test
    void aFileThatCannotBeClosedInOrderIsClosedAllTheSameAndSaysSo() {
        for (Call call : new Call[] {Call.SYNC, Call.CLOSE}) {
            FaultyStorageProvider storage = new FaultyStorageProvider(new FileStorageProvider());
            Pager pager = files.add(files.builder(10).storage(storage).create());
            filled(pager, 1);
            storage.failNext(call, call == Call.CLOSE ? Fault.AFTER : Fault.SYNC_LOST);

            assertThatExceptionOfType(PagerIoException.class).as(call.toString()).isThrownBy(pager::close)
                    .withCauseInstanceOf(IOException.class).withMessageContaining(pager.path().toString());

            assertThat(pager.state()).isEqualTo(PagerState.CLOSED);
            assertThatCode(pager::close).doesNotThrowAnyException();
            files.open(pager.path()).alloc();
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void closingCutsOffWhatWasOnlyMapped(boolean reserve) {
        Pager pager = files.add(files.builder(10).reserve(reserve).create());
        pager.allocBulk(33);
        long pages = pager.pageCount();

        pager.close();

        assertThat(pager.path().toFile().length()).isEqualTo(pages * 1024);
    }
}
