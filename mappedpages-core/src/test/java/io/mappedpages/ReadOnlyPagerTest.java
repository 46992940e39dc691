package io.mappedpages;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import io.mappedpages.internal.format.SuperblockSlot;
import io.mappedpages.testing.PageFiles;
import io.mappedpages.testing.RawPageFile;

/** A file that is only read, beside the pager that writes to it, or without one. */
class ReadOnlyPagerTest {

    @RegisterExtension
    private final PageFiles files = PageFiles.inMemory();

    private static ReadOnlyPager readOnly(Path path) {
        return Pager.builder(path).openReadOnly();
    }

    private Pager create(CommitMode mode) {
        return files.add(files.builder(12).commitMode(mode).journalSize(64 << 10).initialSize(1 << 20).create());
    }

    private static void assertFilled(MemorySegment page, int value) {
        Pages.assertFilled(page, value);
    }

    @ParameterizedTest
    @EnumSource(CommitMode.class)
    void itReadsWhatWasCommittedWhileAnotherPagerHasTheFileOpen(CommitMode mode) {
        Pager writer = create(mode);
        PageId regular = Pages.filled(writer, 1);
        ProtectedPageId guarded = Pages.filledProtected(writer, 2);
        try (ReadOnlyPager reader = readOnly(writer.path())) {
            assertFilled(reader.copy(regular), 1);
            assertFilled(reader.copy(guarded), 2);
            assertThat(reader.allocatedPages()).containsExactly(regular);
            assertThat(reader.allocatedProtectedPages()).containsExactly(guarded);
            assertThat(reader.pageMap(0).toList()).isEqualTo(writer.pageMap(0).toList());
            assertThat(reader.pageSize()).isEqualTo(4096);
            assertThat(reader.pageCount()).isEqualTo(writer.pageCount());
            assertThat(reader.freePageCount()).isEqualTo(writer.freePageCount());
            assertThat(reader.protectedPageCount()).isOne();
            assertThat(reader.generation()).isEqualTo(writer.stats().generation());
            assertThat(reader.recovery()).isEmpty();
            assertThat(reader.path()).isEqualTo(writer.path());
        }
    }

    @ParameterizedTest
    @EnumSource(CommitMode.class)
    void aLaterCommitIsSeenAfterARefresh(CommitMode mode) {
        Pager writer = create(mode);
        Pages.filled(writer, 1);
        try (ReadOnlyPager reader = readOnly(writer.path())) {
            long before = reader.generation();
            PageId regular = Pages.filled(writer, 7);
            ProtectedPageId guarded = Pages.filledProtected(writer, 8);
            assertThatExceptionOfType(PageNotAllocatedException.class).isThrownBy(() -> reader.copy(regular));
            assertThatExceptionOfType(PageNotAllocatedException.class).isThrownBy(() -> reader.copy(guarded));

            assertThat(reader.refresh()).isGreaterThan(before).isEqualTo(writer.stats().generation());
            assertThat(reader.generation()).isEqualTo(writer.stats().generation());
            assertFilled(reader.copy(regular), 7);
            assertFilled(reader.copy(guarded), 8);
            assertThat(reader.refresh()).isEqualTo(reader.generation());
        }
    }

    @ParameterizedTest
    @EnumSource(CommitMode.class)
    void whereTheWriterHasWrittenOverItsPageItGoesOnByItself(CommitMode mode) {
        Pager writer = create(mode);
        ProtectedPageId guarded = Pages.filledProtected(writer, 1);
        try (ReadOnlyPager reader = readOnly(writer.path())) {
            for (int value = 2; value < 600; value++) { // round the rings, too
                Pages.fill(writer, guarded, value);
                if (value % 5 == 0) {
                    assertFilled(reader.copy(guarded), value);
                }
            }
            reader.refresh();
            assertFilled(reader.copy(guarded), 599);
        }
    }

    @ParameterizedTest
    @EnumSource(CommitMode.class)
    void growthTrimmingAndACloseAreFollowed(CommitMode mode) {
        Pager writer = create(mode);
        try (ReadOnlyPager reader = readOnly(writer.path())) {
            List<PageId> ids = writer.allocBulk(3000);
            PageId last = Pages.fill(writer, ids.getLast(), 5);
            reader.refresh();
            assertFilled(reader.copy(last), 5);
            writer.freeBulk(ids.subList(100, ids.size()));
            assertThat(writer.trim()).isPositive();
            writer.close(); // cuts the file
            assertThatExceptionOfType(PageOutOfBoundsException.class).isThrownBy(() -> reader.copy(last));
            assertThat(reader.allocatedPages()).containsExactlyElementsOf(ids.subList(0, 100));
            assertThat(reader.verify().isSound()).isTrue();
        }
    }

