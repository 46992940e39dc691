package io.mappedpages;

import static io.mappedpages.Pages.assertFilled;
import static io.mappedpages.Pages.filled;
import static org.assertj.core.api.Assertions.assertThat;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import io.mappedpages.internal.format.SuperblockSlot;
import io.mappedpages.testing.PageFiles;
import io.mappedpages.testing.RawPageFile;

/** How the file grows, and that nobody who has a page notices. */
class GrowthTest {

    @RegisterExtension
    private final PageFiles files = PageFiles.inMemory();

    private static List<Long> sizesWhileAllocating(Pager pager, long upTo) {
        Set<Long> sizes = new LinkedHashSet<>(Set.of(pager.pageCount()));
        while (pager.pageCount() < upTo) {
            pager.alloc();
            sizes.add(pager.pageCount());
        }
        return List.copyOf(sizes);
    }

    @Test
    void aFileDoublesUntilTheStepIsReachedAndGrowsByTheStepFromThenOn() {
        Pager pager = files.add(files.builder(10).growthStep(40 * 1024).create());

        assertThat(sizesWhileAllocating(pager, 200)).containsExactly(4L, 8L, 16L, 32L, 64L, 104L, 144L, 184L, 224L);
    }

    @Test
    void aStepSmallerThanAPageIsOnePage() {
        Pager pager = files.add(files.builder(10).growthStep(1).create());

        assertThat(sizesWhileAllocating(pager, 8)).containsExactly(4L, 5L, 6L, 7L, 8L);
    }

    @Test
    void theLastStepEndsAtTheMaximum() {
        Pager pager = files.add(files.builder(10).maxSize(21 * 1024).create());

        assertThat(sizesWhileAllocating(pager, 21)).containsExactly(4L, 8L, 16L, 21L);
    }

    @Test
    void aBulkLargerThanTheStepIsMadeRoomForAtOnce() {
        Pager pager = files.add(files.builder(10).commitMode(CommitMode.CHECKPOINT).growthStep(8 * 1024).create());

        pager.allocBulk(1000);

        assertThat(pager.pageCount()).isEqualTo(1003);
        pager.allocProtectedBulk(20);
        assertThat(pager.freePageCount()).isLessThan(8);
    }

    @ParameterizedTest
    @CsvSource({"0, 4", "1, 4", "4096, 4", "4097, 5", "10240, 10", "10241, 11"})
    void theInitialSizeIsRoundedUpToWholePages(long bytes, long pages) {
        Pager pager = files.add(files.builder(10).initialSize(bytes).create());

        assertThat(pager.pageCount()).isEqualTo(pages);
        assertThat(pager.freePageCount()).isEqualTo(pages - 3);
        pager.close();
        assertThat(new RawPageFile(pager.path()).length()).isEqualTo(pages * 1024);
    }

