package io.mappedpages;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
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

    /** It has the states of a part of ring A. */
    private static long firstMapLeaf(RawPageFile file) throws FormatException {
        MetadataPage metadata = file.metadata(file.currentMetadata());
        assertThat(metadata.mapHeight()).isEqualTo(2);
        byte[] root = file.read(GEOMETRY.offsetOf(metadata.mapRoot().activePage()), GEOMETRY.nodeSize());
        return TreeNode.decode(GEOMETRY, root, TreeNode.Kind.MAP, 1, GEOMETRY.inlineStates(), metadata.mapRoot())
                .pair(0).activePage();
    }
}
