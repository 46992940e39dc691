package io.mappedpages;

import static io.mappedpages.Pages.assertFilled;
import static io.mappedpages.Pages.fill;
import static io.mappedpages.Pages.filled;
import static io.mappedpages.Pages.filledProtected;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.util.function.Consumer;
import java.util.stream.Stream;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

import io.mappedpages.RecoveryReport.Loss;
import io.mappedpages.internal.format.Geometry;
import io.mappedpages.internal.format.MetadataPage;
import io.mappedpages.internal.format.PageState;
import io.mappedpages.internal.format.SuperblockSlot;
import io.mappedpages.internal.storage.FaultyStorageProvider;
import io.mappedpages.internal.storage.FaultyStorageProvider.Call;
import io.mappedpages.internal.storage.FileStorageProvider;
import io.mappedpages.testing.PageFiles;
import io.mappedpages.testing.RawPageFile;
import io.mappedpages.testing.Untouched;

/** A damaged superblock slot, metadata page or tree node: what is adopted, what is told, and that all is well afterwards. */
class RecoveryTest {

    private static final int OLD = 0x11;
    private static final int NEW = 0x22;

    @RegisterExtension
    private final PageFiles files = PageFiles.onDisk();

    private RawPageFile file;
    private PageId regular;
    private ProtectedPageId kept;
    private ProtectedPageId written;
    /** The number of the last commit, which wrote {@link #written}. */
    private long last;

    @BeforeEach
    void aFileWhoseLastCommitWroteAProtectedPage() {
        Pager pager = files.create(10);
        regular = filled(pager, 1);
        kept = filledProtected(pager, 2);
        written = filledProtected(pager, OLD);
        fill(pager, written, NEW);
        pager.close();
        file = new RawPageFile(pager.path());
        last = file.slot(file.newestSlot()).generation();
    }

    /** Opens, looks, changes something, opens again: whatever was found, the file is in order from the first commit on. */
    private void assertThatItOpens(int content, long adopted, long rejected, Loss loss, String... findings) {
        Untouched before = Untouched.since(files.directory());
        Pager pager = files.open(file.path());

        before.check(); // opening writes nothing
        assertThat(pager.recovery()).hasValueSatisfying(report -> {
            assertThat(report.loss()).isEqualTo(loss);
            assertThat(report.adoptedGeneration()).isEqualTo(adopted);
            assertThat(report.rejectedGeneration()).isEqualTo(rejected);
            assertThat(String.join("\n", report.findings())).contains(findings);
        });
        assertContents(pager, content);
        assertThat(pager.verify().findings()).isEmpty();

        PageId added = filled(pager, 5);
        assertThat(pager.verify().findings()).isEmpty();
        Pager again = files.openAnew(pager);

        assertThat(again.recovery()).isEmpty();
        assertContents(again, content);
        assertFilled(again, added, 5);
        assertThat(again.verify().findings()).isEmpty();
        assertThat(file.slot(file.newestSlot()).generation()).isGreaterThan(last);
    }

    private void assertContents(Pager pager, int content) {
        assertFilled(pager, regular, 1);
        assertFilled(pager, kept, 2);
        assertFilled(pager, written, content);
    }

    @Test
    void whenTheCurrentMetadataPageIsBadTheOtherOneIsTakenAndTheLossIsTold() {
        file.spoilPage(file.currentMetadata());

        assertThatItOpens(OLD, last - 1, last, Loss.POSSIBLE, "generation " + last + " is damaged",
                "generation " + (last - 1) + " was adopted instead");
    }

    @Test
    void whenTheOtherMetadataPageIsBadNothingIsLost() {
        file.spoilPage(file.otherMetadata());

        assertThatItOpens(NEW, last, 0, Loss.NONE, "unfinished commit");
    }

