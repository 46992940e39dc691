package io.mappedpages;

import static io.mappedpages.Pages.assertFilled;
import static io.mappedpages.Pages.fill;
import static io.mappedpages.Pages.filled;
import static io.mappedpages.Pages.filledProtected;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.util.ArrayList;
import java.util.List;
import java.util.function.BiConsumer;
import java.util.stream.Stream;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

import io.mappedpages.RecoveryReport.Loss;
import io.mappedpages.internal.format.SuperblockSlot;
import io.mappedpages.internal.storage.ByteRange;
import io.mappedpages.internal.storage.FaultyStorageProvider;
import io.mappedpages.internal.storage.FaultyStorageProvider.Call;
import io.mappedpages.internal.storage.FaultyStorageProvider.Fault;
import io.mappedpages.internal.storage.FileStorageProvider;
import io.mappedpages.testing.PageFiles;
import io.mappedpages.testing.RawPageFile;
import io.mappedpages.testing.Untouched;

/**
 * A read that fails while a file is opened says nothing about what is on the disk. Where what was committed may depend on
 * it the file is not opened; nothing is given up unless the user says so.
 */
class UnreadableAtOpeningTest {

    private static final int OLD = 0x11;
    private static final int NEW = 0x22;
    private static final String OPTION = "acceptUnreadable";

    @RegisterExtension
    private final PageFiles files = PageFiles.onDisk();

    private final FaultyStorageProvider storage = new FaultyStorageProvider(new FileStorageProvider());

    private RawPageFile file;
    private PageId regular;
    private ProtectedPageId written;
    private long last;

    /** The last commit changed a protected page from OLD to NEW. */
    @BeforeEach
    void aFileWhoseLastCommitWroteAProtectedPage() {
        Pager pager = files.create(10);
        regular = filled(pager, 1);
        written = filledProtected(pager, OLD);
        fill(pager, written, NEW);
        pager.close();
        file = new RawPageFile(pager.path());
        last = file.slot(file.newestSlot()).generation();
    }

    /** Parts of the file that opening reads. */
    enum Place {
        NEWEST_SLOT, OLDER_SLOT, CURRENT_METADATA, OTHER_METADATA, NODE_OF_LAST_COMMIT, CONTENT_OF_LAST_COMMIT
    }

    private long page(Place place) {
        return switch (place) {
            case NEWEST_SLOT, OLDER_SLOT -> 0;
            case CURRENT_METADATA -> file.currentMetadata();
            case OTHER_METADATA -> file.otherMetadata();
            case NODE_OF_LAST_COMMIT -> file.metadata(file.currentMetadata()).directoryRoot().activePage();
            case CONTENT_OF_LAST_COMMIT -> Pages.filledWith(file, NEW).getFirst();
        };
    }

    private ByteRange bytes(Place place) {
        return switch (place) {
            case NEWEST_SLOT -> slot(file.newestSlot());
            case OLDER_SLOT -> slot(1 - file.newestSlot());
            default -> new ByteRange(page(place) << 10, 1024);
        };
    }

    private static ByteRange slot(int index) {
        return new ByteRange(SuperblockSlot.offsetOf(index), SuperblockSlot.BYTES);
    }

    private Pager open(boolean accept) {
        return files.add(Pager.builder(file.path()).storage(storage).acceptUnreadable(accept).open());
    }

    private PagerIoException assertRefused(boolean accept, Place place) {
        Untouched before = Untouched.since(files.directory());
        List<PagerIoException> refusals = new ArrayList<>();
        assertThatExceptionOfType(PagerIoException.class).isThrownBy(() -> open(accept))
                .withMessageContainingAll(file.path().toString(), "page " + page(place), "nothing was changed")
                .withStackTraceContaining("told to fail: READ").returns(file.path(), PagerIoException::path)
                .satisfies(refusals::add);
        before.check();
        return refusals.getFirst();
    }

    private void assertContents(Pager pager, int content) {
        assertFilled(pager, regular, 1);
        assertFilled(pager, written, content);
    }

    /** The disk reads again: what was committed last is there, and nothing has happened. */
    private void assertThatAllIsThereOnceItCanBeRead() {
        storage.reset();
        try (Pager pager = open(false)) {
            assertThat(pager.recovery()).isEmpty();
            assertContents(pager, NEW);
            assertThat(pager.verify().findings()).isEmpty();
        }
    }

