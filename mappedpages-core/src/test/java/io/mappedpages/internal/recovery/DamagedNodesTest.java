package io.mappedpages.internal.recovery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.IOException;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.function.BiConsumer;
import java.util.stream.LongStream;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import io.mappedpages.internal.borrow.PageBorrow;
import io.mappedpages.internal.borrow.ProtectedStage;
import io.mappedpages.internal.engine.Engine;
import io.mappedpages.internal.engine.EngineConfig;
import io.mappedpages.internal.engine.EngineEvents;
import io.mappedpages.internal.engine.EngineState;
import io.mappedpages.internal.fault.Fault;
import io.mappedpages.internal.fault.FaultException;
import io.mappedpages.internal.format.CopyPair;
import io.mappedpages.internal.format.Geometry;
import io.mappedpages.internal.format.TreeNode;
import io.mappedpages.internal.storage.ByteRange;
import io.mappedpages.internal.storage.FaultyStorageProvider;
import io.mappedpages.internal.storage.FileStorageProvider;
import io.mappedpages.internal.storage.StorageProvider;
import io.mappedpages.testing.QuietLog;
import io.mappedpages.testing.RawPageFile;
import io.mappedpages.testing.Seed;

/**
 * Each node of both trees is damaged, or cannot be read, in turn: that is found as what it is, and harms nothing but what
 * is below it.
 */
class DamagedNodesTest {

    private static final int LOG2 = 10;
    private static final Geometry GEOMETRY = Geometry.ofLog2(LOG2);
    private static final int PROTECTED = 100;

    @TempDir
    Path directory;

    private Path whole;
    private long[] data;
    private long[] ids;
    private final List<Node> nodes = new ArrayList<>();

    /** A node, what it speaks of, and where its current copy is. */
    private record Node(TreeNode.Kind kind, int level, long first, long span, CopyPair pair) {

        boolean isAbovePage(long page) {
            return kind == TreeNode.Kind.MAP && page >= first && page - first < span;
        }

        boolean isAboveId(long id) {
            return kind == TreeNode.Kind.DIRECTORY && id >= first && id - first < span;
        }

        long page() {
            return pair.activePage();
        }
    }

    private static EngineConfig config(Path path) {
        return config(path, new FileStorageProvider());
    }

    private static EngineConfig config(Path path, StorageProvider provider) {
        return new EngineConfig(path, LOG2, 0, Long.MAX_VALUE, 1 << 20, false, Duration.ZERO, false, false, -1, () -> 1,
                EngineEvents.NONE,
                1 << 20, provider);
    }

    @BeforeEach
    void makeAFileWithTallTrees() throws IOException {
        QuietLog.use();
        whole = directory.resolve("whole");
        Engine engine = Engine.create(config(whole));
        data = engine.alloc(GEOMETRY.inlineStates() + 2 * GEOMETRY.statesPerLeaf());
        ids = engine.allocProtected(PROTECTED);
        for (long page : data) {
            if (page % 50 == 0) {
                PageBorrow borrow = engine.write(page);
                engine.takeExclusive(borrow);
                borrow.segment().set(ValueLayout.JAVA_LONG, 0, page);
                borrow.release();
            }
        }
        for (long id : ids) {
            ProtectedStage stage = engine.writeProtected(id);
            engine.take(stage);
            stage.segment().set(ValueLayout.JAVA_LONG, 0, ~id);
            engine.commit(stage);
        }
        engine.close();
        RawPageFile file = new RawPageFile(whole);
        byte[] bytes = Files.readAllBytes(whole);
        new TreeWalk(GEOMETRY, page -> Arrays.copyOfRange(bytes, (int) page << LOG2, (int) (page + 1) << LOG2),
                _ -> true, new TreeWalk.Visitor() {
                    @Override
                    public void pair(TreeNode.Kind kind, int level, long index, CopyPair pair) {
                        if (level != TreeWalk.ENTRY) {
                            boolean map = kind == TreeNode.Kind.MAP;
                            long span = map ? GEOMETRY.mapSpan(level) : GEOMETRY.directorySpan(level);
                            nodes.add(new Node(kind, level, (map ? GEOMETRY.inlineStates() : 0) + index * span, span,
                                    pair));
                        }
                    }

                    @Override
                    public void node(TreeNode.Kind kind, long firstNumber, TreeNode node) {
                        // its pair was seen
                    }

                    @Override
                    public void damaged(TreeNode.Kind kind, int level, long first, CopyPair pair, Exception problem) {
                        throw new AssertionError(problem);
                    }
                }).walk(file.metadata(file.currentMetadata()));
        assertThat(nodes).hasSizeGreaterThanOrEqualTo(9);
        assertThat(nodes).anyMatch(node -> node.kind == TreeNode.Kind.MAP && node.level == 1)
                .anyMatch(node -> node.kind == TreeNode.Kind.DIRECTORY && node.level == 1);
    }

    @Test
    void damageToAnyNodeIsFoundAsItselfAndHarmsNothingElse() {
        long seed = Seed.next();
        Seed.named(seed, () -> {
            Random random = new Random(seed);
            for (Node node : nodes) {
                for (int i = 0; i < 3; i++) {
                    int at = i == 0 ? 0 : random.nextInt(GEOMETRY.nodeSize());
                    try {
                        damage(node, at);
                    } catch (AssertionError | RuntimeException | IOException e) {
                        throw new AssertionError(node + ", byte " + at + ": " + e.getMessage(), e);
                    }
                }
            }
        });
    }

