package io.mappedpages.internal.tree;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import io.mappedpages.internal.borrow.PageBorrow;
import io.mappedpages.internal.borrow.ProtectedStage;
import io.mappedpages.internal.engine.Engine;
import io.mappedpages.internal.engine.EngineConfig;
import io.mappedpages.internal.engine.EngineEvents;
import io.mappedpages.internal.format.CopyPair;
import io.mappedpages.internal.format.Geometry;
import io.mappedpages.internal.format.TreeNode;
import io.mappedpages.internal.storage.ByteRange;
import io.mappedpages.internal.storage.FaultyStorageProvider;
import io.mappedpages.internal.storage.FileStorageProvider;
import io.mappedpages.testing.QuietLog;
import io.mappedpages.testing.RawPageFile;

/** What is behind a bad node is passed over when something free is wanted, for as long as it is bad and no longer. */
class PassedOverNodesTest {

    private static final int LOG2 = 10;
    private static final Geometry GEOMETRY = Geometry.ofLog2(LOG2);
    /** Enough for three levels of the directory: the leaf in question has a node above it that is not the root. */
    private static final int PROTECTED = 930;
    private static final int FREE_ID = 95;

    @TempDir
    Path directory;

    private final FaultyStorageProvider disk = new FaultyStorageProvider(new FileStorageProvider());
    private Path path;
    private RawPageFile file;
    /** Where the leaf of the directory is that has the only unused entry below its parent. */
    private long leaf;

    private Engine open() {
        return Engine.open(config());
    }

    private EngineConfig config() {
        return new EngineConfig(path, LOG2, 0, Long.MAX_VALUE, 1 << 20, false, Duration.ZERO, false, false, -1, () -> 1,
                EngineEvents.NONE,
                1 << 20, disk);
    }

    @BeforeEach
    void aFileWithOneUnusedEntryAmongMany() throws Exception {
        QuietLog.use();
        path = directory.resolve("pages");
        Engine engine = Engine.create(config());
        long[] ids = engine.allocProtected(PROTECTED);
        engine.freeProtected(new long[] {FREE_ID});
        write(engine, ids[0]);
        engine.close();
        file = new RawPageFile(path);
        CopyPair pair = file.metadata(file.currentMetadata()).directoryRoot();
        for (int level = 2; level > 0; level--) {
            long span = GEOMETRY.directorySpan(level - 1);
            TreeNode node = TreeNode.decode(GEOMETRY, file.read(GEOMETRY.offsetOf(pair.activePage()), 1 << LOG2),
                    TreeNode.Kind.DIRECTORY, level, 0, pair);
            pair = node.pair((int) (FREE_ID / span % GEOMETRY.pairsPerNode()));
        }
        leaf = pair.activePage();
    }

    private static void write(Engine engine, long id) {
        ProtectedStage stage = engine.writeProtected(id);
        engine.take(stage);
        engine.commit(stage);
    }

    /** Another entry below the same parent changes, so that the parent is written with what it knows of its children. */
    private void passOverAndCommit(Engine engine) {
        assertThat(engine.allocProtected(1)).containsExactly(PROTECTED);
        write(engine, 0);
        engine.close();
    }

    /**
     * "Nothing free below", noted in memory to pass over a damaged leaf, was written to the disk with the next commit: once
     * the leaf was repaired its free entries were never found again.
     */
    @Test
    void whatWasFreeBehindADamagedNodeIsFoundAgainOnceItIsRepaired() {
        file.spoilPage(leaf);
        passOverAndCommit(open());
        file.spoilPage(leaf); // the same byte again: it is as it was

        Engine engine = open();

        assertThat(engine.allocProtected(1)).containsExactly(FREE_ID);
        assertThat(engine.verify().findings()).isEmpty();
        engine.close();
    }

    @Test
    void whatWasFreeBehindANodeThatCouldNotBeReadIsFoundAgainOnceItCan() {
        disk.failReadsOf(new ByteRange(GEOMETRY.offsetOf(leaf), GEOMETRY.pageSize()));
        passOverAndCommit(open());
        disk.reset();

        Engine engine = open();

        assertThat(engine.allocProtected(1)).containsExactly(FREE_ID);
        assertThat(engine.verify().findings()).isEmpty();
        engine.close();
    }

    /**
     * The fault has passed, and somebody reads a page behind the node. Its free entries were not found again before the file
     * was opened anew, for the search began behind them.
     */
    @Test
    void aNodeThatWasReadAfterAllIsNotPassedOverAnyLonger() {
        disk.failReadsOf(new ByteRange(GEOMETRY.offsetOf(leaf), GEOMETRY.pageSize()));
        Engine engine = open();
        assertThat(engine.allocProtected(1)).containsExactly(PROTECTED);
        disk.reset();

        PageBorrow borrow = engine.readProtected();
        engine.takeCurrent(borrow, FREE_ID + 1);
        borrow.release();

        assertThat(engine.allocProtected(1)).containsExactly(FREE_ID);
        engine.close();
    }
}
