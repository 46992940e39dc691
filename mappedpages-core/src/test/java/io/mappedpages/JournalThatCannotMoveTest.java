package io.mappedpages;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.Timeout.ThreadMode;
import org.junit.jupiter.api.extension.RegisterExtension;

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

/** A file that grows gets a longer journal if it can have one. If not, it has grown all the same. */
class JournalThatCannotMoveTest {

    private static final Geometry GEOMETRY = Geometry.ofLog2(10);

    @RegisterExtension
    private final PageFiles files = PageFiles.inMemory();

    @Test
    void growthSucceedsThoughTheStatesOfTheOldRingsCannotBeRead() throws FormatException {
        Pager pager = files.add(files.builder(10).commitMode(CommitMode.JOURNAL).journalSize(4 << 20).reserve(false)
                .create());
        pager.alloc();
        pager.close();
        RawPageFile file = new RawPageFile(pager.path());
        JournalRings rings = file.metadata(file.currentMetadata()).rings();
        FaultyStorageProvider storage = new FaultyStorageProvider(new FileStorageProvider());
        Pager grown = files.add(Pager.builder(pager.path()).storage(storage).commitMode(CommitMode.JOURNAL)
                .journalSize(5 << 20).reserve(false).open());
        storage.failReadsOf(new ByteRange(GEOMETRY.offsetOf(firstMapLeaf(file)), GEOMETRY.pageSize()));
        long before = grown.pageCount();

        int count = (int) grown.freePageCount() + 1;
        assertThat(grown.allocBulk(count)).hasSize(count);

        assertThat(grown.pageCount()).isGreaterThan(before);
        assertThat(grown.state()).isEqualTo(PagerState.OPEN);
        assertThat(file.metadata(file.currentMetadata()).rings()).isEqualTo(rings);
        storage.reset();
    }

    /** Free pages that end where the states in the metadata page do are no place for it, and the search goes on behind them. */
    @Test
    @Timeout(value = 60, threadMode = ThreadMode.SEPARATE_THREAD)
    void tooFewFreePagesInFrontOfALeafAreNoPlace() {
        Pager pager = files.add(files.builder(10).commitMode(CommitMode.CHECKPOINT).create());
        List<PageId> pages = pager.allocBulk(GEOMETRY.inlineStates() + 100);
        assertThat(pager.allocBulk((int) pager.freePageCount())).isNotEmpty();
        pager.freeBulk(pages.stream().filter(id -> Math.abs(GEOMETRY.inlineStates() - 5 - id.number()) < 5).toList());
        pager.close();
        Pager other =
                files.add(Pager.builder(pager.path()).commitMode(CommitMode.JOURNAL).journalSize(64 << 10).open());
        int count = (int) other.freePageCount() + 1;

        assertThat(other.allocBulk(count)).hasSize(count);

        RawPageFile file = new RawPageFile(pager.path());
        assertThat(file.metadata(file.currentMetadata()).rings().exist()).isTrue();
    }

    /** It has the states of a part of ring A. */
    private static long firstMapLeaf(RawPageFile file) throws FormatException {
        MetadataPage metadata = file.metadata(file.currentMetadata());
        assertThat(metadata.mapHeight()).isEqualTo(2);
        byte[] root = file.read(GEOMETRY.offsetOf(metadata.mapRoot().activePage()), GEOMETRY.nodeSize());
        return TreeNode.decode(GEOMETRY, root, TreeNode.Kind.MAP, 1, GEOMETRY.inlineStates(), metadata.mapRoot())
                .pair(0).activePage();
    }
}
