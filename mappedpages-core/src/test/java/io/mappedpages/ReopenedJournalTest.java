package io.mappedpages;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

import io.mappedpages.testing.NoCheckpointThread;
import io.mappedpages.testing.PageFiles;
import io.mappedpages.testing.RawPageFile;

/** The newest checkpoint of a file with a journal changed nothing: a file without it has not gone back in time. */
class ReopenedJournalTest {

    @RegisterExtension
    private final PageFiles files = PageFiles.inMemory();

    private Pager pager;
    private RawPageFile file;
    private ProtectedPageId written;

    @BeforeEach
    void aFileInWhichACheckpointIsTheNewestThereIs() {
        pager = files.add(PagerOnStorage.paced(new NoCheckpointThread(),
                files.builder(12).commitMode(CommitMode.JOURNAL).journalSize(64 << 10)).create());
        file = new RawPageFile(pager.path());
        written = Pages.filledProtected(pager, 1);
        commitUntilACheckpoint();
    }

    private void commitUntilACheckpoint() {
        long before = generation();
        for (int i = 0; i < 100 && (generation() == before || pager.stats().recordsSinceCheckpoint() > 0); i++) {
            Pages.fill(pager, written, 2);
        }
        assertThat(generation()).isGreaterThan(before);
        assertThat(pager.stats().recordsSinceCheckpoint()).isZero();
    }

    private long generation() {
        return file.metadata(file.currentMetadata()).generation();
    }

    @Test
    void ifItIsDamagedWhileTheFileIsOpenReopeningTakesTheOneBefore() {
        file.spoilPage(file.currentMetadata());
        pager.reopen();
        Pages.assertFilled(pager, written, 2);
        assertThat(pager.recovery().map(RecoveryReport::loss)).hasValue(RecoveryReport.Loss.NONE);
        Pages.fill(pager, written, 3);
        Pages.assertFilled(files.openAnew(pager), written, 3);
    }

    @Test
    void soItDoesIfNothingWasCommittedSinceTheFileWasOpened() {
        pager.reopen();
        file.spoilPage(file.currentMetadata());
        pager.reopen();
        Pages.assertFilled(pager, written, 2);
        Pages.fill(pager, written, 3);
    }

    /** Older by one commit, which is in the journal alone. */
    @Test
    void aFileThatWentBackByOneRecordIsRefused() {
        Pages.fill(pager, written, 3);
        byte[] older = file.read(0, (int) file.length());
        Pages.fill(pager, written, 4);
        assertThat(pager.stats().recordsSinceCheckpoint()).isEqualTo(2);
        byte[] newer = file.read(0, (int) file.length());
        file.write(0, older);
        assertThatExceptionOfType(PagerIoException.class).isThrownBy(pager::reopen)
                .withMessageContaining("went back from generation");
        file.write(0, newer);
        pager.reopen();
        Pages.assertFilled(pager, written, 4);
    }
}