    @Test
    void anInitialSizeDoesNothingToAnExistingFile() {
        Pager pager = files.create(10);
        pager.close();

        Pager opened = files.add(Pager.builder(pager.path()).initialSize(1 << 20).openOrCreate());

        assertThat(opened.pageCount()).isEqualTo(4);
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void theFileSaysWhetherItsBlocksAreReserved(boolean reserve) {
        Pager pager = files.add(files.builder(10).reserve(reserve).create());
        RawPageFile file = new RawPageFile(pager.path());
        int sparse = reserve ? 0 : SuperblockSlot.FLAG_SPARSE;

        assertThat(file.slot(0).compatibleFlags()).isEqualTo(sparse);
        pager.allocBulk(30);

        assertThat(file.slot(file.newestSlot()).compatibleFlags()).isEqualTo(sparse);
    }

    @Test
    void aFileThatOnceGrewWithoutReservingSaysSoForEver() {
        Pager pager = files.create(10);
        pager.close();
        try (Pager sparse = Pager.builder(pager.path()).reserve(false).open()) {
            sparse.allocBulk(30);
        }

        Pager opened = files.open(pager.path());
        opened.allocBulk(100);

        RawPageFile file = new RawPageFile(pager.path());
        assertThat(file.slot(file.newestSlot()).compatibleFlags()).isEqualTo(SuperblockSlot.FLAG_SPARSE);
    }

    /** Readers and a writer keep their pages through a dozen growths; nobody waits, and everybody sees the same bytes. */
    @Test
    void viewsTakenBeforeStayValidAndSeeTheSameBytesWhileTheFileGrows() {
        Pager pager = files.add(files.builder(10).growthStep(1 << 20).borrowTimeout(Duration.ZERO).create());
        List<MappedPage> views = new ArrayList<>();
        List<PageId> ids = new ArrayList<>();
        ProtectedPageId protectedPage = Pages.filledProtected(pager, 99);
        MappedPage protectedView = pager.read(protectedPage);
        PageId shared = pager.alloc();
        WritablePage writer = pager.write(shared);
        for (int round = 0; round < 12; round++) {
            PageId id = filled(pager, round);
            ids.add(id);
            views.add(pager.read(id));
            pager.allocBulk((int) pager.pageCount());
        }
        assertThat(pager.pageCount()).isGreaterThan(10_000);

        for (int i = 0; i < views.size(); i++) {
            assertFilled(views.get(i).bytes(), i);
            assertFilled(pager, ids.get(i), i);
        }
        assertFilled(protectedView.bytes(), 99);
        writer.bytes().fill((byte) 42); // through the first of many mappings
        writer.close();
        assertFilled(pager, shared, 42);
        views.forEach(MappedPage::close);
        protectedView.close();
    }

    /** The file is mapped in pieces of 1 GiB; pages on both sides of the border are what they were, also after opening. */
    @Test
    void aFileGrowsAcrossTheBorderOfItsFirstMappedGibibyte() {
        int log2 = 20;
        Pager pager = files.add(files.builder(log2).reserve(false).initialSize(1000L << 20).growthStep(16 << 20)
                .create());
        List<PageId> below = pager.allocBulk(960);
        PageId early = below.get(500);
        mark(pager, early, 1);
        MappedPage held = pager.read(early);
        MemorySegment view = held.bytes();
        List<PageId> across = pager.allocBulk(40);
        assertThat(across.getFirst().number()).isLessThan(1024);
        assertThat(across.getLast().number()).isGreaterThan(1025);
        for (int i = 0; i < across.size(); i++) {
            assertMarked(pager, across.get(i), 0);
            mark(pager, across.get(i), i);
        }
        assertMarked(view, 1);
        ProtectedPageId protectedPage = Pages.filledProtected(pager, 7);
        held.close();

        Pager opened = files.openAnew(pager);

        assertThat(opened.pageCount()).isGreaterThan(1029);
        for (int i = 0; i < across.size(); i++) {
            assertMarked(opened, across.get(i), i);
        }
        assertMarked(opened, early, 1);
        assertFilled(opened, protectedPage, 7);
    }

    /** First and last bytes are enough to see that a page is in one piece. */
    private static void mark(Pager pager, PageId id, int value) {
        try (WritablePage page = pager.write(id)) {
            page.bytes().set(ValueLayout.JAVA_INT_UNALIGNED, 0, value);
            page.bytes().set(ValueLayout.JAVA_INT_UNALIGNED, page.size() - 4L, value);
        }
    }

    private static void assertMarked(Pager pager, PageId id, int value) {
        try (MappedPage page = pager.read(id)) {
            assertMarked(page.bytes(), value);
        }
    }

    private static void assertMarked(MemorySegment bytes, int value) {
        assertThat(bytes.get(ValueLayout.JAVA_INT_UNALIGNED, 0)).isEqualTo(value);
        assertThat(bytes.get(ValueLayout.JAVA_INT_UNALIGNED, bytes.byteSize() - 4)).isEqualTo(value);
    }
}