    /** Power failed while the slot of the last commit was written: all the rest of that commit is there. */
    @Test
    void whenTheNewestSlotIsGarbageItsCommitIsStillThereAndNothingIsLost() {
        file.spoilSlot(file.newestSlot());

        assertThatItOpens(NEW, last, 0, Loss.NONE, "superblock slot", "was adopted");
    }

    @Test
    void whenTheNewestSlotIsZerosNothingIsLost() {
        file.fill(SuperblockSlot.offsetOf(file.newestSlot()), SuperblockSlot.BYTES, 0);

        assertThatItOpens(NEW, last, 0, Loss.NONE, "was adopted");
    }

    @Test
    void whenTheOlderSlotIsGarbageNothingIsLost() {
        file.spoilSlot(1 - file.newestSlot());

        assertThatItOpens(NEW, last, 0, Loss.NONE, "superblock slot");
    }

    /** Then nobody can say whether the last commit had been finished. */
    @Test
    void whenTheNewestSlotAndItsMetadataPageAreBadTheLossIsTold() {
        file.spoilPage(file.currentMetadata());
        file.spoilSlot(file.newestSlot());

        assertThatItOpens(OLD, last - 1, 0, Loss.POSSIBLE, "superblock slot");
    }

    /** No crash leaves that, for content is durable before the slot is written: it was damaged after it was committed. */
    @Test
    void aCommitWhoseSlotAndContentAreBadIsNotAdoptedAndTheLossIsTold() {
        file.spoilPage(Pages.filledWith(file, NEW).getFirst());
        file.spoilSlot(file.newestSlot());

        assertThatItOpens(OLD, last - 1, last, Loss.POSSIBLE, "is not complete");
    }

    @Test
    void whenANodeThatTheLastCommitWroteIsBadTheCommitBeforeIsTaken() {
        file.spoilPage(currentDirectoryRoot());

        assertThatItOpens(OLD, last - 1, last, Loss.POSSIBLE, "generation " + last + " is damaged");
    }

    private long currentDirectoryRoot() {
        return file.metadata(file.currentMetadata()).directoryRoot().activePage();
    }

    /** A page of another file, or an older state of this one, has a good checksum of its own. */
    @Test
    void aStaleMetadataPageIsNotTakenForTheCurrentOne() {
        Geometry geometry = file.geometry();
        MetadataPage older = file.metadata(file.otherMetadata());
        file.write(geometry.offsetOf(file.currentMetadata()), older.bytes());

        assertThatItOpens(OLD, last - 1, last, Loss.POSSIBLE, "is of generation " + (last - 1));
    }

