package io.mappedpages;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.IOException;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import io.mappedpages.RepairReport.Row;
import io.mappedpages.internal.format.CopyPair;
import io.mappedpages.internal.format.Geometry;
import io.mappedpages.internal.format.MetadataPage;
import io.mappedpages.internal.format.TreeNode;
import io.mappedpages.testing.PageFiles;
import io.mappedpages.testing.RawPageFile;
import io.mappedpages.testing.Untouched;

/** What can be saved of a damaged file is saved, and what cannot is told. */
class RepairTest {

    @RegisterExtension
    private final PageFiles files = PageFiles.inMemory();

    private Path damaged;
    private Path target;
    private RawPageFile raw;
    private final Map<Long, Integer> regular = new TreeMap<>();
    private final Map<Long, Integer> guarded = new TreeMap<>();

    @BeforeEach
    void paths() throws IOException {
        damaged = Files.createDirectory(files.directory().resolve("damaged")).resolve("data.pages");
        target = files.path();
        raw = new RawPageFile(damaged);
    }

    private PagerBuilder builder(int log2) {
        return Pager.builder(damaged).pageSizeLog2(log2);
    }

    private void fill(Pager pager, int pages, int protectedPages) {
        pager.allocBulk(pages).forEach(id -> regular.put(Pages.fill(pager, id, (int) id.number() * 7).number(),
                (int) id.number() * 7));
        pager.allocProtectedBulk(protectedPages).forEach(id -> {
            Pages.fill(pager, id, 1);
            guarded.put(Pages.fill(pager, id, (int) id.number() * 5 + 2).number(), (int) id.number() * 5 + 2);
        });
    }

    /** A file with all sorts of pages, closed. */
    private void make(PagerBuilder builder, int pages, int protectedPages) {
        try (Pager pager = builder.create()) {
            fill(pager, pages, protectedPages);
        }
    }

    private RepairReport repair() {
        Untouched before = Untouched.since(damaged.getParent());
        RepairReport report = Pager.repair(damaged, target);
        before.check();
        return report;
    }

    private void assertSaved() {
        try (Pager pager = Pager.open(target)) {
            assertThat(pager.recovery()).isEmpty();
            assertThat(pager.verify().findings()).isEmpty();
            assertThat(pager.allocatedPages().map(PageId::number)).containsExactlyElementsOf(regular.keySet());
            assertThat(pager.allocatedProtectedPages().map(ProtectedPageId::number))
                    .containsExactlyElementsOf(guarded.keySet());
            regular.forEach((page, value) -> Pages.assertFilled(pager, new PageId(page), value));
            guarded.forEach((id, value) -> Pages.assertFilled(pager, new ProtectedPageId(id), value));
        }
    }

    private static List<Row> rows(long... numbers) {
        List<Row> rows = new ArrayList<>();
        for (long number : numbers) {
            rows.add(new Row(number, number + 1));
        }
        return rows;
    }

    private CopyPair entry(long id) {
        Geometry geometry = raw.geometry();
        MetadataPage metadata = raw.metadata(raw.currentMetadata());
        CopyPair pair = metadata.directoryRoot();
        for (int level = metadata.directoryHeight() - 1; level >= 0; level--) {
            TreeNode node = node(geometry, pair);
            pair = node.pair((int) ((id - node.first())
                    / (level == 0 ? 1 : geometry.directorySpan(level - 1))));
        }
        return pair;
    }

    private TreeNode node(Geometry geometry, CopyPair pair) {
        byte[] bytes = raw.read(geometry.offsetOf(pair.activePage()), geometry.nodeSize());
        TreeNode node = TreeNode.strayDirectoryLeaf(geometry, bytes);
        assertThat(node).isNotNull();
        return node;
    }

    @ParameterizedTest
    @ValueSource(ints = {10, 12, 16})
    void aFileThatIsInOrderIsCopied(int log2) {
        make(builder(log2), 50, 40);

        RepairReport report = repair();

        assertThat(report.isWhole()).isTrue();
        assertThat(report.findings()).isEmpty();
        assertThat(report.generation()).isPositive();
        assertSaved();
    }

