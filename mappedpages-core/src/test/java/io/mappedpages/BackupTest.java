package io.mappedpages;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import io.mappedpages.internal.format.CopyPair;
import io.mappedpages.internal.format.FormatException;
import io.mappedpages.internal.format.Geometry;
import io.mappedpages.internal.format.MetadataPage;
import io.mappedpages.internal.format.TreeNode;
import io.mappedpages.internal.thread.Uninterruptible;
import io.mappedpages.testing.Background;
import io.mappedpages.testing.HeldCheckpoints;
import io.mappedpages.testing.PageFiles;
import io.mappedpages.testing.RawPageFile;
import io.mappedpages.testing.Seed;

/** A backup is the file as it was at one moment, whatever is done to the file meanwhile. */
class BackupTest {

    /** Each is a copy of the model. */
    private static final int MOST_MOMENTS = 300;

    @RegisterExtension
    private final PageFiles files = PageFiles.inMemory();

    /**
     * Between any two pieces that are copied the file lives on: what is found in the backup is what was committed at one moment.
     */
    @ParameterizedTest
    @CsvSource({"10, JOURNAL", "12, JOURNAL", "16, JOURNAL", "18, JOURNAL", "10, CHECKPOINT", "12, CHECKPOINT",
        "16, CHECKPOINT",
        "18, CHECKPOINT"})
    void whateverIsDoneMeanwhileTheBackupIsOfOneMoment(int log2, CommitMode mode) {
        long seed = Seed.next();
        Seed.named(seed, () -> {
            Random random = new Random(seed);
            long cacheBytes = random.nextBoolean() ? 1 : 1 << 20;
            Pager pager = files.add(files.builder(log2).reserve(false).growthStep(1L << 20).cacheBytes(cacheBytes)
                    .commitMode(mode).borrowTimeout(Duration.ofMillis(5)).create()); // a transaction may hold what it frees
            PagerModel model = new PagerModel(random, pager);
            for (int round = 0; round < 3; round++) {
                model.allocProtected(1 + random.nextInt(log2 < 16 ? 400 : 60));
                model.alloc(1 + random.nextInt(log2 < 16 ? 400 : 60));
                for (int i = 0; i < 60; i++) {
                    model.step(50, 20);
                }
                backUpBesideALife(model, random, random.nextInt(8));
                model.check();
            }
        });
    }

    private void backUpBesideALife(PagerModel model, Random random, int steps) {
        record Moment(long generation, PagerModel.Contents contents) {
        }
        List<Moment> moments = new ArrayList<>();
        moments.add(new Moment(model.pager().stats().generation(), model.contents()));
        Path target = files.path();

        BackupReport report = model.pager().backup(target, _ -> {
            for (int i = 0; i < steps && moments.size() < MOST_MOMENTS; i++) {
                if (random.nextInt(40) == 0) {
                    model.trim();
                }
                model.step(50, 20);
                moments.add(new Moment(model.pager().stats().generation(), model.contents()));
            }
        });

        int last = 0;
        while (last + 1 < moments.size() && moments.get(last + 1).generation <= report.generation()) {
            last++;
        }
        try (Pager backup = Pager.open(target)) {
            assertThat(backup.stats().generation()).isEqualTo(report.generation());
            assertThat(backup.pageCount()).isEqualTo(report.pages());
            assertThat(backup.recovery()).isEmpty();
            PagerModel.requireBackup(backup,
                    moments.subList(last, moments.size()).stream().map(Moment::contents).toList());
        }
    }

    @Test
    void nothingIsLeftBesideTheBackup() throws IOException {
        Pager pager = files.create();
        pager.alloc();

        pager.backup(files.path());

        try (Stream<Path> all = Files.list(files.directory())) {
            assertThat(all.map(path -> path.getFileName().toString())).containsExactlyInAnyOrder("file-1.pages",
                    "file-1.pages.lock", "file-2.pages");
        }
    }

    @Test
    void whatIsThereAlreadyIsNotReplaced() throws IOException {
        Pager pager = files.create();
        Path target = files.directory().resolve("something");
        Files.writeString(target, "of value");

        assertThatThrownBy(() -> pager.backup(target)).isInstanceOf(PagerIoException.class)
                .hasMessageContaining(target.toString()).hasMessageContaining("there is a file already");

        assertThat(target).hasContent("of value");
        assertThat(pager.state()).isEqualTo(PagerState.OPEN);
    }

