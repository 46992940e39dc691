package io.mappedpages;

import static io.mappedpages.Pages.assertFilled;
import static io.mappedpages.Pages.fill;
import static io.mappedpages.Pages.filledProtected;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.Timeout.ThreadMode;
import org.junit.jupiter.api.extension.RegisterExtension;

import io.mappedpages.testing.Background;
import io.mappedpages.testing.NoCheckpointThread;
import io.mappedpages.testing.PageFiles;
import io.mappedpages.testing.QuietLog;

/** A checkpoint that somebody asks for. */
@Timeout(value = 60, threadMode = ThreadMode.SEPARATE_THREAD)
class CheckpointOnDemandTest {

    @RegisterExtension
    private final PageFiles files = PageFiles.onDisk();

    private final FaultInjection faults = new FaultInjection();

    private Pager pager() {
        return files.add(PagerOnStorage
                .paced(new NoCheckpointThread(), files.builder(10).initialSize(4 << 20).faults(faults)).create());
    }

    @Test
    void afterItNothingIsInTheJournalAlone() throws IOException {
        Pager pager = pager();
        ProtectedPageId id = filledProtected(pager, 1);
        for (int i = 2; i < 20; i++) {
            fill(pager, id, i);
        }
        assertThat(pager.stats().recordsSinceCheckpoint()).isPositive();

        pager.checkpoint();

        assertThat(pager.stats().recordsSinceCheckpoint()).isZero();
        Path copy = files.path();
        Files.copy(pager.path(), copy);
        Pager opened = files.open(copy);
        assertThat(opened.recovery().map(RecoveryReport::findings)).isEmpty();
        assertFilled(opened, id, 19);
        fill(pager, id, 20);
        assertFilled(pager, id, 20);
        assertThat(pager.verify().findings()).isEmpty();
    }

    @Test
    void withNothingToWriteNothingIsWritten() {
        Pager pager = pager();
        pager.alloc();
        pager.checkpoint();
        long generation = pager.stats().generation();

        pager.checkpoint();

        assertThat(pager.stats().generation()).isEqualTo(generation);
        Pager without = files.add(files.builder(10).commitMode(CommitMode.CHECKPOINT).create());
        without.alloc();
        without.checkpoint();
    }

    @Test
    void whatAKillLeftInTheJournalIsWrittenToo() {
        Pager pager = pager();
        ProtectedPageId id = filledProtected(pager, 1);
        for (int i = 2; i < 20; i++) {
            fill(pager, id, i);
        }
        Path copy = files.path();
        try {
            Files.copy(pager.path(), copy); // as a kill leaves it
        } catch (IOException e) {
            throw new AssertionError(e);
        }
        Pager killed = files.add(PagerOnStorage.paced(new NoCheckpointThread(), Pager.builder(copy)).open());
        assertThat(killed.stats().recordsSinceCheckpoint()).isPositive();

        killed.checkpoint();

        assertThat(killed.stats().recordsSinceCheckpoint()).isZero();
        assertFilled(killed, id, 19);
    }

    @Test
    void oneThatFailsStopsThePagerAndLosesNothing() {
        QuietLog.use();
        Pager pager = pager();
        ProtectedPageId id = filledProtected(pager, 1);
        faults.failNext(FaultInjection.Call.SYNC);

        assertThatExceptionOfType(PagerUnavailableException.class).isThrownBy(pager::checkpoint);

        assertThat(pager.state()).isEqualTo(PagerState.UNAVAILABLE);
        pager.reopen();
        assertFilled(pager, id, 1);
    }

    @Test
    void severalAtATimeAndCommitsBesideThemComeToTheirEnd() {
        Pager pager = pager();
        ProtectedPageId id = filledProtected(pager, 0);
        Background<Boolean> writing = Background.run(() -> {
            for (int i = 1; i <= 300; i++) {
                fill(pager, id, i);
            }
        });
        Background<Boolean> one = Background.run(() -> checkpointUntilDone(pager, writing));
        Background<Boolean> other = Background.run(() -> checkpointUntilDone(pager, writing));
        writing.result();
        one.result();
        other.result();

        assertFilled(pager, id, 300);
        assertThat(pager.verify().findings()).isEmpty();
    }

    private static void checkpointUntilDone(Pager pager, Background<?> writing) {
        while (!writing.isDone()) {
            pager.checkpoint();
        }
    }
}