    @Test
    void whatTheJournalHasIsThere() {
        try (Pager pager = files.add(Pager.builder(damaged).pageSizeLog2(12).journalSize(64 << 10).create())) {
            pager.checkpoint();
            fill(pager, 20, 10);
            try {
                Path copy = files.directory().resolve("copy");
                Files.copy(damaged, copy);
                raw = new RawPageFile(copy);
                raw.spoilSlots();
                RepairReport report = Pager.repair(copy, target);

                assertThat(report.isWhole()).as(report.toString()).isTrue();
                assertSaved();
            } catch (IOException e) {
                throw new AssertionError(e);
            }
        }
        files.damaged(damaged);
    }

    @ParameterizedTest
    @ValueSource(ints = {10, 12, 14, 17})
    void withoutTheSuperblockTheMetadataPagesAreFound(int log2) {
        make(builder(log2), 50, 40);
        raw.fill(0, 1024, 0);
        assertThatExceptionOfType(CorruptSuperblockException.class).isThrownBy(() -> Pager.open(damaged));

        RepairReport report = repair();

        assertThat(report.isWhole()).as(report.toString()).isTrue();
        assertThat(report.findings()).contains("the file does not open");
        assertSaved();
    }

    @ParameterizedTest
    @ValueSource(ints = {10, 12, 14, 15, 17})
    void withoutAnyMetadataProtectedPagesAreFoundByTheLeavesOfTheDirectory(int log2) {
        make(builder(log2).journalSize(0), 20, 40);
        raw.fill(0, 3 << log2, 0x55);

        RepairReport report = repair();

        assertThat(report.generation()).isZero();
        assertThat(report.foundProtected()).containsExactly(new Row(0, 40));
        assertThat(report.unsureRegular()).isNotEmpty();
        try (Pager pager = Pager.open(target)) {
            assertThat(pager.pageSize()).isEqualTo(1 << log2);
            assertThat(pager.allocatedPages().map(PageId::number)).containsAll(regular.keySet());
            regular.forEach((page, value) -> Pages.assertFilled(pager, new PageId(page), value));
            guarded.forEach((id, value) -> Pages.assertFilled(pager, new ProtectedPageId(id), value));
            assertThat(pager.verify().findings()).isEmpty();
        }
    }

    @Test
    void aProtectedPageWhoseContentIsDamagedIsLostAndTold() {
        make(builder(12), 20, 10);
        raw.spoilPage(entry(3).activePage());
        raw.spoilPage(entry(3).inactivePage());

        RepairReport report = repair();

        assertThat(report.lostProtected()).isEqualTo(rows(3));
        assertThat(report.olderProtected()).isEmpty();
        guarded.remove(3L);
        assertSaved();
    }

    @Test
    void ofADamagedProtectedPageTheContentBeforeIsFoundIfALeafOfThatTimeIsLeft() {
        try (Pager pager = builder(12).commitMode(CommitMode.CHECKPOINT).create()) {
            fill(pager, 5, 5);
            Pages.fill(pager, new ProtectedPageId(2), 99); // the leaf before it says where the content before it is
        }
        raw.spoilPage(entry(2).activePage());

        RepairReport report = repair();

        assertThat(report.olderProtected()).isEqualTo(rows(2));
        assertThat(report.lostProtected()).isEmpty();
        assertSaved();
    }

    @Test
    void withoutASlotACommitThatSeemsToBeCutOffIsNotTaken() {
        try (Pager pager = builder(12).commitMode(CommitMode.CHECKPOINT).create()) {
            fill(pager, 5, 5);
            Pages.fill(pager, new ProtectedPageId(2), 99);
        }
        long newest = raw.slot(raw.newestSlot()).generation();
        raw.spoilPage(entry(2).activePage());
        raw.fill(0, 1024, 0);

        RepairReport report = repair();

        assertThat(report.generation()).isEqualTo(newest - 1);
        assertThat(report.isWhole()).as(report.toString()).isTrue();
        assertThat(report.findings()).isNotEmpty();
        assertSaved();
    }

