package io.mappedpages.internal.inspect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

import io.mappedpages.CommitMode;
import io.mappedpages.Pager;
import io.mappedpages.ProtectedPageId;
import io.mappedpages.internal.inspect.SlotFound.Condition;
import io.mappedpages.testing.Background;
import io.mappedpages.testing.PageFiles;
import io.mappedpages.testing.RawPageFile;

/** A page file as data: what is said is what lies there, also of a damaged file and beside a writer. */
class FileInspectorTest {

    @RegisterExtension
    private final PageFiles files = PageFiles.inMemory();

    private Pager create(CommitMode mode) {
        return files.add(files.builder(12).commitMode(mode).journalSize(64 << 10).initialSize(1 << 20).create());
    }

    private Path closed(CommitMode mode) {
        Pager pager = create(mode);
        pager.allocProtectedBulk(3);
        pager.close();
        files.damaged(pager.path());
        return pager.path();
    }

    private static List<Condition> conditions(Path file) throws IOException {
        try (FileInspector inspector = FileInspector.open(file)) {
            return inspector.slots().stream().map(SlotFound::condition).toList();
        }
    }

    @Test
    void slotsSayWhatTheMetadataPagesHave() throws IOException {
        try (FileInspector inspector = FileInspector.open(closed(CommitMode.JOURNAL))) {
            StateFound state = inspector.state().orElseThrow();
            SlotFound.Content active = inspector.newestSlot().orElseThrow();

            assertThat(inspector.slots()).extracting(SlotFound::content).contains(active);
            assertThat(active.version()).isEqualTo("1.0");
            assertThat(active.journal()).isTrue();
            assertThat(active.metadata()).isEqualTo(state.metadata());
            MetadataFound.Content metadata = inspector.metadata().get(active.metadata().equals("A") ? 0 : 1).content();
            assertThat(metadata.generation()).isEqualTo(active.generation()).isEqualTo(state.checkpointGeneration());
            assertThat(metadata.fileId()).isEqualTo(active.fileId());
            assertThat(metadata.sums()).isEqualTo(active.metadataSums());
            assertThat(metadata.pages()).isEqualTo(256);
            assertThat(metadata.protectedPages()).isEqualTo(3);
            assertThat(metadata.journal()).isEqualTo(state.journal());
            assertThat(metadata.journal().closedInOrder()).isTrue();
            assertThat(state.records()).isZero();
            assertThat(state.recovery()).isEmpty();
            assertThat(state.ofOneMoment()).isTrue();
        }
    }

    @Test
    void whatLiesInTheSlotsIsToldApart() throws IOException {
        Path file = closed(CommitMode.CHECKPOINT);
        RawPageFile raw = new RawPageFile(file);
        assertThat(conditions(file)).containsExactly(Condition.VALID, Condition.VALID);
        raw.flip(20);
        assertThat(conditions(file)).containsExactly(Condition.DAMAGED, Condition.VALID);
        raw.fill(0, 64, 0);
        raw.fill(512, 64, 'x');
        assertThat(conditions(file)).containsExactly(Condition.BLANK, Condition.FOREIGN);
        raw.write(0, (byte) 'M', (byte) 'P', (byte) 'P', (byte) 'G', (byte) 2);
        assertThat(conditions(file)).containsExactly(Condition.OTHER_VERSION, Condition.FOREIGN);
        raw.truncate(100);
        assertThat(conditions(file)).containsExactly(Condition.OTHER_VERSION, Condition.BLANK);
    }

    @Test
    void ofAFileThatWouldNotOpenThereIsNoState() throws IOException {
        Path file = closed(CommitMode.JOURNAL);
        new RawPageFile(file).spoilSlots();

        try (FileInspector inspector = FileInspector.open(file)) {
            assertThat(inspector.state()).isEmpty();
            assertThat(inspector.newestSlot()).isEmpty();
            assertThat(inspector.metadata()).isEmpty();
            assertThatExceptionOfType(FileInspector.NotOpenableException.class).isThrownBy(inspector::records);
            assertThatExceptionOfType(FileInspector.NotOpenableException.class)
                    .isThrownBy(() -> inspector.trees(false));
        }
    }

    @Test
    void recordsTellWhatEachCommitHasChanged() throws IOException {
        Pager pager = create(CommitMode.JOURNAL);
        pager.checkpoint();
        long before = pager.stats().generation();
        ProtectedPageId id = pager.allocProtected();
        long page = pager.alloc().number();
        pager.freeProtected(id);

        try (FileInspector inspector = FileInspector.open(files.copyOf(pager))) {
            List<RecordFound> records = inspector.records();

            assertThat(records).extracting(RecordFound::generation).isSorted().allMatch(found -> found > before);
            assertThat(records.getLast().generation()).isEqualTo(pager.stats().generation());
            assertThat(records.getLast().free()).isEqualTo(pager.freePageCount());
            assertThat(records).allMatch(RecordFound::finished);
            assertThat(records).flatExtracting(RecordFound::changes)
                    .contains(new RecordFound.Change.Entry(id.number(), null),
                            new RecordFound.Change.States(page, 1, "data"))
                    .anyMatch(change -> change instanceof RecordFound.Change.Entry entry && entry.pair() != null);
            assertThat(records).extracting(RecordFound::at).isSorted().doesNotHaveDuplicates();
            assertThat(inspector.state().orElseThrow().records()).isEqualTo(records.size());
        }
    }

