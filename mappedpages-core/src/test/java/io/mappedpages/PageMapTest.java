package io.mappedpages;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.Timeout.ThreadMode;
import org.junit.jupiter.api.extension.RegisterExtension;

import io.mappedpages.internal.format.CopyPair;
import io.mappedpages.internal.format.FormatException;
import io.mappedpages.internal.format.Geometry;
import io.mappedpages.internal.format.JournalRings;
import io.mappedpages.internal.format.TreeNode;
import io.mappedpages.testing.PageFiles;
import io.mappedpages.testing.QuietLog;
import io.mappedpages.testing.RawPageFile;
import io.mappedpages.testing.Seed;

/** The map of what pages are used for. */
@Timeout(value = 120, threadMode = ThreadMode.SEPARATE_THREAD)
class PageMapTest {

    private static final int LOG2 = 10;
    private static final Geometry GEOMETRY = Geometry.ofLog2(LOG2);
    /** So many that the map has leaves. */
    private static final int PAGES = GEOMETRY.inlineStates() + 2 * GEOMETRY.statesPerLeaf();

    @RegisterExtension
    private final PageFiles files = PageFiles.onDisk();

    private static Map<PageUse, Long> counts(List<PageRange> ranges) {
        Map<PageUse, Long> counts = new EnumMap<>(PageUse.class);
        ranges.forEach(range -> counts.merge(range.use(), range.count(), Long::sum));
        return counts;
    }

    private static void assertCoversTheFile(List<PageRange> ranges, Pager pager) {
        long end = 0;
        PageUse before = null;
        for (PageRange range : ranges) {
            assertThat(range.first()).isEqualTo(end);
            assertThat(range.count()).isPositive();
            assertThat(range.use()).isNotEqualTo(before);
            end = range.end();
            before = range.use();
        }
        assertThat(end).isEqualTo(pager.pageCount());
    }

    @Test
    void aNewFileIsItsOwnThreePagesAndFreeOnes() {
        Pager pager = files.add(files.builder(LOG2).create());

        assertThat(pager.pageMap(0)).containsExactly(new PageRange(0, 3, PageUse.INTERNAL),
                new PageRange(3, pager.pageCount() - 3, PageUse.FREE));
        assertThat(pager.pageMap(pager.pageCount())).isEmpty();
        assertThat(pager.pageMap(Long.MAX_VALUE)).isEmpty();
        assertThatIllegalArgumentException().isThrownBy(() -> pager.pageMap(-1));
    }

    @Test
    void everyPageIsInOneRangeAndTheCountsAreThoseOfACheck() {
        Pager pager = files.add(files.builder(LOG2).initialSize(1 << 20).create());
        List<PageId> regular = pager.allocBulk(PAGES);
        pager.allocProtectedBulk(300);
        long seed = Seed.next();
        Seed.named(seed, () -> freeSomeAndCompare(pager, regular, new Random(seed)));
    }

    private static void freeSomeAndCompare(Pager pager, List<PageId> regular, Random random) {
        List<PageId> freed = new ArrayList<>();
        for (PageId id : regular) {
            if (random.nextInt(5) == 0) {
                freed.add(id);
            }
        }
        pager.freeBulk(freed);
        pager.suspend(); // now the file itself says where the rings are
        JournalRings rings = rings(pager);
        pager.reopen();

        List<PageRange> ranges = pager.pageMap(0).toList();

        VerifyReport report = pager.verify();
        Map<PageUse, Long> counts = counts(ranges);
        assertCoversTheFile(ranges, pager);
        assertThat(counts).containsEntry(PageUse.FREE, report.freePages())
                .containsEntry(PageUse.REGULAR, report.dataPages())
                .containsEntry(PageUse.PROTECTED, 2 * report.protectedPages())
                .containsEntry(PageUse.JOURNAL, 2L * rings.pages())
                .containsEntry(PageUse.INTERNAL, report.internalPages() - 2L * rings.pages());
        assertThat(ranges).anySatisfy(range -> assertThat(range.first()).isEqualTo(rings.ringA()));
        freed.stream().limit(100).forEach(id -> assertThat(pager.pageMap(id.number()).findFirst())
                .hasValueSatisfying(range -> assertThat(range.use()).isEqualTo(PageUse.FREE)));
    }

    private static JournalRings rings(Pager pager) {
        RawPageFile file = new RawPageFile(pager.path());
        return file.metadata(file.currentMetadata()).rings();
    }

    @Test
    void itBeginsInTheMiddleOfARange() {
        Pager pager = files.add(files.builder(LOG2).create());
        List<PageId> ids = pager.allocBulk(100);
        long from = ids.get(50).number();

        assertThat(pager.pageMap(from).findFirst())
                .hasValue(new PageRange(from, ids.get(99).number() + 1 - from, PageUse.REGULAR));
    }

    @Test
    void whatStandsInADamagedNodeIsUnknownAndTheRestIsTold() throws FormatException {
        QuietLog.use();
        Pager pager = files.add(files.builder(LOG2).commitMode(CommitMode.CHECKPOINT).create());
        pager.allocBulk(PAGES);
        pager.free(pager.alloc()); // so that the leaf is not of the last checkpoints, without which they would not count
        pager.free(pager.alloc());
        pager.close();
        files.damaged(pager.path());
        RawPageFile file = new RawPageFile(pager.path());
        CopyPair root = file.metadata(file.currentMetadata()).mapRoot();
        TreeNode node = TreeNode.decode(GEOMETRY, file.read(GEOMETRY.offsetOf(root.activePage()), 1 << LOG2),
                TreeNode.Kind.MAP, 1, GEOMETRY.inlineStates(), root);
        file.spoilPage(node.pair(0).activePage());

        Pager again = files.open(pager.path());
        List<PageRange> ranges = again.pageMap(0).toList();

        assertCoversTheFile(ranges, again);
        assertThat(ranges).contains(new PageRange(GEOMETRY.inlineStates(), GEOMETRY.statesPerLeaf(), PageUse.UNKNOWN));
        assertThat(counts(ranges)).containsKeys(PageUse.REGULAR, PageUse.INTERNAL);
    }

    @Test
    void pagesInUseAreListedFromAnyNumberOn() {
        Pager pager = files.add(files.builder(LOG2).create());
        List<PageId> regular = pager.allocBulk(50);
        List<ProtectedPageId> guarded = pager.allocProtectedBulk(50);
        pager.free(regular.get(20));
        pager.freeProtected(guarded.get(20));

        assertThat(pager.pages().allocated(regular.get(20).number())).startsWith(regular.get(21)).hasSize(29);
        assertThat(pager.protectedPages().allocated(20)).startsWith(guarded.get(21)).hasSize(29);
        assertThat(pager.pages().allocated(Long.MAX_VALUE)).isEmpty();
        assertThat(pager.protectedPages().allocated(Long.MAX_VALUE)).isEmpty();
        assertThatIllegalArgumentException().isThrownBy(() -> pager.pages().allocated(-1));
    }
}