    @Test
    void nothingIsMadeOrChangedAndTheWriterNoticesNothing() throws IOException {
        Pager writer = create(CommitMode.JOURNAL);
        Pages.filledProtected(writer, 3);
        writer.close();
        Files.deleteIfExists(writer.path().resolveSibling(writer.path().getFileName() + ".lock"));
        byte[] bytes = Files.readAllBytes(writer.path());
        try (ReadOnlyPager first = readOnly(writer.path()); ReadOnlyPager second = readOnly(writer.path())) {
            assertThat(first.verify().isSound()).isTrue();
            assertThat(second.allocatedProtectedPages()).hasSize(1);
            try (Stream<Path> around = Files.list(files.directory())) {
                assertThat(around).containsExactly(writer.path());
            }
            assertThat(Files.readAllBytes(writer.path())).isEqualTo(bytes);
            Pager again = files.open(writer.path());
            assertThat(again.recovery()).isEmpty();
            again.alloc();
            again.close();
            assertThat(first.refresh()).isGreaterThan(second.generation());
        }
    }

    @ParameterizedTest
    @EnumSource(CommitMode.class)
    void aFileThatWasNotClosedIsReadAsARecoveryWouldLeaveIt(CommitMode mode) throws IOException {
        Pager writer = create(mode);
        ProtectedPageId guarded = Pages.filledProtected(writer, 3);
        Pages.fill(writer, guarded, 4);
        Path killed = files.copyOf(writer);
        byte[] bytes = Files.readAllBytes(killed);
        try (ReadOnlyPager reader = readOnly(killed)) {
            assertFilled(reader.copy(guarded), 4);
            assertThat(reader.verify().isSound()).isTrue();
        }
        assertThat(Files.readAllBytes(killed)).isEqualTo(bytes);
    }

    /** The record of a commit may get to the disk before what it names. */
    @Test
    void aCommitThatWasNotFinishedStaysOutAlsoAfterARefresh() {
        Pager writer = create(CommitMode.JOURNAL);
        ProtectedPageId guarded = Pages.filledProtected(writer, 3);
        Pages.fill(writer, guarded, 4);
        Path killed = files.copyOf(writer);
        RawPageFile raw = new RawPageFile(killed);
        List<Long> newest = Pages.filledWith(raw, 4);
        assertThat(newest).hasSize(1);
        raw.write(newest.getFirst() * 4096 + 100, (byte) 0x55);
        try (ReadOnlyPager reader = readOnly(killed)) {
            assertFilled(reader.copy(guarded), 3);
            long generation = reader.generation();
            assertThat(reader.refresh()).isEqualTo(generation);
            assertFilled(reader.copy(guarded), 3);
            assertThat(reader.recovery()).hasValueSatisfying(
                    report -> assertThat(report.loss()).isEqualTo(RecoveryReport.Loss.NONE));
        }
    }

    @Test
    void aDamagedPageIsNamedAndTheOthersAreRead() {
        Pager writer = create(CommitMode.JOURNAL);
        ProtectedPageId good = Pages.filledProtected(writer, 3);
        ProtectedPageId bad = Pages.filledProtected(writer, 4);
        writer.close();
        files.damaged(writer.path());
        RawPageFile raw = new RawPageFile(writer.path());
        long page = Pages.filledWith(raw, 4).getFirst();
        raw.write(page * 4096 + 100, (byte) 0x55);
        try (ReadOnlyPager reader = readOnly(writer.path())) {
            assertThatExceptionOfType(CorruptPageException.class).isThrownBy(() -> reader.copy(bad))
                    .satisfies(
                            e -> assertThat(e.getMessage()).contains("Protected page " + bad.number(), "page " + page));
            assertFilled(reader.copy(good), 3);
            assertThat(reader.verify().findings()).hasSize(1);
        }
    }

    @Test
    void aFunctionGetsAWholePageOfItsOwnInWhichEverythingIsAligned() {
        Pager writer = create(CommitMode.JOURNAL);
        ProtectedPageId guarded = Pages.filledProtected(writer, 3);
        try (ReadOnlyPager reader = readOnly(writer.path())) {
            MemorySegment kept = reader.read(guarded, page -> page);
            Pages.fill(writer, guarded, 4);
            Pages.fill(writer, guarded, 5);
            assertFilled(kept, 3);
            assertThat(kept.isReadOnly()).isTrue();
            assertThat(kept.get(ValueLayout.JAVA_LONG, 4088)).isEqualTo(0x0303_0303_0303_0303L);
        }
    }

