package io.mappedpages;

import static io.mappedpages.Pages.assertFilled;
import static io.mappedpages.Pages.fill;
import static io.mappedpages.Pages.filled;
import static io.mappedpages.Pages.filledProtected;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.Timeout.ThreadMode;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import io.mappedpages.internal.storage.FaultyStorageProvider;
import io.mappedpages.internal.storage.FaultyStorageProvider.Call;
import io.mappedpages.internal.storage.FaultyStorageProvider.Fault;
import io.mappedpages.internal.storage.FileStorageProvider;
import io.mappedpages.testing.Background;
import io.mappedpages.testing.NoCheckpointThread;
import io.mappedpages.testing.PageFiles;
import io.mappedpages.testing.QuietLog;
import io.mappedpages.testing.RawPageFile;

/** A pager that is asked to give its file up for a while, and to take it again. */
@Timeout(value = 60, threadMode = ThreadMode.SEPARATE_THREAD)
class SuspendTest {

    @RegisterExtension
    private final PageFiles files = PageFiles.onDisk();

    private final FaultyStorageProvider storage = new FaultyStorageProvider(new FileStorageProvider());

    private Pager impatient() {
        return files.add(files.builder(10).borrowTimeout(Duration.ofMillis(10)).storage(storage).create());
    }

    @ParameterizedTest
    @EnumSource(EveryCall.class)
    void everyCallOfASuspendedPagerSaysSo(EveryCall call) {
        Pager pager = impatient();
        EveryCall.Fixture fixture = new EveryCall.Fixture(pager);
        pager.suspend();

        assertThatExceptionOfType(PagerUnavailableException.class).isThrownBy(() -> call.run(fixture))
                .withMessageContaining(pager.path().toString()).withMessageContaining("is suspended")
                .withMessageContaining("reopen()").withNoCause();
        fixture.release();
    }

    @Test
    void whatNeedsNoFileStillAnswers() {
        Pager pager = impatient();
        filled(pager, 1);
        long pages = pager.pageCount();

        pager.suspend();

        assertThat(pager.state()).isEqualTo(PagerState.SUSPENDED);
        assertThat(pager.checkFile()).isEqualTo(PagerState.SUSPENDED);
        assertThat(pager.stats()).returns(PagerState.SUSPENDED, PagerStats::state).returns(pages, PagerStats::pages);
        assertThat(pager.failure()).isEmpty();
        assertThat(pager.path()).exists();
    }

    @Test
    void anotherPagerHasTheFileMeanwhileAndWhatItCommitsIsThereAfterwards() {
        Pager pager = files.add(files.builder(10).initialSize(1 << 20).create());
        PageId regular = filled(pager, 1);
        ProtectedPageId protectedPage = filledProtected(pager, 2);

        pager.suspend();
        ProtectedPageId added;
        try (Pager other = Pager.open(pager.path())) {
            assertFilled(other, regular, 1);
            assertFilled(other, protectedPage, 2);
            assertThatExceptionOfType(PagerLockedException.class).isThrownBy(pager::reopen);
            fill(other, protectedPage, 3);
            added = filledProtected(other, 4);
        }
        pager.reopen();

        assertThat(pager.state()).isEqualTo(PagerState.OPEN);
        assertThat(pager.recovery()).isEmpty();
        assertFilled(pager, regular, 1);
        assertFilled(pager, protectedPage, 3);
        assertFilled(pager, added, 4);
        fill(pager, protectedPage, 5);
        assertThat(pager.verify().findings()).isEmpty();
    }

    @Test
    void theFileIsLeftAsCloseLeavesIt() throws IOException {
        Pager pager = files.add(files.builder(10).initialSize(1 << 20).create());
        PageId page = pager.alloc();
        try (WritablePage writer = pager.write(page)) {
            writer.bytes().fill((byte) 7); // not committed
        }
        filledProtected(pager, 1);

        pager.suspend();

        RawPageFile file = new RawPageFile(pager.path());
        assertThat(Files.size(pager.path())).isEqualTo(file.metadata(file.currentMetadata()).pageCount() << 10);
        try (Pager other = Pager.open(pager.path())) {
            assertThat(other.recovery()).isEmpty();
            assertThat(other.stats().recordsSinceCheckpoint()).isZero();
            assertFilled(other, page, 7);
        }
    }

    @Test
    void itCanBeSuspendedAgainAndAgainAndClosedAtTheEnd() {
        Pager pager = impatient();
        ProtectedPageId id = filledProtected(pager, 0);
        for (int i = 1; i <= 5; i++) {
            pager.suspend();
            pager.suspend();
            pager.reopen();
            fill(pager, id, i);
        }
        pager.suspend();

        pager.close();

        assertThat(pager.state()).isEqualTo(PagerState.CLOSED);
        assertThatExceptionOfType(PagerClosedException.class).isThrownBy(pager::suspend);
        assertThatExceptionOfType(PagerClosedException.class).isThrownBy(pager::reopen);
        assertFilled(files.open(pager.path()), id, 5);
    }

    @Test
    void itWaitsForWhatIsBorrowedAndThenGoesOn() {
        Pager patient = files.add(files.builder(10).borrowTimeout(Duration.ofSeconds(30)).create());
        MappedPage lent = patient.read(filled(patient, 1));
        Background<Boolean> suspending = Background.run(patient::suspend).untilItWaits();
        lent.close();
        suspending.result();
        assertThat(patient.state()).isEqualTo(PagerState.SUSPENDED);

        Pager pager = impatient();
        WritablePage kept = pager.write(filled(pager, 1));
        MemorySegment bytes = kept.bytes();
        pager.suspend();
        assertThatIllegalStateException().isThrownBy(() -> bytes.get(ValueLayout.JAVA_BYTE, 0));
        assertThatCode(kept::close).doesNotThrowAnyException();
    }