    /**
     * Two reads of the current metadata page failed while the file was opened: the generation before was adopted, and the
     * next allocation wrote over the newest one. Of 10 acknowledged pages 9 were left, and nothing was said.
     */
    @Test
    void twoFailedReadsOfTheCurrentMetadataPageDoNotCostAnAcknowledgedCommit() {
        Pager pager = files.create(10);
        List<PageId> acknowledged = new ArrayList<>();
        for (int i = 0; i < 10; i++) {
            acknowledged.add(pager.alloc());
        }
        pager.close();
        file = new RawPageFile(pager.path());
        storage.failReadsOf(bytes(Place.CURRENT_METADATA), 2);

        assertRefused(false, Place.CURRENT_METADATA);

        Pager opened = open(false);
        assertThat(opened.recovery()).isEmpty();
        PageId next = opened.alloc();
        acknowledged.add(next);
        assertThat(opened.allocatedPages()).containsExactlyElementsOf(acknowledged);
    }

    @ParameterizedTest
    @EnumSource
    void aReadThatFailsOnceIsTriedAgain(Place place) {
        storage.failReadsOf(bytes(place), 1);
        if (place == Place.CONTENT_OF_LAST_COMMIT) {
            file.spoilSlot(file.newestSlot()); // else it is not read
        }

        Pager pager = open(false);

        assertThat(pager.recovery().map(RecoveryReport::loss).orElse(Loss.NONE)).isEqualTo(Loss.NONE);
        assertContents(pager, NEW);
        assertThat(pager.verify().findings()).isEmpty();
    }

    @ParameterizedTest
    @EnumSource(names = {"CURRENT_METADATA", "NODE_OF_LAST_COMMIT"})
    void whatTheLastCommitNeedsRefusesTheOpeningAndTheMessageNamesTheOption(Place place) {
        storage.failReadsOf(bytes(place));

        assertThat(assertRefused(false, place)).hasMessageContaining(OPTION);

        assertThatAllIsThereOnceItCanBeRead();
    }

    @ParameterizedTest
    @EnumSource(names = {"CURRENT_METADATA", "NODE_OF_LAST_COMMIT"})
    void withTheOptionTheCommitBeforeIsTakenAndTheLossAndThePlaceAreTold(Place place) {
        long page = page(place);
        storage.failReadsOf(bytes(place));

        Pager pager = open(true);

        assertThat(pager.recovery()).hasValueSatisfying(report -> {
            assertThat(report.loss()).isEqualTo(Loss.POSSIBLE);
            assertThat(report.adoptedGeneration()).isEqualTo(last - 1);
            assertThat(report.rejectedGeneration()).isEqualTo(last);
            assertThat(report.findings()).anyMatch(finding -> finding.contains("page " + page + ","));
        });
        assertContents(pager, OLD);
        fill(pager, written, 0x33);
        storage.reset();
        assertThat(pager.verify().findings()).isEmpty();
        Pager again = files.openAnew(pager);
        assertThat(again.recovery()).isEmpty();
        assertContents(again, 0x33);
    }

    /** A power cut may leave it unreadable, for it is written by every commit: the generation that is current needs none of it. */
    @ParameterizedTest
    @EnumSource(names = {"OLDER_SLOT", "OTHER_METADATA"})
    void whatOnlyAnUnfinishedCommitCanHaveWrittenIsNotNeeded(Place place) {
        ByteRange bytes = bytes(place);
        long page = page(place);
        storage.failReadsOf(bytes);

        Pager pager = open(false);

        assertThat(pager.recovery()).hasValueSatisfying(report -> {
            assertThat(report.loss()).isEqualTo(Loss.NONE);
            assertThat(report.adoptedGeneration()).isEqualTo(last);
            assertThat(report.findings()).anyMatch(finding -> finding.contains("page " + page + ","));
        });
        assertContents(pager, NEW);
        assertThat(pager.verify().findings()).anyMatch(finding -> finding.page() == page);
        fill(pager, written, 0x33);
        storage.reset();
        assertThat(pager.verify().findings()).isEmpty();
        Pager again = files.openAnew(pager);
        assertThat(again.recovery()).isEmpty();
        assertContents(again, 0x33);
    }