    @Test
    void theFileItselfIsNoTarget() {
        Pager pager = files.create();

        assertThatThrownBy(() -> pager.backup(pager.path())).isInstanceOf(MappedPageException.class);

        pager.alloc();
    }

    /** As an index of pages that are written once does it. */
    @Test
    void whatAProtectedPageLeadsToIsInTheBackupAsItWasThen() {
        Pager pager = files.create();
        ProtectedPageId root = pager.allocProtected();
        List<PageId> current = new ArrayList<>();
        writeAnew(pager, root, current, 1);
        Path target = files.path();
        long[] version = {1};

        pager.backup(target, _ -> writeAnew(pager, root, current, ++version[0]));

        assertThat(version[0]).isGreaterThan(3);
        try (Pager backup = Pager.open(target)) {
            long found = backup.read(root, bytes -> bytes.get(ValueLayout.JAVA_LONG, 0));
            assertThat(backup.allocatedPages()).hasSize(300).allMatch(page -> first(backup, page) == found);
        }
    }

    private static void writeAnew(Pager pager, ProtectedPageId root, List<PageId> current, long version) {
        current.addAll(pager.transact(transaction -> {
            List<PageId> made = transaction.allocBulk(300);
            made.forEach(page -> transaction.write(page).bytes().set(ValueLayout.JAVA_LONG, 0, version));
            transaction.write(root).bytes().set(ValueLayout.JAVA_LONG, 0, version);
            current.forEach(transaction::free);
            current.clear();
            return made;
        }));
    }

    private static void fill(Pager pager, PageId page, long value) {
        try (WritablePage writer = pager.write(page)) {
            writer.bytes().set(ValueLayout.JAVA_LONG, 0, value);
        }
    }

    private static long first(Pager pager, PageId page) {
        return pager.read(page, bytes -> bytes.get(ValueLayout.JAVA_LONG, 0));
    }

    @Test
    void aPageThatSomebodyKeepsForWritingIsCopiedAsItIsAndCounted() {
        Pager pager = files.add(files.builder(12).borrowTimeout(Duration.ofMillis(20)).create());
        PageId page = pager.alloc();
        Path target = files.path();

        BackupReport report;
        try (WritablePage writer = pager.write(page)) {
            writer.bytes().set(ValueLayout.JAVA_LONG, 0, 42);
            report = pager.backup(target);
        }

        assertThat(report.beingWritten()).isOne();
        try (Pager backup = Pager.open(target)) {
            assertThat(first(backup, page)).isEqualTo(42);
        }
    }

    @Test
    void whatTheProgressThrowsEndsTheBackupAndLeavesNothing() throws IOException {
        Pager pager = files.create();
        Path target = files.directory().resolve("backup");

        assertThatThrownBy(() -> pager.backup(target, _ -> {
            throw new IllegalStateException("enough");
        })).isInstanceOf(IllegalStateException.class).hasMessage("enough");

        try (Stream<Path> all = Files.list(files.directory())) {
            assertThat(all).noneMatch(path -> path.getFileName().toString().contains("backup"));
        }
        pager.backup(files.path());
    }

    @Test
    void aThreadThatIsInterruptedMakesItsBackupAndTheFlagIsKept() {
        Pager pager = files.create();

        Thread.currentThread().interrupt();
        pager.backup(files.path());

        assertThat(Thread.interrupted()).isTrue();
        pager.alloc();
    }

    @Test
    void aPagerThatIsUnavailableOrSuspendedMakesNone() {
        Pager pager = files.create();
        pager.suspend();

        assertThatThrownBy(() -> pager.backup(files.path())).isInstanceOf(PagerUnavailableException.class);

        pager.reopen();
    }

    @Test
    void closingAndReopeningEndABackup() {
        Pager pager = files.create();

        assertThatThrownBy(() -> pager.backup(files.path(), _ -> pager.reopen()))
                .isInstanceOf(PagerUnavailableException.class);
        pager.alloc();
        assertThatThrownBy(() -> pager.backup(files.path(), _ -> pager.close()))
                .isInstanceOf(PagerClosedException.class);
        assertThatThrownBy(() -> pager.backup(files.path())).isInstanceOf(PagerClosedException.class);
    }