    @Test
    void aPagerThatFailedGivesItsFileUpTooAndIsWholeAfterwards() {
        QuietLog.use();
        Pager pager = impatient();
        ProtectedPageId id = filledProtected(pager, 1);
        storage.failNext(Call.SYNC_RANGES, Fault.BEFORE);
        assertThatExceptionOfType(PagerUnavailableException.class).isThrownBy(() -> fill(pager, id, 2));
        storage.reset();

        pager.suspend();

        assertThat(pager.state()).isEqualTo(PagerState.SUSPENDED);
        assertThat(pager.failure()).isPresent();
        files.open(pager.path()).close();
        pager.reopen();
        assertThat(pager.failure()).isEmpty();
        fill(pager, id, 3);
        assertFilled(pager, id, 3);
    }

    @Test
    void aFileThatLostItsNameIsNotGivenUp() throws IOException {
        QuietLog.use();
        Pager pager = impatient();
        ProtectedPageId id = filledProtected(pager, 1);
        Path elsewhere = pager.path().resolveSibling("elsewhere");
        Files.move(pager.path(), elsewhere);

        assertThatExceptionOfType(PagerIoException.class).isThrownBy(pager::suspend)
                .withMessageContaining(pager.path().toString());

        assertThat(pager.state()).isEqualTo(PagerState.UNAVAILABLE);
        Files.move(elsewhere, pager.path());
        pager.reopen();
        assertFilled(pager, id, 1);
    }

    /**
     * After a failure what is newer than the last commit has failed, and may be written again where it is. What another pager has
     * committed meanwhile has not: a power cut could tear it.
     */
    @Test
    void whatAnotherPagerCommittedMeanwhileIsNotTakenForWhatHasFailed() throws IOException {
        QuietLog.use();
        Pager pager = files.add(PagerOnStorage.paced(new NoCheckpointThread(),
                files.builder(10).initialSize(1 << 20).maxSize(1 << 20).storage(storage)).create());
        ProtectedPageId id = filledProtected(pager, 1);
        pager.allocBulk(Math.toIntExact(pager.freePageCount()));
        storage.failNext(Call.SYNC_RANGES, Fault.BEFORE);
        assertThatExceptionOfType(PagerUnavailableException.class).isThrownBy(() -> fill(pager, id, 2));
        pager.suspend();
        byte[] killed;
        try (Pager other = PagerOnStorage.paced(new NoCheckpointThread(), Pager.builder(pager.path())).open()) {
            fill(other, id, 5);
            killed = Files.readAllBytes(pager.path());
        }
        Files.write(pager.path(), killed); // as if the other process had been killed after its commit
        long place = pageFullOf((byte) 5, killed);
        storage.reset();

        pager.reopen();
        fill(pager, id, 6);

        assertThat(storage.events()).filteredOn(event -> event.call() == Call.WRITE)
                .noneMatch(event -> event.offset() == place);
        assertFilled(pager, id, 6);
    }

    private static long pageFullOf(byte value, byte[] file) {
        for (int offset = 0; offset < file.length; offset += 1024) {
            int equal = 0;
            while (equal < 1024 && file[offset + equal] == value) {
                equal++;
            }
            if (equal == 1024) {
                return offset;
            }
        }
        throw new AssertionError("there is no page full of " + value);
    }

    @Test
    void aSuspendedPagerIsNotTakenForAnUnavailableOne() {
        QuietLog.use();
        Pager pager = impatient();
        assertThat(pager.reopenIfUnavailable()).isFalse();
        storage.failNext(Call.SYNC_RANGES, Fault.BEFORE);
        assertThatExceptionOfType(PagerUnavailableException.class).isThrownBy(pager::alloc);

        assertThat(pager.reopenIfUnavailable()).isTrue();
        pager.alloc();
        storage.failNext(Call.SYNC_RANGES, Fault.BEFORE);
        assertThatExceptionOfType(PagerUnavailableException.class).isThrownBy(pager::alloc);
        pager.suspend();

        assertThat(pager.reopenIfUnavailable()).isFalse();
        assertThat(pager.state()).isEqualTo(PagerState.SUSPENDED);
        pager.close();
        assertThatExceptionOfType(PagerClosedException.class).isThrownBy(pager::reopenIfUnavailable);
    }

    @Test
    void aSyncThatFailsThenIsToldAndNothingCommittedIsLost() {
        QuietLog.use();
        Pager pager = impatient();
        ProtectedPageId id = filledProtected(pager, 1);
        filled(pager, 2);
        storage.failNext(Call.SYNC, Fault.BEFORE);

        assertThatExceptionOfType(PagerIoException.class).isThrownBy(pager::suspend);

        storage.reset();
        assertThat(pager.state()).isEqualTo(PagerState.SUSPENDED);
        assertThat(pager.failure()).isPresent();
        pager.reopen();
        assertThat(pager.failure()).isEmpty();
        assertFilled(pager, id, 1);
    }

    @Test
    void listenersHearOfIt() {
        List<String> heard = Collections.synchronizedList(new ArrayList<>());
        Pager pager = files.add(files.builder(10).listener(new PagerListener() {
            @Override
            public void onState(StateEvent event) {
                heard.add(event.from() + " " + event.to());
            }
        }).create());

        pager.suspend();
        pager.reopen();
        pager.close();

        assertThat(heard).containsExactly("OPEN SUSPENDED", "SUSPENDED OPEN", "OPEN CLOSED");
    }
}