    static Stream<Arguments> waysToLoseBoth() {
        return Stream.of(Arguments.of("both pages", (Consumer<RawPageFile>) f -> {
            f.spoilPage(1);
            f.spoilPage(2);
        }), Arguments.of("a page and a node of the other", (Consumer<RawPageFile>) f -> {
            f.spoilPage(f.metadata(f.otherMetadata()).directoryRoot().activePage());
            f.spoilPage(f.currentMetadata());
        }), Arguments.of("both pages zero", (Consumer<RawPageFile>) f -> f.fill(1024, 2048, 0)));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("waysToLoseBoth")
    void whenNeitherMetadataPageLeadsAnywhereTheFileIsRefusedAndLeft(String what, Consumer<RawPageFile> damage) {
        damage.accept(file);
        files.damaged(file.path());
        Untouched before = Untouched.since(files.directory());

        for (Runnable call : new Runnable[] {() -> Pager.open(file.path()),
            () -> Pager.builder(file.path()).openOrCreate()}) {
            assertThatExceptionOfType(CorruptMetadataException.class).isThrownBy(call::run)
                    .withMessageContaining(file.path().toString())
                    .returns(file.path(), CorruptMetadataException::path);
        }
        before.check();
    }

    @Test
    void whatIsLostIsLostWholeAndItsPagesAreFreeAndReadAsZerosAgain() {
        Pager pager = files.open(file.path());
        pager.allocBulk(20);
        long free = pager.freePageCount();
        PageId lost = pager.alloc();
        try (WritablePage page = pager.write(lost)) {
            page.bytes().fill((byte) 99);
        }
        pager.close();
        file.spoilPage(file.currentMetadata());

        Pager opened = files.open(file.path());

        assertThat(opened.freePageCount()).isEqualTo(free);
        assertThatExceptionOfType(PageNotAllocatedException.class).isThrownBy(() -> opened.read(lost));
        assertThat(opened.alloc()).isEqualTo(lost);
        assertFilled(opened, lost, 0);
    }

    @Test
    void aFileThatIsOnlyLookedAtTellsTheSameEachTime() {
        file.spoilPage(file.currentMetadata());
        RecoveryReport first;
        try (Pager pager = Pager.open(file.path())) {
            first = pager.recovery().orElseThrow();
        }
        Untouched before = Untouched.since(files.directory());
        try (Pager pager = Pager.open(file.path())) {
            assertThat(pager.recovery()).hasValue(first);
        }
        before.check();
    }

    /** The rejected commit's pages come back (the disk had a hiccup): it must not be current again. */
    @Test
    void aRejectedCommitDoesNotComeBackOnceAnotherWasMade() {
        Geometry geometry = file.geometry();
        int rejected = file.currentMetadata();
        byte[] metadata = file.read(geometry.offsetOf(rejected), geometry.nodeSize());
        int slot = file.newestSlot();
        file.spoilPage(rejected);
        Pager pager = files.open(file.path());
        fill(pager, written, 0x33);
        pager.close();
        assertThat(file.slot(slot).generation()).isGreaterThan(last);

        file.write(geometry.offsetOf(file.otherMetadata()), metadata);

        assertFilled(files.open(file.path()), written, 0x33);
    }

    /** The flag of a file with holes is in the slot only. A growth whose slot was torn was adopted without it. */
    @Test
    void anAdoptedGrowthThatReservedNothingIsStillKnownToBeSparse() {
        Pager pager = files.add(files.builder(10).initialSize(8 << 10).create());
        file = new RawPageFile(pager.path());
        filled(pager, 1);
        pager.close();
        assertThat(file.slot(file.newestSlot()).compatibleFlags() & SuperblockSlot.FLAG_SPARSE).isZero();
        tearTheSlotOfAGrowth();

        Pager opened = files.open(file.path());

        assertThat(opened.recovery()).hasValueSatisfying(
                report -> assertThat(report.findings()).anyMatch(finding -> finding.contains("was adopted")));
        filled(opened, 2);
        opened.close();
        assertThat(file.slot(file.newestSlot()).compatibleFlags()).isEqualTo(SuperblockSlot.FLAG_SPARSE);
    }

    /** Grows without reserving, and takes back what came after the commit that made the file longer. */
    private void tearTheSlotOfAGrowth() {
        FaultyStorageProvider storage = new FaultyStorageProvider(new FileStorageProvider());
        Pager pager = Pager.builder(file.path()).reserve(false).storage(storage).open();
        pager.allocBulk((int) pager.freePageCount());
        long pages = pager.pageCount();
        storage.beforeNext(Call.EXTEND, () -> storage.failNth(Call.WRITE, 3, FaultyStorageProvider.Fault.BEFORE));
        assertThatExceptionOfType(PagerUnavailableException.class).isThrownBy(pager::alloc);
        pager.close();
        assertThat(file.metadata(file.currentMetadata()).pageCount()).isGreaterThan(pages);
        file.spoilSlot(file.newestSlot());
    }

    @Test
    void aFileThatWasClosedInOrderHasNothingToTell() {
        Pager pager = files.open(file.path());

        assertThat(pager.recovery()).isEmpty();
        assertContents(pager, NEW);
        assertThat(Pages.inState(file, PageState.DATA)).containsExactly(regular.number());
    }
}
