package io.mappedpages;

import static io.mappedpages.Pages.filled;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

import io.mappedpages.internal.format.CopyPair;
import io.mappedpages.internal.format.FormatException;
import io.mappedpages.internal.format.Geometry;
import io.mappedpages.internal.format.TreeNode;
import io.mappedpages.internal.storage.ByteRange;
import io.mappedpages.internal.storage.FaultyStorageProvider;
import io.mappedpages.internal.storage.FaultyStorageProvider.Call;
import io.mappedpages.internal.storage.FileStorageProvider;
import io.mappedpages.testing.PageFiles;
import io.mappedpages.testing.RawPageFile;

/** With a journal, zeros are written ahead over free pages that were used before, and pages that are zeros are handed out first. */
class CleanPagesTest {

    @RegisterExtension
    private final PageFiles files = PageFiles.inMemory();

    private final FaultyStorageProvider storage = new FaultyStorageProvider(new FileStorageProvider());
    private Pager pager;
    private List<PageId> used;

    @BeforeEach
    void aFileWithManyPagesThatWereUsed() {
        pager = files.add(files.builder(12).initialSize(4 << 20).reserve(false).commitMode(CommitMode.JOURNAL)
                .journalSize(1 << 20).storage(storage).create());
        used = new ArrayList<>();
        for (int i = 0; i < 40; i++) {
            used.add(filled(pager, 7));
        }
        pager.freeBulk(used);
    }

    private long syncsOf(Runnable call) {
        long before = storage.count(Call.SYNC_RANGES);
        call.run();
        return storage.count(Call.SYNC_RANGES) - before;
    }

    /** From now on all free pages were used before. */
    private void useTheOthers() {
        List<PageId> all = pager.allocBulk(Math.toIntExact(pager.freePageCount()));
        all.stream().filter(used::contains).forEach(id -> Pages.fill(pager, id, 7));
        pager.freeBulk(used);
    }

    @Test
    void allocationsOfPagesThatWereUsedSyncOnce() {
        for (int i = 0; i < 20; i++) {
            assertThat(syncsOf(pager::alloc)).as("allocation %s", i).isOne();
        }
    }

    @Test
    void aPageThatComesAndGoesAgainAndAgainCostsOneSyncEachTimeAndNoOtherPages() {
        Set<PageId> taken = new HashSet<>();
        for (int i = 0; i < 20; i++) { // no more: a checkpoint would sync as well
            PageId[] id = new PageId[1];
            assertThat(syncsOf(() -> id[0] = pager.alloc())).as("allocation %s", i).isOne();
            Pages.assertFilled(pager, id[0], 0);
            Pages.fill(pager, id[0], 9);
            taken.add(id[0]);
            pager.free(id[0]);
        }
        assertThat(taken).hasSizeLessThanOrEqualTo(3);
    }

    @Test
    void whereAllPagesWereUsedOnlyTheFirstOfManyAllocationsSyncsTwice() {
        useTheOthers();
        assertThat(syncsOf(pager::alloc)).isEqualTo(2);
        for (int i = 0; i < 20; i++) {
            assertThat(syncsOf(pager::alloc)).as("allocation %s", i).isOne();
        }
    }

    @Test
    void whatIsHandedOutReadsAsZeros() {
        useTheOthers();
        for (int i = 0; i < used.size(); i++) {
            PageId id = pager.alloc();
            assertThat(used).contains(id);
            Pages.assertFilled(pager, id, 0);
            Pages.fill(pager, id, 8);
        }
    }

    @Test
    void aPageThatIsUsedAndFreedAgainIsNotClean() {
        for (int round = 0; round < 20; round++) {
            List<PageId> taken = new ArrayList<>();
            for (int i = 0; i < 5; i++) {
                taken.add(pager.alloc());
                Pages.assertFilled(pager, taken.getLast(), 0);
                Pages.fill(pager, taken.getLast(), 9);
            }
            pager.freeBulk(taken);
        }
    }

    @Test
    void whoAllocatesNothingWritesNoZeros() {
        ProtectedPageId id = Pages.filledProtected(pager, 1);
        pager.free(pager.alloc());
        long before = storage.count(Call.WRITE);
        Pages.fill(pager, id, 2);
        assertThat(storage.count(Call.WRITE) - before).isEqualTo(3); // the page, and the record twice
    }

    /** The node is not in memory any more when its clean pages are to be handed out, and cannot be read. */
    @Test
    void aCleanPageWhoseStateCannotBeReadIsPassedOver() throws FormatException {
        Geometry geometry = Geometry.ofLog2(10);
        Pager small = files.add(files.builder(10).initialSize(32 << 20).reserve(false).cacheBytes(1)
                .commitMode(CommitMode.JOURNAL).journalSize(64 << 10).storage(storage).create());
        ProtectedPageId page = Pages.filledProtected(small, 1);
        List<PageId> all = small.allocBulk(20_000);
        List<PageId> inOneLeaf = all.stream().filter(id -> leaf(geometry, id) == 1).limit(10).toList();
        small.freeBulk(inOneLeaf);
        PageId untouched = small.alloc();
        assertThat(inOneLeaf).doesNotContain(untouched);
        RawPageFile file = new RawPageFile(small.path());
        for (int i = 0; i < 40; i++) { // so that a checkpoint is made
            Pages.fill(small, page, i);
        }
        all.stream().filter(id -> leaf(geometry, id) > 1).forEach(id -> small.read(id).close());
        CopyPair root = file.metadata(file.currentMetadata()).mapRoot();
        CopyPair leaf = TreeNode.decode(geometry, file.read(root.activePage() << 10, 1 << 10), TreeNode.Kind.MAP, 1,
                geometry.inlineStates(), root).pair(1);
        storage.failReadsOf(new ByteRange(leaf.pageA() << 10, 1 << 10));
        storage.failReadsOf(new ByteRange(leaf.pageB() << 10, 1 << 10));

        for (int i = 0; i < 5; i++) {
            assertThat(leaf(geometry, small.alloc())).isNotEqualTo(1);
        }
        assertThat(small.state()).isEqualTo(PagerState.OPEN);
        storage.reset();
        assertThat(small.verify().findings()).isEmpty();
    }

    private static long leaf(Geometry geometry, PageId id) {
        return (id.number() - geometry.inlineStates()) / geometry.statesPerLeaf();
    }
}