    /** The other metadata page has a whole generation that is newer than the slot that can be read. */
    @Test
    void whenTheNewestSlotCannotBeReadItsCommitIsAdopted() {
        storage.failReadsOf(bytes(Place.NEWEST_SLOT));

        Pager pager = open(false);

        assertThat(pager.recovery()).hasValueSatisfying(report -> {
            assertThat(report.loss()).isEqualTo(Loss.NONE);
            assertThat(report.adoptedGeneration()).isEqualTo(last);
        });
        assertContents(pager, NEW);
        fill(pager, written, 0x33);
        storage.reset();
        assertThat(files.openAnew(pager).recovery()).isEmpty();
    }

    private static final BiConsumer<UnreadableAtOpeningTest, Place> UNREADABLE = (test, place) -> test.storage
            .failReadsOf(test.bytes(place));
    private static final BiConsumer<UnreadableAtOpeningTest, Place> DAMAGED = (test, place) -> {
        if (place == Place.NEWEST_SLOT) {
            test.file.spoilSlot(test.file.newestSlot());
        } else {
            test.file.spoilPage(test.page(place));
        }
    };

    /** Two misfortunes after which the newest generation can be told neither by its slot nor by itself. */
    record Pair(String name, Place second, BiConsumer<UnreadableAtOpeningTest, Place> slot,
            BiConsumer<UnreadableAtOpeningTest, Place> other) {
        @Override
        public String toString() {
            return name;
        }
    }

    static Stream<Pair> pairs() {
        return Stream.of(Place.CURRENT_METADATA, Place.NODE_OF_LAST_COMMIT, Place.CONTENT_OF_LAST_COMMIT)
                .flatMap(second -> Stream.of(
                        new Pair("slot unreadable, " + second + " unreadable", second, UNREADABLE, UNREADABLE),
                        new Pair("slot damaged, " + second + " unreadable", second, DAMAGED, UNREADABLE),
                        new Pair("slot unreadable, " + second + " damaged", second, UNREADABLE, DAMAGED)));
    }

    @ParameterizedTest
    @MethodSource("pairs")
    void aGenerationOfWhichOnlyPartsCanBeReadIsNotGivenUpUnasked(Pair pair) {
        files.damaged(file.path());
        ByteRange second = bytes(pair.second);
        long secondPage = page(pair.second);
        if (pair.other == UNREADABLE) {
            storage.failReadsOf(second);
        } else {
            file.spoilPage(secondPage);
        }
        ByteRange slot = slot(file.newestSlot());
        if (pair.slot == UNREADABLE) {
            storage.failReadsOf(slot);
        } else {
            file.spoilSlot(file.newestSlot());
        }
        Untouched before = Untouched.since(files.directory());

        assertThatExceptionOfType(PagerIoException.class).isThrownBy(() -> open(false))
                .withMessageContainingAll(OPTION, file.path().toString());

        before.check();
        Pager pager = open(true);
        assertThat(pager.recovery()).hasValueSatisfying(report -> {
            assertThat(report.loss()).isEqualTo(Loss.POSSIBLE);
            assertThat(report.adoptedGeneration()).isEqualTo(last - 1);
        });
        assertContents(pager, OLD);
        storage.reset();
        fill(pager, written, 0x33);
        assertContents(files.openAnew(pager), 0x33);
    }

    @Test
    void withoutAnyReadableSlotThereIsNothingToAccept() {
        storage.failReadsOf(new ByteRange(0, 1024));

        for (boolean accept : new boolean[] {false, true}) {
            assertThat(assertRefused(accept, Place.NEWEST_SLOT).getMessage()).doesNotContain(OPTION);
        }
        assertThatAllIsThereOnceItCanBeRead();
    }

    /** Not damage, though neither copy can be used: a backup need not be restored if the disk comes back. */
    @Test
    void whenNeitherMetadataPageCanBeReadTheFileIsRefusedWhateverTheUserAccepts() {
        storage.failReadsOf(bytes(Place.CURRENT_METADATA));
        storage.failReadsOf(bytes(Place.OTHER_METADATA));

        assertRefused(false, Place.CURRENT_METADATA);
        assertThat(assertRefused(true, Place.OTHER_METADATA).getMessage()).doesNotContain(OPTION);

        assertThatAllIsThereOnceItCanBeRead();
    }

