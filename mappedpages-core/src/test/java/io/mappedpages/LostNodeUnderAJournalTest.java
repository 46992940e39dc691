package io.mappedpages;

import static io.mappedpages.Pages.assertFilled;
import static io.mappedpages.Pages.fill;
import static io.mappedpages.Pages.filled;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.util.ArrayList;
import java.util.List;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

import io.mappedpages.internal.format.CopyPair;
import io.mappedpages.internal.format.FormatException;
import io.mappedpages.internal.format.Geometry;
import io.mappedpages.internal.format.JournalRings;
import io.mappedpages.internal.format.MetadataPage;
import io.mappedpages.internal.format.TreeNode;
import io.mappedpages.internal.storage.ByteRange;
import io.mappedpages.internal.storage.FaultyStorageProvider;
import io.mappedpages.internal.storage.FileStorageProvider;
import io.mappedpages.testing.PageFiles;
import io.mappedpages.testing.RawPageFile;
import io.mappedpages.testing.Untouched;

/** The journal has changes below a tree node that is damaged or cannot be read. */
class LostNodeUnderAJournalTest {

    private static final int LOG2 = 10;
    private static final Geometry GEOMETRY = Geometry.ofLog2(LOG2);

    @RegisterExtension
    private final PageFiles files = PageFiles.onDisk();

    private final FaultyStorageProvider storage = new FaultyStorageProvider(new FileStorageProvider());
    private RawPageFile file;
    private List<ProtectedPageId> ids;
    private PageId regular;
    /** Where the only leaf of the directory is, which the newest checkpoint has not written. */
    private long leaf;

    private enum Misfortune {
        DAMAGED, UNREADABLE
    }

    private Pager open(boolean accept) {
        return files.add(Pager.builder(file.path()).storage(storage).acceptUnreadable(accept)
                .commitMode(CommitMode.JOURNAL).reserve(false).open());
    }

    private void aFileWithProtectedPages(int count) {
        Pager pager = files.add(files.builder(LOG2).commitMode(CommitMode.JOURNAL).journalSize(64 << 10)
                .initialSize(1 << 20).reserve(false).create());
        file = new RawPageFile(pager.path());
        files.damaged(file.path());
        List<PageId> places = pager.allocBulk(10);
        ids = new ArrayList<>(pager.allocProtectedBulk(count));
        ids.forEach(id -> fill(pager, id, 1));
        pager.freeBulk(places); // to which the contents of the last record would be moved
        pager.close();
        for (int i = 0; i < 2; i++) { // so that the newest checkpoints have not written the node
            try (Pager again = open(false)) {
                regular = filled(again, 5);
            }
        }
        MetadataPage metadata = file.metadata(file.currentMetadata());
        assertThat(metadata.directoryHeight()).isEqualTo(1);
        assertThat(metadata.directoryRoot().generation()).isLessThan(metadata.generation() - 1);
        leaf = metadata.directoryRoot().activePage();
    }

    private byte[] bytes() {
        return file.read(0, (int) file.length());
    }

    /** Each is the last record, and then the process is killed. */
    private void changeAProtectedPage() {
        byte[] killed;
        try (Pager pager = open(false)) {
            regular = filled(pager, 6);
            fill(pager, ids.getFirst(), 2);
            killed = bytes();
        }
        file.write(0, killed);
        assertThatTheLeafIsAsItWas();
    }

    private void allocateAProtectedPageThatNeedsANewLeaf() {
        byte[] killed;
        try (Pager pager = open(false)) {
            regular = filled(pager, 6);
            ids.add(pager.allocProtected());
            killed = bytes();
        }
        file.write(0, killed);
        assertThatTheLeafIsAsItWas();
    }

    private void assertThatTheLeafIsAsItWas() {
        CopyPair root = file.metadata(file.currentMetadata()).directoryRoot();
        assertThat(root.activePage()).isEqualTo(leaf);
    }

    private void strike(Misfortune misfortune, long page) {
        if (misfortune == Misfortune.DAMAGED) {
            file.spoilPage(page);
        } else {
            storage.failReadsOf(new ByteRange(page << LOG2, 1 << LOG2));
        }
    }

    private void assertThatALossIsReported(Pager pager) {
        assertThat(pager.recovery()).hasValueSatisfying(report -> {
            assertThat(report.loss()).isEqualTo(RecoveryReport.Loss.POSSIBLE);
            assertThat(report.findings()).anyMatch(
                    finding -> finding.contains("is lost") && finding.contains("protected page"));
        });
    }

    private void assertThatTheRestGoesOn(Pager pager) {
        assertFilled(pager, regular, 6);
        PageId another = filled(pager, 7);
        assertThat(pager.state()).isEqualTo(PagerState.OPEN);
        assertThatExceptionOfType(MappedPageException.class)
                .isThrownBy(() -> assertFilled(pager, ids.getFirst(), 2));
        pager.close();
        Pager again = open(true);
        assertFilled(again, regular, 6);
        assertFilled(again, another, 7);
    }

    @ParameterizedTest
    @EnumSource
    void changesBelowItAreReportedAsLostAndTheRestGoesOn(Misfortune misfortune) {
        aFileWithProtectedPages(3);
        changeAProtectedPage();
        strike(misfortune, leaf);
        Pager pager = open(misfortune == Misfortune.UNREADABLE);
        assertThatALossIsReported(pager);
        assertThatTheRestGoesOn(pager);
    }

