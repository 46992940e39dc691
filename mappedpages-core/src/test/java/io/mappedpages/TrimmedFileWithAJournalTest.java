package io.mappedpages;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.util.ArrayList;
import java.util.List;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

import io.mappedpages.internal.format.JournalRings;
import io.mappedpages.internal.storage.FaultyStorageProvider;
import io.mappedpages.internal.storage.FaultyStorageProvider.Call;
import io.mappedpages.internal.storage.FaultyStorageProvider.Fault;
import io.mappedpages.internal.storage.FileStorageProvider;
import io.mappedpages.testing.Background;
import io.mappedpages.testing.PageFiles;
import io.mappedpages.testing.RawPageFile;

/**
 * A file that was longer once: pages behind its end are below the high-water mark, and nobody has them. For free pages they
 * must not be taken, whoever looks for some.
 */
class TrimmedFileWithAJournalTest {

    private static final int PAGES_GONE = 200;

    @RegisterExtension
    private final PageFiles files = PageFiles.inMemory();

    private final FaultyStorageProvider storage = new FaultyStorageProvider(new FileStorageProvider());
    private Pager pager;
    private ProtectedPageId guarded;
    private PageId used;

    @BeforeEach
    void aFileThatWasLongerOnce() {
        pager = files.add(with(files.builder(12)).create());
        guarded = Pages.filledProtected(pager, 1);
        used = Pages.filled(pager, 5);
        List<PageId> last = pager.allocBulk(PAGES_GONE);
        last.forEach(id -> Pages.fill(pager, id, 7));
        pager.freeBulk(last);
        assertThat(pager.trim()).isGreaterThanOrEqualTo(PAGES_GONE);
        pager.close();
        pager = files.add(with(Pager.builder(pager.path())).open());
        Pages.fill(pager, guarded, 2);
    }

    private PagerBuilder with(PagerBuilder builder) {
        return builder.growthStep(64 << 10).commitMode(CommitMode.JOURNAL).journalSize(64 << 10).storage(storage);
    }

    @Test
    void whatTheLastCommitBeforeAFailureStoredStaysInTheFile() {
        for (long free = pager.freePageCount(); free > 0; free = pager.freePageCount()) {
            pager.allocBulk((int) free);
        }
        Pages.fill(pager, guarded, 3);
        storage.failNext(Call.WRITE, Fault.BEFORE);
        assertThatExceptionOfType(PagerUnavailableException.class).isThrownBy(() -> Pages.fill(pager, guarded, 4));
        storage.reset();

        pager.reopen();
        pager.free(used); // the first change, before which the last commit is made certain

        assertThat(pager.verify().findings()).isEmpty();
        Pager anew = files.openAnew(pager);
        Pages.assertFilled(anew, guarded, 3);
    }

    @Test
    void whoIsHandedOutAPageThatWasUsedMakesNoneCleanBehindTheEnd() {
        pager.free(used);
        long length = new RawPageFile(pager.path()).length();
        assertThat(length).isEqualTo(pager.pageCount() << 12);
        assertThat(pager.alloc()).isEqualTo(used);
        assertThat(new RawPageFile(pager.path()).length()).isEqualTo(length);
    }

    /** {@return the rings of a longer journal, which lie behind these pages} */
    private JournalRings longerJournalBehind(List<PageId> pages) {
        PagerBuilder longer = Pager.builder(pager.path()).growthStep(64 << 10).commitMode(CommitMode.JOURNAL)
                .journalSize(128 << 10).storage(storage);
        pager.close();
        pager = files.add(longer.open());
        pager.allocBulk((int) pager.freePageCount() + 1); // the file grows, and gets the longer journal
        JournalRings made = rings();
        assertThat(made.pages()).isEqualTo(32);
        assertThat(Math.min(made.ringA(), made.ringB())).isGreaterThan(pages.getLast().number());
        return made;
    }

    @Test
    void aJournalBehindTheLastPageMovesOutOfTheEnd() {
        JournalRings atTheEnd = longerJournalBehind(pager.allocBulk(PAGES_GONE));
        pager.freeBulk(pager.allocatedPages().filter(id -> !id.equals(used)).toList());

        assertThat(pager.trim()).isPositive();

        assertThat(rings()).returns(32, JournalRings::pages);
        assertThat(rings().end()).isLessThan(atTheEnd.ringA());
        assertThat(pager.pageCount()).isEqualTo(rings().end());
        Pages.fill(pager, guarded, 9);
        assertThat(pager.stats().recordsSinceCheckpoint()).isOne();
        Pages.assertFilled(files.openAnew(pager), guarded, 9);
    }

    /** A journal of its own length, in a file of some mebibytes. */
    private List<PageId> manyPages() {
        pager.close();
        pager = files.add(files.builder(10).growthStep(64 << 10).storage(storage).create());
        used = Pages.filled(pager, 5);
        List<PageId> many = pager.allocBulk(5_000);
        assertThat(rings().exist()).isTrue();
        return many;
    }

    @Test
    void aFileThatGetsShortHasNoJournalAndOneThatStaysLongHasOne() {
        List<PageId> many = manyPages();
        pager.freeBulk(many);
        List<Background<List<PageId>>> others = new ArrayList<>();
        atTheFirstWriteWithoutAJournal(() -> others
                .add(Background.start(() -> pager.allocBulk(3_000)).untilItWaits())); // which ends the trim

        pager.trim();

        List<PageId> again = others.getFirst().result();
        assertThat(pager.pageCount()).isGreaterThan(3_000);
        assertThat(rings().exist()).as("a journal of the file that has stayed long").isTrue();
        pager.freeBulk(again);
        pager.trim();
        assertThat(pager.pageCount()).isLessThan(10);
        assertThat(rings().exist()).as("a journal of the file that is short").isFalse();
        Pages.assertFilled(files.openAnew(pager), used, 5);
    }

    private void atTheFirstWriteWithoutAJournal(Runnable action) {
        storage.beforeNext(Call.WRITE, () -> {
            if (rings().exist()) {
                atTheFirstWriteWithoutAJournal(action);
            } else {
                action.run();
            }
        });
    }

    /** Somebody may still store into these; the trim sees to it that nobody does. */
    @Test
    void pagesThatWereWrittenToDoNotKeepTheJournalAtTheEnd() {
        JournalRings atTheEnd = longerJournalBehind(pager.allocBulk(PAGES_GONE));
        List<PageId> all = pager.allocatedPages().filter(id -> !id.equals(used)).toList();
        all.forEach(id -> Pages.fill(pager, id, 7));
        pager.freeBulk(all);

        pager.trim();

        assertThat(rings().end()).isLessThan(atTheEnd.ringA());
        assertThat(pager.pageCount()).isEqualTo(rings().end());
        Pages.assertFilled(files.openAnew(pager), used, 5);
    }

    private JournalRings rings() {
        RawPageFile raw = new RawPageFile(pager.path());
        return raw.metadata(raw.currentMetadata()).rings();
    }
}