    @Test
    void aTrimGivesNothingWhileABackupIsMade() {
        Pager pager = files.add(files.builder(12).initialSize(4L << 20).create());
        long[] given = new long[1];

        pager.backup(files.path(), _ -> given[0] += pager.trim());

        assertThat(given[0]).isZero();
        assertThat(pager.trim()).isPositive();
    }

    @Test
    void aThreadThatMakesABackupMakesNoOtherOneMeanwhile() {
        Pager pager = files.create();

        assertThatThrownBy(() -> pager.backup(files.path(), _ -> pager.backup(files.path())))
                .isInstanceOf(IllegalStateException.class);
    }

    /** What opened it would have a half written checkpoint to roll back. */
    @Test
    void theMomentIsNotInTheMiddleOfACheckpoint() throws Exception {
        HeldCheckpoints held = new HeldCheckpoints();
        Pager pager = files.add(files.builder(12).initialSize(4 << 20).reserve(false).journalSize(128 << 10)
                .storage(held.provider()).create());
        ProtectedPageId id = Pages.filledProtected(pager, 1);
        List<Background<Boolean>> others = new ArrayList<>();
        Path target = files.path();

        pager.backup(target, _ -> {
            if (others.isEmpty()) {
                held.hold();
                fillUntilACheckpointWaits(pager, id, held);
                others.add(Background.run(() -> {
                    Uninterruptible.sleep(100_000_000);
                    held.letGo();
                }));
            }
        });

        others.getFirst().result();
        try (Pager backup = Pager.open(target)) {
            assertThat(backup.recovery()).isEmpty();
        }
    }

    private static void fillUntilACheckpointWaits(Pager pager, ProtectedPageId id, HeldCheckpoints held) {
        while (pager.stats().recordsSinceCheckpoint() < 17) {
            Pages.fill(pager, id, 2);
        }
        try {
            held.await();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    /** Nobody can tell what the pages of such a leaf are used for; the file opens and works all the same, and so does its backup. */
    @Test
    void whatLiesBelowADamagedNodeOfTheMapIsInTheBackup() throws FormatException {
        Geometry geometry = Geometry.ofLog2(10);
        Pager made =
                Pager.builder(files.path()).pageSizeLog2(10).commitMode(CommitMode.CHECKPOINT).reserve(false).create();
        made.allocBulk(geometry.inlineStates() + geometry.statesPerLeaf());
        List<ProtectedPageId> ids = made.allocProtectedBulk(200);
        ids.forEach(id -> Pages.fill(made, id, 7));
        made.close();
        RawPageFile file = new RawPageFile(made.path());
        MetadataPage metadata = file.metadata(file.currentMetadata());
        assertThat(metadata.mapHeight()).isEqualTo(2);
        CopyPair root = metadata.mapRoot();
        TreeNode above = TreeNode.decode(geometry, file.read(root.activePage() << 10, 1 << 10), TreeNode.Kind.MAP, 1,
                geometry.inlineStates(), root);
        file.spoilPage(above.pair(1).activePage());
        files.damaged(made.path());
        Pager pager = files.add(Pager.builder(made.path()).commitMode(CommitMode.CHECKPOINT).reserve(false).open());
        Pages.fill(pager, ids.get(3), 8); // the newest nodes of the directory lie below that leaf
        Path target = files.path();
        files.damaged(target);

        pager.backup(target);

        try (Pager backup = Pager.open(target)) {
            ids.forEach(id -> Pages.assertFilled(backup, id, id.equals(ids.get(3)) ? 8 : 7));
        }
    }

    @Test
    void forAllPagesThatAreKeptForWritingItWaitsNoLongerThanACallDoes() {
        Pager pager = files.add(files.builder(12).borrowTimeout(Duration.ofMillis(100)).create());
        List<WritablePage> kept = pager.allocBulk(50).stream().map(pager::write).toList();
        Duration before = pager.stats().borrowWaitTime();

        BackupReport report = pager.backup(files.path());

        kept.forEach(WritablePage::close);
        assertThat(report.beingWritten()).isEqualTo(50);
        // one after the other it would be five seconds
        assertThat(pager.stats().borrowWaitTime().minus(before)).isLessThan(Duration.ofSeconds(2));
    }
}
