package io.mappedpages;

import static io.mappedpages.Pages.assertFilled;
import static io.mappedpages.Pages.fill;
import static io.mappedpages.Pages.filledProtected;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

import io.mappedpages.internal.format.JournalRecord;
import io.mappedpages.internal.format.JournalRings;
import io.mappedpages.internal.format.MetadataPage;
import io.mappedpages.internal.storage.ByteRange;
import io.mappedpages.internal.storage.FaultyStorageProvider;
import io.mappedpages.internal.storage.FileStorageProvider;
import io.mappedpages.testing.PageFiles;
import io.mappedpages.testing.RawPageFile;
import io.mappedpages.testing.Untouched;

/** One copy of the journal is enough. If neither can be read where the next record may be, nobody knows what is there. */
class UnreadableJournalTest {

    @RegisterExtension
    private final PageFiles files = PageFiles.onDisk();

    private final FaultyStorageProvider storage = new FaultyStorageProvider(new FileStorageProvider());
    private RawPageFile file;
    private ProtectedPageId written;
    private JournalRings rings;

    @BeforeEach
    void aFileWhoseLastCommitIsInTheJournalAlone() {
        Pager pager = files.add(files.builder(12).commitMode(CommitMode.JOURNAL).journalSize(64 << 10)
                .initialSize(1 << 20).create());
        written = filledProtected(pager, 1);
        fill(pager, written, 2);
        assertThat(pager.stats().recordsSinceCheckpoint()).isPositive();
        killed(pager);
        rings = file.metadata(file.currentMetadata()).rings();
    }

    /** From now on the file is what a process that was killed left. */
    private void killed(Pager pager) {
        file = new RawPageFile(files.copyOf(pager));
        pager.close();
    }

    private ByteRange ring(long firstPage) {
        return new ByteRange(firstPage << 12, (long) rings.pages() << 12);
    }

    private Pager open(boolean accept) {
        return files.add(Pager.builder(file.path()).storage(storage).acceptUnreadable(accept)
                .commitMode(CommitMode.JOURNAL).open());
    }

    @Test
    void aCopyOfTheJournalThatCannotBeReadCostsNothing() {
        for (long firstPage : new long[] {rings.ringA(), rings.ringB()}) {
            storage.failReadsOf(ring(firstPage));
            try (Pager pager = open(false)) {
                assertFilled(pager.protectedPages(), written, 2);
                assertThat(pager.recovery()).isEmpty();
            }
            storage.reset();
        }
    }

    @Test
    void nothingOfItIsReadIfTheFileWasClosedInOrder() {
        try (Pager pager = open(false)) {
            pager.allocProtected();
        }
        failReadsOfBothRings();
        try (Pager pager = open(false)) {
            assertFilled(pager.protectedPages(), written, 2);
            assertThat(pager.recovery()).isEmpty();
            fill(pager, written, 3);
            killed(pager);
        }
        assertThatExceptionOfType(PagerIoException.class).as("what that opening has committed is in the journal")
                .isThrownBy(() -> open(false));
        storage.reset();
        assertFilled(open(false).protectedPages(), written, 3);
    }

    @Test
    void ifNeitherCanBeReadTheFileIsNotOpenedAndNothingIsChanged() {
        failReadsOfBothRings();
        Untouched before = Untouched.since(files.directory());
        assertThatExceptionOfType(PagerIoException.class).isThrownBy(() -> open(false))
                .withMessageContainingAll(file.path().toString(), "journal", "nothing was changed",
                        "acceptUnreadable");
        before.check();
        storage.reset();
        assertFilled(open(false).protectedPages(), written, 2);
    }

    /** Records went on at offset 0 long ago and stand behind it now; a record there would not fit before those in use. */
    @Test
    void whereNoRecordCanFollowNothingHasToBeRead() {
        int place =
                commitUntilTheNextRecordIsIn(rings.bytes(file.geometry()) / 4, rings.bytes(file.geometry()) * 3 / 4);
        failReadsInBothRings(0);
        try (Pager pager = open(false)) {
            assertFilled(pager.protectedPages(), written, 9);
            assertThat(pager.recovery()).as("next record at " + place).isEmpty();
        }
        storage.reset();
        failReadsInBothRings(place + JournalRings.BLOCK);
        try (Pager pager = open(false)) {
            assertFilled(pager.protectedPages(), written, 9);
            assertThat(pager.recovery()).as("the block before can be read, and begins no record").isEmpty();
        }
    }

    /** The next record may have been longer than what is left of the rings. */
    @Test
    void nearTheEndOfTheRingsARecordMayBeAtTheirBeginning() {
        int end = rings.bytes(file.geometry());
        commitUntilTheNextRecordIsIn(end - rings.longestRecord(file.geometry()) + 1, end);
        failReadsInBothRings(0);
        assertThatExceptionOfType(PagerIoException.class).isThrownBy(() -> open(false))
                .withMessageContaining("journal");
        storage.reset();
        assertFilled(open(false).protectedPages(), written, 9);
    }

    /** Commits until the checkpoint does not begin at 0, and the next record is behind that and at or behind {@code from}. */
    private int commitUntilTheNextRecordIsIn(int from, int to) {
        Pager pager = open(false);
        for (int i = 0; i < 100; i++) {
            fill(pager, written, 9);
            int place = nextPlace();
            long begin = file.metadata(file.currentMetadata()).journalPosition().offset();
            boolean isBehindACheckpoint = begin > 0 && begin < place && pager.stats().recordsSinceCheckpoint() > 0;
            if (isBehindACheckpoint && place >= from && place < to) {
                killed(pager);
                return place;
            }
        }
        throw new AssertionError("no record between " + from + " and " + to);
    }

    /** Behind the newest record. */
    private int nextPlace() {
        MetadataPage metadata = file.metadata(file.currentMetadata());
        rings = metadata.rings();
        byte[] ring = file.read(rings.ringA() << 12, rings.bytes(file.geometry()));
        long newest = 0;
        int place = 0;
        for (int at = 0; at < ring.length; at += JournalRings.BLOCK) {
            JournalRecord record = JournalRecord.find(ring, at);
            if (record != null && record.salt() == metadata.journalPosition().salt() && record.generation() > newest) {
                newest = record.generation();
                place = at + JournalRecord.padded(record.length());
            }
        }
        return place;
    }

    private void failReadsOfBothRings() {
        storage.failReadsOf(ring(rings.ringA()));
        storage.failReadsOf(ring(rings.ringB()));
    }

    private void failReadsInBothRings(int offset) {
        for (long firstPage : new long[] {rings.ringA(), rings.ringB()}) {
            storage.failReadsOf(new ByteRange((firstPage << 12) + offset, JournalRings.BLOCK));
        }
    }

    @Test
    void whoAcceptsThatGoesOnWithTheCheckpointAndIsToldOfTheLoss() {
        failReadsOfBothRings();
        Pager pager = open(true);
        storage.reset();
        assertThat(pager.recovery()).hasValueSatisfying(report -> {
            assertThat(report.loss()).isEqualTo(RecoveryReport.Loss.POSSIBLE);
            assertThat(report.findings()).anyMatch(finding -> finding.contains("copy of the journal"));
        });
        ProtectedPageId next = filledProtected(pager, 3);
        assertThat(pager.verify().isSound()).isTrue();
        assertFilled(files.openAnew(pager).protectedPages(), next, 3);
    }
}