    @Test
    void withoutALeafOfTheDirectoryItsOtherCopyLeadsToWhatHasItsChecksums() {
        try (Pager pager = builder(12).commitMode(CommitMode.CHECKPOINT).create()) {
            fill(pager, 5, 5);
            for (int i = 0; i < 2; i++) { // neither metadata page is of the commit that wrote the leaf
                regular.put(pager.alloc().number(), 0);
            }
        }
        CopyPair leaf = raw.metadata(raw.currentMetadata()).directoryRoot();
        raw.spoilPage(leaf.activePage());

        RepairReport report = repair();

        assertThat(report.unsureProtected()).containsExactly(new Row(0, 126));
        assertThat(report.foundProtected().stream().mapToLong(row -> row.end() - row.first()).sum())
                .isGreaterThanOrEqualTo(4);
        try (Pager pager = Pager.open(target)) {
            for (ProtectedPageId id : pager.allocatedProtectedPages().toList()) {
                try (MappedPage page = pager.read(id)) {
                    int value = page.bytes().get(ValueLayout.JAVA_BYTE, 0);
                    assertThat(value).isIn(0, 1, (int) (byte) (int) guarded.get(id.number()));
                }
            }
        }
    }

    @Test
    void pagesOfWhichNobodyKnowsAnyMoreAreKept() {
        try (Pager pager = builder(10).commitMode(CommitMode.CHECKPOINT).create()) {
            fill(pager, 5000, 3); // more than the metadata page has states of
            List<PageId> last = pager.allocatedPages().skip(4900).toList();
            pager.freeBulk(last);
            last.forEach(id -> regular.remove(id.number()));
        }
        CopyPair leaf = raw.metadata(raw.currentMetadata()).mapRoot();
        raw.spoilPage(leaf.activePage());
        raw.spoilPage(leaf.inactivePage());

        RepairReport report = repair();

        assertThat(report.unsureRegular()).isNotEmpty();
        assertThat(report.lostProtected()).isEmpty();
        try (Pager pager = Pager.open(target)) {
            assertThat(pager.allocatedPages().map(PageId::number)).containsAll(regular.keySet());
            regular.forEach((page, value) -> Pages.assertFilled(pager, new PageId(page), value));
            guarded.forEach((id, value) -> Pages.assertFilled(pager, new ProtectedPageId(id), value));
            assertThat(pager.verify().findings()).isEmpty();
        }
    }

    @Test
    void whatIsBehindTheEndOfAFileThatWasCutOffIsTold() {
        make(builder(12), 50, 0);
        long last = regular.keySet().stream().max(Long::compare).orElseThrow();
        raw.truncate((last - 9) << 12);

        RepairReport report = repair();

        assertThat(report.lostRegular()).as(report.toString()).containsExactly(new Row(last - 9, last + 1));
        regular.keySet().removeIf(page -> page >= last - 9);
        assertSaved();
    }

    @Test
    void aFileThatIsOpenIsNotRepaired() {
        try (Pager _ = files.add(builder(12).create())) {
            assertThatExceptionOfType(PagerLockedException.class).isThrownBy(() -> Pager.repair(damaged, target));
        }
        assertThat(target).doesNotExist();
    }

    @Test
    void whatIsNoPageFileIsRefused() throws IOException {
        assertThatExceptionOfType(PagerIoException.class).isThrownBy(() -> Pager.repair(damaged, target))
                .withMessageContaining("no such file");
        Files.writeString(damaged, "");
        assertThatExceptionOfType(CorruptSuperblockException.class).isThrownBy(this::repair);
        Files.writeString(damaged, "a shopping list".repeat(5000));
        assertThatExceptionOfType(CorruptSuperblockException.class).isThrownBy(this::repair)
                .withMessageContaining("75000 bytes");
        assertThat(target).doesNotExist();
        assertThat(damaged.resolveSibling("data.pages.lock")).doesNotExist();
    }

    @Test
    void aFileThatIsThereIsNotReplaced() {
        make(builder(12), 3, 3);
        Pager.create(target, 12).close();

        assertThatExceptionOfType(PagerIoException.class).isThrownBy(this::repair)
                .withMessageContaining("there is a file already");
        regular.clear();
        guarded.clear();
        assertSaved();
    }
}