    private void damage(Node node, int at) throws IOException {
        Path path = directory.resolve("damaged");
        Files.copy(whole, path, StandardCopyOption.REPLACE_EXISTING);
        RawPageFile file = new RawPageFile(path);
        long newest = file.metadata(file.currentMetadata()).generation();
        file.flip(node.page() * GEOMETRY.pageSize() + at);
        Engine engine = Engine.open(config(path));
        Recovery recovery = engine.recovery();
        if (node.pair.generation() == newest) {
            assertThat(recovery).isNotNull();
            assertThat(recovery.loss()).isEqualTo(Recovery.Loss.POSSIBLE);
            assertThat(recovery.findings()).anyMatch(finding -> finding.contains("page " + node.page()));
            assertThat(engine.verify().findings()).isEmpty();
        } else {
            assertThat(recovery).isNull();
            checkThatOnlyWhatIsBelowIsHarmed(engine, node, DamagedNodesTest::assertCorrupt);
        }
        engine.close();
    }

    /**
     * One leaf of the map, or of the directory, gave an input/output error: the pager was unavailable, and again after it
     * had been reopened.
     */
    @Test
    void aNodeThatCannotBeReadIsNamedAndHarmsNothingButWhatIsBelowIt() throws IOException {
        long newest = newestGeneration(whole);
        for (Node node : nodes) {
            if (node.pair.generation() != newest) {
                try {
                    makeUnreadable(node);
                } catch (AssertionError | RuntimeException | IOException e) {
                    throw new AssertionError(node + ": " + e.getMessage(), e);
                }
            }
        }
    }

    private void makeUnreadable(Node node) throws IOException {
        Path path = directory.resolve("unreadable");
        Files.copy(whole, path, StandardCopyOption.REPLACE_EXISTING);
        FaultyStorageProvider disk = new FaultyStorageProvider(new FileStorageProvider());
        ByteRange bad = new ByteRange(GEOMETRY.offsetOf(node.page()), GEOMETRY.pageSize());
        disk.failReadsOf(bad);
        Engine engine = Engine.open(config(path, disk));
        assertThat(engine.recovery()).isNull();
        checkThatOnlyWhatIsBelowIsHarmed(engine, node, DamagedNodesTest::assertUnreadable);

        engine.reopen();

        assertThat(engine.recovery()).isNull();
        checkThatOnlyWhatIsBelowIsHarmed(engine, node, DamagedNodesTest::assertUnreadable);
        disk.reset();
        for (long page : data) {
            PageBorrow borrow = engine.read(page);
            engine.takeShared(borrow);
            borrow.release();
        }
        for (long id : ids) {
            PageBorrow borrow = engine.readProtected();
            engine.takeCurrent(borrow, id);
            borrow.release();
        }
        assertThat(engine.verify().findings()).isEmpty();
        engine.close();
    }

    private static long newestGeneration(Path path) {
        RawPageFile file = new RawPageFile(path);
        return file.metadata(file.currentMetadata()).generation();
    }

    private void checkThatOnlyWhatIsBelowIsHarmed(Engine engine, Node node,
            BiConsumer<Node, FaultException> expected) {
        assertThat(engine.verify().findings()).extracting(Verification.Finding::page).containsExactly(node.page());
        for (long page : data) {
            if (page % 50 == 0) {
                if (node.isAbovePage(page)) {
                    expected.accept(node,
                            catchThrowableOfType(FaultException.class, () -> engine.takeShared(engine.read(page))));
                    expected.accept(node,
                            catchThrowableOfType(FaultException.class, () -> engine.free(new long[] {page})));
                } else {
                    PageBorrow borrow = engine.read(page);
                    engine.takeShared(borrow);
                    assertThat(borrow.segment().get(ValueLayout.JAVA_LONG, 0)).isEqualTo(page);
                    borrow.release();
                }
            }
        }
        for (long id : ids) {
            if (node.isAboveId(id)) {
                expected.accept(node,
                        catchThrowableOfType(FaultException.class,
                                () -> engine.takeCurrent(engine.readProtected(), id)));
                expected.accept(node,
                        catchThrowableOfType(FaultException.class, () -> engine.take(engine.writeProtected(id))));
            } else {
                PageBorrow borrow = engine.readProtected();
                engine.takeCurrent(borrow, id);
                assertThat(borrow.segment().get(ValueLayout.JAVA_LONG, 0)).isEqualTo(~id);
                borrow.release();
            }
        }
        long outside = LongStream.of(data).filter(page -> !node.isAbovePage(page)).findFirst().orElseThrow();
        engine.free(new long[] {outside});
        assertThat(engine.alloc(1)).containsExactly(outside);
        assertThat(engine.state()).isEqualTo(EngineState.OPEN);
    }

    private static void assertUnreadable(Node node, FaultException e) {
        assertThat(e).isNotNull().hasRootCauseInstanceOf(IOException.class);
        assertThat(e.fault()).isInstanceOfSatisfying(Fault.Unreadable.class, fault -> {
            assertThat(fault.page()).isEqualTo(node.page());
            assertThat(fault.part()).isEqualTo(Fault.Part.NODE);
        });
    }

    private static void assertCorrupt(Node node, FaultException e) {
        assertThat(e).isNotNull();
        assertThat(e.fault()).isInstanceOfSatisfying(Fault.CorruptNode.class,
                fault -> assertThat(fault.page()).isEqualTo(node.page()));
    }
}