    @Test
    void aDamagedGenerationWhoseWayBackCannotBeReadIsNotCalledLost() {
        files.damaged(file.path());
        ByteRange wayBack = bytes(Place.OTHER_METADATA);
        file.spoilPage(file.currentMetadata());
        storage.failReadsOf(wayBack);

        for (boolean accept : new boolean[] {false, true}) {
            assertThat(assertRefused(accept, Place.OTHER_METADATA).getMessage()).doesNotContain(OPTION);
        }
        storage.reset();
        assertContents(open(false), OLD);
    }

    @Test
    void reopeningRefusesWhatCannotBeReadAndMayBeTriedAgain() {
        Pager pager = open(false);
        storage.failReadsOf(bytes(Place.CURRENT_METADATA));

        assertThatExceptionOfType(PagerIoException.class).isThrownBy(pager::reopen).withMessageContaining(OPTION);

        assertThat(pager.state()).isEqualTo(PagerState.UNAVAILABLE);
        assertThat(pager.failure()).hasValueSatisfying(
                cause -> assertThat(cause).isInstanceOf(PagerUnavailableException.class).hasMessageContaining(OPTION));
        storage.reset();
        pager.reopen();
        assertThat(pager.recovery()).isEmpty();
        assertContents(pager, NEW);
    }

    @Test
    void reopeningObeysTheOption() {
        Pager pager = open(true);
        assertThat(pager.recovery()).isEmpty();
        storage.failReadsOf(bytes(Place.CURRENT_METADATA));

        pager.reopen();

        assertThat(pager.recovery().map(RecoveryReport::loss)).hasValue(Loss.POSSIBLE);
        assertContents(pager, OLD);
        assertThat(pager.verify().findings()).anyMatch(finding -> finding.page() == page(Place.CURRENT_METADATA));
        fill(pager, written, 0x33); // now the newer generation is gone for good
        storage.reset();
        pager.reopen();
        assertThat(pager.recovery()).isEmpty();
        assertContents(pager, 0x33);
    }

    /** A block that cannot be read cannot be written in part, either. */
    @Test
    void theMetadataPageThatIsGivenUpIsWrittenOverAsAWhole() {
        storage.loseBlock(bytes(Place.CURRENT_METADATA));
        Pager pager = open(true);

        fill(pager, written, 0x33);

        pager.close();
        Pager again = open(false);
        assertThat(again.recovery()).isEmpty();
        assertContents(again, 0x33);
    }

    /** It had been given up: it is nobody's business what the commit that was cut off left there. */
    @Test
    void whereAGenerationWasGivenUpTheNextCommitMayLeaveWhatCannotBeRead() {
        ByteRange givenUp = bytes(Place.CURRENT_METADATA);
        file.spoilPage(page(Place.CURRENT_METADATA));
        Pager pager = open(false);
        assertThat(pager.recovery().map(RecoveryReport::loss)).hasValue(Loss.POSSIBLE);
        storage.reset();
        storage.failNth(Call.SYNC_RANGES, 4, Fault.BEFORE); // behind a slot, what was given up, and the other slot
        assertThatExceptionOfType(PagerUnavailableException.class).isThrownBy(pager::alloc);
        pager.close();

        storage.failReadsOf(givenUp);

        Pager again = open(false);
        assertThat(again.recovery().map(RecoveryReport::loss)).hasValue(Loss.POSSIBLE);
        assertContents(again, OLD);
        storage.reset();
    }

    /** The option is about what cannot be read; a file that went back in time is another matter. */
    @Test
    void theOptionDoesNotLetAnOlderCopyOfTheFileIn() {
        byte[] older = file.read(0, (int) file.length());
        Pager pager = open(true);
        fill(pager, written, 0x33);
        file.write(0, older);

        assertThatExceptionOfType(PagerIoException.class).isThrownBy(pager::reopen)
                .withMessageContaining("went back from generation");
        pager.close();
    }
}
