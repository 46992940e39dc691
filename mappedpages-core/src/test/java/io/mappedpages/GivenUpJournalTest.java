package io.mappedpages;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

import io.mappedpages.internal.format.JournalRings;
import io.mappedpages.internal.storage.ByteRange;
import io.mappedpages.internal.storage.FaultyStorageProvider;
import io.mappedpages.internal.storage.FaultyStorageProvider.Call;
import io.mappedpages.internal.storage.FileStorageProvider;
import io.mappedpages.testing.PageFiles;
import io.mappedpages.testing.RawPageFile;

/** A file with records is opened by one who wants no journal. */
class GivenUpJournalTest {

    /** What was adopted is named once more, then the two checkpoints without a journal. */
    private static final int SLOTS_UNTIL_THE_RINGS_ARE_FREE = 3;

    @RegisterExtension
    private final PageFiles files = PageFiles.inMemory();

    /** The contents of the last record are moved to free pages, and the rings are about to become free. */
    @Test
    void theRecordsStayUntilBothCheckpointsDoWithoutThem() {
        Pager pager = files.add(files.builder(12).commitMode(CommitMode.JOURNAL).journalSize(16 << 10).create());
        ProtectedPageId id = Pages.filledProtected(pager, 1);
        Pages.fill(pager, id, 2);
        pager.close();
        RawPageFile file = new RawPageFile(pager.path());
        JournalRings rings = file.metadata(file.currentMetadata()).rings();
        FaultyStorageProvider storage = new FaultyStorageProvider(new FileStorageProvider());
        Pager plain = files.add(Pager.builder(file.path()).storage(storage).commitMode(CommitMode.CHECKPOINT).open());
        Pages.fill(plain, id, 3);

        List<ByteRange> writes = storage.events().stream().filter(event -> event.call() == Call.WRITE)
                .map(event -> event.ranges().getFirst()).toList();
        int slots = 0;
        for (ByteRange write : writes) {
            slots += write.offset() < 1024 ? 1 : 0;
            if (slots < SLOTS_UNTIL_THE_RINGS_ARE_FREE) {
                long page = write.offset() >> 12;
                assertThat(page < rings.ringA() || page >= rings.end()).as("%s is outside of the rings", write)
                        .isTrue();
            }
        }
        assertThat(slots).isGreaterThanOrEqualTo(SLOTS_UNTIL_THE_RINGS_ARE_FREE);
        assertThat(file.metadata(file.currentMetadata()).rings()).isEqualTo(JournalRings.NONE);
        Pages.assertFilled(plain, id, 3);
    }
}