    /** A new root is not made above one that is lost, so the new leaf has no place, and its entry no leaf. */
    @ParameterizedTest
    @EnumSource
    void aTreeThatGrewAboveItIsReportedAsLostAndTheRestGoesOn(Misfortune misfortune) {
        aFileWithProtectedPages(GEOMETRY.pairsPerNode());
        allocateAProtectedPageThatNeedsANewLeaf();
        strike(misfortune, leaf);
        Pager pager = open(misfortune == Misfortune.UNREADABLE);
        assertThatALossIsReported(pager);
        assertThatTheRestGoesOn(pager);
    }

    @Test
    void oneThatCannotBeReadIsNotGivenUpUnasked() {
        aFileWithProtectedPages(3);
        changeAProtectedPage();
        strike(Misfortune.UNREADABLE, leaf);
        Untouched before = Untouched.since(files.directory());
        assertThatExceptionOfType(PagerIoException.class).isThrownBy(() -> open(false)).withMessageContainingAll(
                file.path().toString(), "page " + leaf, "nothing was changed", "acceptUnreadable");
        before.check();
        storage.reset();
        Pager pager = open(false);
        assertThat(pager.recovery()).isEmpty();
        assertFilled(pager, ids.getFirst(), 2);
    }

    @Test
    void reopeningObeysTheOptionToo() {
        aFileWithProtectedPages(3);
        changeAProtectedPage();
        Pager pager = open(true);
        strike(Misfortune.UNREADABLE, leaf);
        pager.reopen();
        assertThatALossIsReported(pager);
        assertThatTheRestGoesOn(pager);
    }

    @ParameterizedTest
    @EnumSource
    void verifyFindsItAndGoesOn(Misfortune misfortune) {
        aFileWithProtectedPages(3);
        changeAProtectedPage();
        Pager pager = open(false);
        assertThat(pager.verify().findings()).isEmpty();
        strike(misfortune, leaf);
        VerifyReport report = pager.verify();
        assertThat(report.findings()).isNotEmpty().allMatch(finding -> finding.page() == leaf);
        assertThat(report.dataPages()).isEqualTo(pager.allocatedPages().count());
    }

    /** Who wants no journal any more keeps it if it cannot be noted that its pages are free. */
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void aJournalWhoseStatesAreLostIsKept(boolean wanted) {
        Pager pager = files.add(files.builder(LOG2).commitMode(CommitMode.JOURNAL).journalSize(4 << 20).reserve(false)
                .create());
        file = new RawPageFile(pager.path());
        files.damaged(file.path());
        ProtectedPageId id = pager.allocProtected();
        pager.close();
        for (int i = 0; i < 2; i++) {
            try (Pager again = open(false)) {
                fill(again, id, 3);
            }
        }
        MetadataPage metadata = file.metadata(file.currentMetadata());
        JournalRings rings = metadata.rings();
        assertThat(rings.ringB()).isGreaterThan(GEOMETRY.inlineStates());
        assertThat(metadata.mapRoot().generation()).isLessThan(metadata.generation() - 1);
        file.spoilPage(metadata.mapRoot().activePage());

        Pager plain = files.add(Pager.builder(file.path())
                .commitMode(wanted ? CommitMode.JOURNAL : CommitMode.CHECKPOINT).open());
        fill(plain, id, 4);
        assertThat(plain.state()).isEqualTo(PagerState.OPEN);
        assertThat(file.metadata(file.currentMetadata()).rings()).isEqualTo(rings);
        plain.close();
        assertFilled(open(false), id, 4);
    }

    /** Their pages are free, and their entries are not gone: more protected pages were counted than the rest had room for. */
    @Test
    void whereManyWereFreedTheRestGoesOn() throws FormatException {
        Pager pager = files.add(files.builder(LOG2).commitMode(CommitMode.JOURNAL).journalSize(64 << 10)
                .initialSize(1 << 20).reserve(false).create());
        file = new RawPageFile(pager.path());
        files.damaged(file.path());
        ids = new ArrayList<>(pager.allocProtectedBulk(300));
        pager.close();
        for (int i = 0; i < 2; i++) { // so that the newest checkpoints have not written the nodes
            try (Pager again = open(false)) {
                filled(again, 5);
            }
        }
        byte[] killed;
        try (Pager again = open(false)) {
            regular = filled(again, 6);
            again.freeProtectedBulk(ids.subList(0, 180));
            killed = bytes();
        }
        file.write(0, killed);
        CopyPair root = file.metadata(file.currentMetadata()).directoryRoot();
        TreeNode node = TreeNode.decode(GEOMETRY, file.read(root.activePage() << LOG2, 1 << LOG2),
                TreeNode.Kind.DIRECTORY, 1, 0, root);
        for (int slot = 0; slot < 6; slot++) {
            file.spoilPage(node.pair(slot).activePage());
        }

        Pager lossy = open(false);
        assertThatALossIsReported(lossy);
        PageId another = filled(lossy, 7);
        assertThat(lossy.protectedPageCount()).isEqualTo(120);
        fill(lossy, ids.getLast(), 8);
        lossy.close();

        Pager again = open(false);
        assertFilled(again, regular, 6);
        assertFilled(again, another, 7);
        assertFilled(again, ids.getLast(), 8);
    }
}