    /** Also where the row of records has come to the end of the rings and begins anew. */
    @Test
    void recordsBeginWhereTheySay() throws IOException {
        Pager pager = create(CommitMode.JOURNAL);
        RawPageFile raw = new RawPageFile(pager.path());
        boolean wentRound = false;
        try (FileInspector inspector = FileInspector.open(pager.path())) {
            for (int attempt = 0; attempt < 20 && !wentRound; attempt++) {
                pager.checkpoint();
                for (int i = 0; i < 5; i++) {
                    pager.freeProtected(pager.allocProtected());
                }
                long ring = inspector.state().orElseThrow().journal().ringA() * 4096;
                long before = 0;
                for (RecordFound record : inspector.records()) {
                    ByteBuffer head = ByteBuffer.wrap(raw.read(ring + record.at(), 16)).order(ByteOrder.LITTLE_ENDIAN);
                    assertThat(head.getInt(0)).isEqualTo(0x524a504d); // MPJR
                    assertThat(head.getLong(8)).isEqualTo(record.generation());
                    wentRound |= record.at() < before;
                    before = record.at();
                }
            }
        }
        assertThat(wentRound).isTrue();
    }

    @Test
    void treesAreThoseOfTheCheckpoint() throws IOException {
        Path file = closed(CommitMode.CHECKPOINT);

        try (FileInspector inspector = FileInspector.open(file)) {
            TreesFound trees = inspector.trees(true);

            assertThat(trees.nodes()).singleElement().satisfies(node -> {
                assertThat(node.tree()).isEqualTo(NodeFound.Tree.DIRECTORY);
                assertThat(node.level()).isZero();
                assertThat(node.used()).isEqualTo(3);
                assertThat(node.room()).isEqualTo(126);
                assertThat(node.problem()).isNull();
            });
            assertThat(trees.entries()).extracting(EntryFound::id).containsExactly(0L, 1L, 2L);
            assertThat(inspector.trees(false).entries()).isEmpty();
        }
    }

    @Test
    void largerFilesHaveAMapTree() throws IOException {
        Pager pager = files.add(files.builder(10).commitMode(CommitMode.CHECKPOINT).initialSize(8 << 20).reserve(false)
                .create());
        pager.allocBulk(5000);

        try (FileInspector inspector = FileInspector.open(pager.path())) {
            assertThat(inspector.trees(false).nodes()).filteredOn(node -> node.level() == 0).singleElement()
                    .satisfies(node -> {
                        assertThat(node.tree()).isEqualTo(NodeFound.Tree.MAP);
                        assertThat(node.first()).isEqualTo(3312);
                        assertThat(node.used()).isBetween(1_600L, 1_800L);
                    });
        }
    }

    /** Without looking again, checkpoints that are written meanwhile make nodes look damaged. */
    @Test
    void besideAWriterNothingLooksDamaged() throws IOException {
        Pager pager = create(CommitMode.JOURNAL);
        List<ProtectedPageId> ids = pager.allocProtectedBulk(20);
        pager.checkpoint();
        AtomicBoolean over = new AtomicBoolean();
        Background<Boolean> writer = Background.run(() -> {
            while (!over.get()) {
                pager.freeProtected(pager.allocProtected());
                pager.checkpoint();
            }
        });
        try (FileInspector inspector = FileInspector.open(pager.path())) {
            for (int i = 0; i < 200; i++) {
                TreesFound trees = inspector.trees(true);
                if (trees.ofOneMoment()) {
                    assertThat(trees.nodes()).allMatch(node -> node.problem() == null);
                    assertThat(trees.entries()).hasSizeBetween(ids.size(), ids.size() + 1);
                }
                inspector.state();
            }
        } finally {
            over.set(true);
            writer.result();
        }
    }

    @Test
    void whatIsNotThereOrNoFileIsRefused() {
        Path none = files.directory().resolve("none");

        assertThatExceptionOfType(NoSuchFileException.class).isThrownBy(() -> FileInspector.open(none));
        assertThatExceptionOfType(FileSystemException.class)
                .isThrownBy(() -> FileInspector.open(files.directory()));
        assertThat(none).doesNotExist();
    }

    @Test
    void aProbeOfADiskGoesWithAllThatItMade() throws IOException {
        try (DiskProbe probe = DiskProbe.in(files.directory(), 4096)) {
            probe.reserve(0, 64);
            probe.write(3, new byte[4096]);
            probe.sync(3, 5);
            probe.syncAll();
            assertThat(probe.syncing()).isNotNull();
            assertThat(Files.list(files.directory())).hasSize(1);
        }
        assertThat(files.directory()).isEmptyDirectory();
    }
}
