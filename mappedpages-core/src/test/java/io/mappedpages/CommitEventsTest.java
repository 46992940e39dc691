package io.mappedpages;

import static io.mappedpages.Pages.fill;
import static io.mappedpages.Pages.filledProtected;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.LongStream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

import io.mappedpages.PagerListener.CheckpointEvent;
import io.mappedpages.PagerListener.CommitEvent;
import io.mappedpages.testing.PageFiles;

/** What a listener hears of commits in both ways of making them, and of checkpoints. */
class CommitEventsTest {

    @RegisterExtension
    private final PageFiles files = PageFiles.inMemory();

    private final Recording heard = new Recording();

    private static final class Recording implements PagerListener {

        private final List<Record> events = new CopyOnWriteArrayList<>();

        @Override
        public void onCommit(CommitEvent event) {
            events.add(event);
        }

        @Override
        public void onCheckpoint(CheckpointEvent event) {
            events.add(event);
        }

        <E> List<E> of(Class<E> type) {
            return events.stream().filter(type::isInstance).map(type::cast).toList();
        }
    }

    private Pager pager(CommitMode mode, long journal) {
        return files.add(files.builder(12).initialSize(1 << 20).reserve(false).commitMode(mode).journalSize(journal)
                .listener(heard).create());
    }

    private CommitEvent last() {
        return heard.of(CommitEvent.class).getLast();
    }

    @Test
    void aCallIsOneCallerAndTwoSyncsWithoutAJournal() {
        Pager pager = pager(CommitMode.CHECKPOINT, 0);
        for (int i = 0; i < 5; i++) {
            pager.alloc();
        }
        pager.close();

        assertThat(heard.of(CommitEvent.class)).hasSizeGreaterThanOrEqualTo(5);
        assertThat(last().callers()).isEqualTo(1);
        assertThat(last().syncs()).isEqualTo(2);
        assertThat(heard.of(CheckpointEvent.class)).isEmpty();
    }

    @Test
    void aRecordIsOneSync() {
        Pager pager = pager(CommitMode.JOURNAL, 64 << 10);
        ProtectedPageId id = filledProtected(pager, 1);
        fill(pager, id, 2);
        pager.close();

        assertThat(last().callers()).isEqualTo(1);
        assertThat(last().syncs()).isEqualTo(1);
        assertThat(last().bytesWritten()).as("the content and a record in each ring").isEqualTo(3 * 4096);
    }

    @Test
    void pagesThatHaveToBeZeroedTakeASyncMore() {
        Pager pager = pager(CommitMode.JOURNAL, 64 << 10);
        PageId id = pager.allocBulk(Math.toIntExact(pager.freePageCount())).getLast();
        pager.free(id);
        assertThat(pager.alloc()).as("there is no other").isEqualTo(id);
        pager.close();

        assertThat(heard.of(CommitEvent.class).reversed()).extracting(CommitEvent::syncs).startsWith(2, 1);
        assertThat(last().callers()).isEqualTo(1);
    }

    @Test
    void aCheckpointTellsHowManyRecordsItTookOver() {
        Pager pager = pager(CommitMode.JOURNAL, 256 << 10);
        ProtectedPageId id = filledProtected(pager, 0);
        for (int i = 1; i <= 200; i++) {
            fill(pager, id, i);
        }
        pager.close();

        assertThat(heard.of(CheckpointEvent.class)).allSatisfy(checkpoint -> {
            assertThat(checkpoint.syncs()).isEqualTo(2);
            assertThat(checkpoint.bytesWritten()).isBetween(4096L, 32L * 4096);
            assertThat(checkpoint.duration()).isPositive().isLessThan(Duration.ofMinutes(1));
        });
        long records = heard.of(CommitEvent.class).stream().filter(commit -> commit.syncs() == 1).count();
        assertThat(heard.of(CheckpointEvent.class).stream().mapToLong(CheckpointEvent::records).sum())
                .isEqualTo(records);
        List<Long> numbers = heard.events.stream().map(CommitEventsTest::generation).sorted().toList();
        assertThat(numbers).isEqualTo(LongStream.rangeClosed(numbers.getFirst(), numbers.getLast()).boxed().toList());
        assertThat(heard.of(CheckpointEvent.class)).anySatisfy(event -> assertThat(event.records()).isGreaterThan(10));
    }

    @Test
    void recordsThatWereReplayedAreTakenOverByTheFirstCheckpoint() throws IOException {
        Pager pager = files.add(files.builder(12).initialSize(1 << 20).reserve(false).commitMode(CommitMode.JOURNAL)
                .journalSize(256 << 10).create());
        ProtectedPageId id = filledProtected(pager, 0);
        for (int i = 1; i <= 5; i++) {
            fill(pager, id, i);
        }
        long records = pager.stats().recordsSinceCheckpoint();
        Path copy = files.path();
        Files.copy(pager.path(), copy);

        Pager found = files.add(Pager.builder(copy).commitMode(CommitMode.JOURNAL).listener(heard).open());
        fill(found, id, 6);
        found.close();

        assertThat(records).isGreaterThanOrEqualTo(5);
        assertThat(heard.of(CheckpointEvent.class)).extracting(CheckpointEvent::records).startsWith(records, 0L);
    }

    @Test
    void growingAndMakingAJournalCarryNoCall() {
        Pager pager = files.add(files.builder(12).commitMode(CommitMode.JOURNAL).listener(heard).create());
        pager.allocBulk(600);
        pager.close();

        assertThat(heard.of(CheckpointEvent.class)).extracting(CheckpointEvent::records).startsWith(0L, 0L);
        assertThat(heard.of(CommitEvent.class)).extracting(CommitEvent::callers).endsWith(1).containsOnlyOnce(1);
    }

    private static long generation(Record event) {
        return switch (event) {
            case CommitEvent commit -> commit.generation();
            case CheckpointEvent checkpoint -> checkpoint.generation();
            default -> throw new AssertionError(event);
        };
    }
}
