package io.mappedpages;

import static io.mappedpages.Pages.assertFilled;
import static io.mappedpages.Pages.fill;
import static io.mappedpages.Pages.filledProtected;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.Timeout.ThreadMode;
import org.junit.jupiter.api.extension.RegisterExtension;

import io.mappedpages.internal.format.CopyPair;
import io.mappedpages.internal.format.FormatException;
import io.mappedpages.internal.format.Geometry;
import io.mappedpages.internal.format.TreeNode;
import io.mappedpages.internal.storage.ByteRange;
import io.mappedpages.testing.Background;
import io.mappedpages.testing.HeldReads;
import io.mappedpages.testing.PageFiles;
import io.mappedpages.testing.RawPageFile;

/**
 * Tree nodes that were not in memory were read under the engine lock: one slow read, and all commits and all who needed
 * another node waited for it.
 */
@Timeout(value = 120, threadMode = ThreadMode.SEPARATE_THREAD)
class ColdReadsHoldNobodyUpTest {

    private static final Geometry GEOMETRY = Geometry.ofLog2(10);
    private static final int LEAVES = 4;

    @RegisterExtension
    private final PageFiles files = PageFiles.inMemory();

    private final HeldReads disk = new HeldReads();
    private Pager pager;
    private PageId nearPage;
    private ProtectedPageId near;
    /** Its copies are noted in the last leaf. */
    private ProtectedPageId far;
    private List<CopyPair> leaves;

    /** A file whose map has a root, which is in memory, and leaves, which are not. */
    @BeforeEach
    void openAFileWithManyLeaves() throws FormatException {
        pager = files.add(files.builder(10).create());
        near = filledProtected(pager, 1);
        nearPage = pager.alloc();
        pager.allocBulk(GEOMETRY.inlineStates() + (LEAVES - 1) * GEOMETRY.statesPerLeaf());
        far = filledProtected(pager, 2);
        pager.close();
        RawPageFile file = new RawPageFile(pager.path());
        CopyPair root = file.metadata(file.currentMetadata()).mapRoot();
        TreeNode content = TreeNode.decode(GEOMETRY, file.read(root.activePage() << 10, 1 << 10), TreeNode.Kind.MAP, 1,
                GEOMETRY.inlineStates(), root);
        leaves = List.of(content.pair(0), content.pair(1), content.pair(2), content.pair(3));
        assertThat(leaves).allMatch(CopyPair::inUse);
        pager = files.add(Pager.builder(pager.path()).storage(disk.provider()).open());
        fill(pager, near, 3); // now what was found is durable, and no commit has to read
        pager.read(page(0)).close();
        pager.free(nearPage);
    }

    @AfterEach
    void letAllReadsGo() {
        disk.letGo();
    }

    /** A page whose state is in this leaf of the map. */
    private static PageId page(int leaf) {
        return new PageId(GEOMETRY.inlineStates() + (long) leaf * GEOMETRY.statesPerLeaf() + 100);
    }

    private void hold(int leaf) {
        disk.hold(new ByteRange(leaves.get(leaf).activePage() << 10, 1 << 10));
    }

    private void assertThatOthersWork() {
        assertThat(pager.alloc()).isEqualTo(nearPage);
        fill(pager, near, 4);
        pager.read(page(0)).close();
    }

    @Test
    void whoReadsAColdNodeHoldsUpNeitherCommitsNorOtherColdReads() throws InterruptedException {
        hold(1);
        hold(2);
        Background<Boolean> first = Background.run(() -> pager.read(page(1)).close());
        Background<Boolean> second = Background.run(() -> pager.read(page(2)).close());

        disk.await(2); // both at once
        assertThatOthersWork();
        assertThat(first.isDone()).isFalse();
        assertThat(second.isDone()).isFalse();
        disk.letGo();

        assertThat(first.result()).isTrue();
        assertThat(second.result()).isTrue();
    }

    @Test
    void twoWhoWantTheSameNodeReadItOnce() throws InterruptedException {
        hold(1);
        Background<Boolean> first = Background.run(() -> pager.read(page(1)).close());
        disk.await(1);
        Background<Boolean> second = Background.run(() -> pager.read(page(1)).close());
        while (second.thread().getState() != Thread.State.WAITING) {
            Thread.onSpinWait();
        }

        assertThatOthersWork();
        disk.requireNoMore();
        disk.letGo();

        assertThat(first.result()).isTrue();
        assertThat(second.result()).isTrue();
    }

    @Test
    void aChangeThatIsPlannedReadsItsNodesWhileOthersRead() throws InterruptedException {
        assertFilled(pager, far, 2);
        hold(3); // where the states of its copies are, which only the one who frees them needs
        Background<Boolean> freeing = Background.run(() -> pager.freeProtected(far));

        disk.await(1);
        pager.read(page(1)).close();
        pager.read(page(2)).close();
        assertThat(freeing.isDone()).isFalse();
        disk.letGo();

        assertThat(freeing.result()).isTrue();
        assertThat(pager.protectedPageCount()).isOne();
    }

    @Test
    void whoLooksForTheNextPageReadsLeavesWhileOthersCommit() throws InterruptedException {
        hold(1);
        Background<Long> counting = Background.start(() -> pager.allocatedPages().count());

        disk.await(1);
        assertThatOthersWork();
        assertThat(counting.isDone()).isFalse();
        disk.letGo();

        assertThat(counting.result()).isGreaterThan(LEAVES * GEOMETRY.statesPerLeaf() / 2L);
    }

    @Test
    void whoWantsAColdNodeWhileTheFileIsClosedIsToldSo() throws InterruptedException {
        hold(1);
        Background<Throwable> reading = Background.start(() -> {
            try (MappedPage page = pager.read(page(1))) {
                return new AssertionError("lent " + page);
            } catch (PagerClosedException e) {
                return e;
            }
        });
        disk.await(1);
        Background<Boolean> closing = Background.run(pager::close);
        while (pager.state() == PagerState.OPEN) {
            Thread.onSpinWait();
        }
        disk.letGo();

        assertThat(closing.result()).isTrue();
        assertThat(reading.result()).isInstanceOf(PagerClosedException.class);
    }
}