    @Test
    void whoHasTakenTheNameOfTheFileIsNoticedByARefresh() throws IOException {
        Pager writer = create(CommitMode.JOURNAL);
        ProtectedPageId guarded = Pages.filledProtected(writer, 3);
        writer.close();
        Path away = writer.path().resolveSibling("away");
        try (ReadOnlyPager reader = readOnly(writer.path())) {
            Files.move(writer.path(), away);
            assertThatExceptionOfType(PagerIoException.class).isThrownBy(reader::refresh)
                    .withMessageContaining(away.toString());
            Files.copy(away, writer.path());
            assertThatExceptionOfType(PagerIoException.class).isThrownBy(reader::refresh)
                    .withMessageContaining("Open the path anew");
            assertFilled(reader.copy(guarded), 3);
            Files.move(away, writer.path(), java.nio.file.StandardCopyOption.REPLACE_EXISTING);
            assertThat(reader.refresh()).isEqualTo(reader.generation());
        }
    }

    @Test
    void afterItWasClosedEveryCallSaysSo() {
        Pager writer = create(CommitMode.JOURNAL);
        ProtectedPageId guarded = Pages.filledProtected(writer, 3);
        ReadOnlyPager reader = readOnly(writer.path());
        reader.close();
        reader.close();
        assertThatExceptionOfType(PagerClosedException.class).isThrownBy(() -> reader.copy(guarded));
        assertThatExceptionOfType(PagerClosedException.class).isThrownBy(reader::refresh);
        assertThatExceptionOfType(PagerClosedException.class).isThrownBy(reader::generation);
        assertThatExceptionOfType(PagerClosedException.class).isThrownBy(reader::verify);
        assertThatExceptionOfType(PagerClosedException.class).isThrownBy(reader::allocatedPages);
        assertThat(reader.pageSize()).isEqualTo(4096);
        assertThat(reader.path()).isEqualTo(writer.path());
    }

    @Test
    void whatCannotBeOpenedIsRefusedAsAlways() throws IOException {
        Path missing = files.directory().resolve("missing");
        assertThatExceptionOfType(PagerIoException.class).isThrownBy(() -> readOnly(missing))
                .withMessageContaining(missing.toString());
        assertThatExceptionOfType(PagerIoException.class).isThrownBy(() -> readOnly(files.directory()))
                .withMessageContaining("it is a directory");
        Path foreign = Files.write(files.directory().resolve("foreign"), new byte[20_000]);
        assertThatExceptionOfType(CorruptSuperblockException.class).isThrownBy(() -> readOnly(foreign));
        Pager writer = create(CommitMode.JOURNAL);
        assertThatExceptionOfType(InvalidPageSizeException.class)
                .isThrownBy(() -> Pager.builder(writer.path()).pageSizeLog2(13).openReadOnly());
    }

    @Test
    void pagesThatNobodyMayHaveAreRefusedAsAlways() {
        Pager writer = create(CommitMode.JOURNAL);
        Pages.filledProtected(writer, 3);
        try (ReadOnlyPager reader = readOnly(writer.path())) {
            assertThatExceptionOfType(ReservedPageException.class).isThrownBy(() -> reader.copy(new PageId(1)));
            assertThatExceptionOfType(PageOutOfBoundsException.class)
                    .isThrownBy(() -> reader.copy(new PageId(reader.pageCount())));
            assertThatExceptionOfType(PageNotAllocatedException.class)
                    .isThrownBy(() -> reader.copy(new ProtectedPageId(1)));
            assertThatExceptionOfType(PageOutOfBoundsException.class)
                    .isThrownBy(() -> reader.copy(new ProtectedPageId(reader.pageCount())));
        }
    }

    /** What a later version has added that need not be known to read. A pager refuses the same file. */
    @Test
    void aFileThatMayOnlyBeReadIsRead() {
        Pager writer = create(CommitMode.JOURNAL);
        ProtectedPageId guarded = Pages.filledProtected(writer, 3);
        writer.close();
        files.damaged(writer.path());
        RawPageFile raw = new RawPageFile(writer.path());
        for (int i = 0; i < 2; i++) {
            SuperblockSlot slot = raw.slot(i);
            raw.slot(i, new SuperblockSlot(slot.pageSizeLog2(), slot.activeMetadata(), slot.generation(),
                    slot.metadataSums(), slot.incompatibleFlags(), 0x10, slot.compatibleFlags(), slot.fileId()));
        }
        assertThatExceptionOfType(UnsupportedFormatException.class).isThrownBy(() -> Pager.open(writer.path()));
        try (ReadOnlyPager reader = readOnly(writer.path())) {
            assertFilled(reader.copy(guarded), 3);
            assertThat(reader.verify().isSound()).isTrue();
        }
    }
}
