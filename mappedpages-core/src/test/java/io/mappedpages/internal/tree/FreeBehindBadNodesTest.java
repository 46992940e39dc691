package io.mappedpages.internal.tree;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Path;
import java.time.Duration;
import java.util.stream.LongStream;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.Timeout.ThreadMode;
import org.junit.jupiter.api.io.TempDir;

import io.mappedpages.internal.borrow.PageBorrow;
import io.mappedpages.internal.engine.Engine;
import io.mappedpages.internal.engine.EngineConfig;
import io.mappedpages.internal.engine.EngineEvents;
import io.mappedpages.internal.fault.Fault;
import io.mappedpages.internal.fault.FaultException;
import io.mappedpages.internal.format.CopyPair;
import io.mappedpages.internal.format.Geometry;
import io.mappedpages.internal.format.TreeNode;
import io.mappedpages.internal.storage.ByteRange;
import io.mappedpages.internal.storage.FaultyStorageProvider;
import io.mappedpages.internal.storage.FileStorageProvider;
import io.mappedpages.testing.QuietLog;
import io.mappedpages.testing.RawPageFile;

/** Pages that are free in a file that may not grow, and nearly all of them are behind a leaf that cannot be read. */
@Timeout(value = 60, threadMode = ThreadMode.SEPARATE_THREAD)
class FreeBehindBadNodesTest {

    private static final int LOG2 = 10;
    private static final Geometry GEOMETRY = Geometry.ofLog2(LOG2);
    private static final long PAGES = 12_000;
    /** In the leaf in question. */
    private static final long FIRST = 8_000;
    private static final int FREE = 100;
    private static final long BEFORE = 500;
    private static final long BEHIND = 11_990;

    @TempDir
    Path directory;

    private final FaultyStorageProvider disk = new FaultyStorageProvider(new FileStorageProvider());
    private Path path;
    private Engine engine;
    private ByteRange leaf;

    private EngineConfig config() {
        return new EngineConfig(path, LOG2, PAGES << LOG2, PAGES << LOG2, 1 << 20, false, Duration.ofMillis(500), false,
                false, -1, () -> 1,
                EngineEvents.NONE, 1 << 20, disk);
    }

    @BeforeEach
    void aFullFileWithSomePagesFree() throws Exception {
        QuietLog.use();
        path = directory.resolve("pages");
        engine = Engine.create(config());
        engine.alloc((int) engine.freePageCount() - 20);
        engine.alloc((int) engine.freePageCount());
        long[] free = LongStream.concat(LongStream.range(FIRST, FIRST + FREE), LongStream.of(BEHIND)).toArray();
        engine.free(free);
        engine.close();
        RawPageFile file = new RawPageFile(path);
        CopyPair root = file.metadata(file.currentMetadata()).mapRoot();
        TreeNode node = TreeNode.decode(GEOMETRY, file.read(GEOMETRY.offsetOf(root.activePage()), 1 << LOG2),
                TreeNode.Kind.MAP, 1, GEOMETRY.inlineStates(), root);
        int slot = (int) ((FIRST - GEOMETRY.inlineStates()) / GEOMETRY.statesPerLeaf());
        leaf = new ByteRange(GEOMETRY.offsetOf(node.pair(slot).activePage()), GEOMETRY.pageSize());
        engine = Engine.open(config());
        disk.failReadsOf(leaf);
    }

    @AfterEach
    void close() {
        engine.close();
    }

    private MemorySegment borrow(PageBorrow borrow) {
        engine.takeShared(borrow);
        return borrow.segment();
    }

    /**
     * They were taken for pages that had been lent. So the file was mapped anew for nothing, which took segments that were
     * kept out of use, or the call waited for all of the borrow timeout and then spoke of pages that were borrowed.
     */
    @Test
    void pagesBehindANodeThatCannotBeReadAreNotTakenForLent() {
        assertThat(engine.alloc(1)).containsExactly(BEHIND);
        PageBorrow borrow = engine.read(BEFORE);
        MemorySegment kept = borrow(borrow);
        for (int held = 0; held < 2; held++) {
            assertThatExceptionOfType(FaultException.class).isThrownBy(() -> engine.alloc(1))
                    .satisfies(this::saysHowManyAreOutOfReach);
            assertThatExceptionOfType(FaultException.class).isThrownBy(() -> engine.allocProtected(1))
                    .satisfies(this::saysHowManyAreOutOfReach);
            if (held == 0) {
                borrow.release();
            }
        }
        kept.get(ValueLayout.JAVA_BYTE, 0); // it is still of use
    }

    private void saysHowManyAreOutOfReach(FaultException e) {
        assertThat(e.fault()).isInstanceOfSatisfying(Fault.Full.class, full -> assertThat(full.limit())
                .isInstanceOfSatisfying(Fault.Limit.FreeOutOfReach.class, limit -> {
                    assertThat(limit.free()).isEqualTo(FREE);
                    assertThat(limit.because()).isInstanceOf(Fault.Limit.MaxSize.class);
                }));
    }

    /** The search for free pages began behind the leaf from then on, until the file was opened again. */
    @Test
    void pagesBehindANodeThatCanBeReadAgainAreAllocatedAgain() {
        assertThat(engine.alloc(1)).containsExactly(BEHIND);
        disk.reset();
        PageBorrow borrow = engine.read(FIRST + FREE);
        borrow(borrow);
        borrow.release();

        assertThat(engine.alloc(1)).containsExactly(FIRST);
        engine.allocProtected(1);
        assertThat(engine.alloc((int) engine.freePageCount())).hasSizeGreaterThan(FREE / 2);
        assertThat(engine.verify().findings()).isEmpty();
    }
}
