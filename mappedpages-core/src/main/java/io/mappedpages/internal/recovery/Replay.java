package io.mappedpages.internal.recovery;

import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

import io.mappedpages.internal.fault.CorruptNodeException;
import io.mappedpages.internal.format.CopyPair;
import io.mappedpages.internal.format.JournalRecord;
import io.mappedpages.internal.format.MetadataPage;
import io.mappedpages.internal.format.TreeNode;
import io.mappedpages.internal.pageio.NodeReader;
import io.mappedpages.internal.storage.PageStorage;
import io.mappedpages.internal.tree.FileState;
import io.mappedpages.internal.tree.NodeKey;
import io.mappedpages.internal.tree.NodeSource;

/** Makes what journal records say again, in memory, on top of the checkpoint that they follow. */
public final class Replay implements JournalRecord.Visitor {

    private final FileState state;
    private final List<String> damaged = new ArrayList<>();

    private Replay(FileState state) {
        this.state = state;
    }

    /**
     * Brings {@code state}, which is that of the checkpoint, to that of the last record. Changes below a damaged node are
     * left out, and that is said.
     *
     * @return {@code adopted}, or the same with what is lost
     */
    public static Adopted onto(FileState state, Adopted adopted) throws IOException {
        Replay replay = new Replay(state);
        for (JournalRecord record : adopted.records()) {
            state.replayCounts(record.counts());
            record.forEach(replay);
            state.replayCounts(record.counts());
        }
        if (!adopted.records().isEmpty()) {
            state.publishChanges(adopted.generation());
        }
        return replay.damaged.isEmpty() ? adopted : adopted.withLoss(replay.damaged);
    }

    /** What the next checkpoint would write. */
    record Image(MetadataPage metadata, Map<Long, byte[]> nodes) {

        /** {@return nodes as they would be read after that checkpoint} */
        NodeSource over(NodeSource file) {
            return page -> {
                byte[] bytes = nodes.get(page);
                return bytes == null ? file.node(page) : bytes.clone();
            };
        }
    }

    /** {@return the file as a checkpoint made now would leave it; nothing is written} */
    static Image image(PageStorage storage, Adopted adopted) throws IOException {
        if (adopted.records().isEmpty()) {
            return new Image(adopted.metadata(), Map.of());
        }
        FileState state = new FileState(adopted.geometry(), adopted.metadata(),
                page -> NodeReader.read(storage, adopted.geometry(), page), _ -> false, Integer.MAX_VALUE);
        onto(state, adopted);
        Map<Long, byte[]> nodes = new HashMap<>();
        return new Image(state.image().encode(adopted.highestGeneration() + 1, nodes::put), nodes);
    }

    @Override
    public void states(long first, int count, int pageState) throws IOException {
        attempt(() -> state.replayStates(first, count, pageState), "the states of pages " + first + " and on");
    }

    @Override
    public void entry(long id, CopyPair pair) throws IOException {
        attempt(() -> state.replayEntry(id, pair), "where protected page " + id + " is");
    }

    @Override
    public void node(TreeNode.Kind tree, int level, long index, long pageA, long pageB) throws IOException {
        attempt(() -> state.replayNode(tree, new NodeKey(level, index), pageA, pageB), "a new tree node");
    }

    private interface Step {
        void run() throws IOException;
    }

    private void attempt(Step step, String what) throws IOException {
        try {
            step.run();
        } catch (CorruptNodeException e) {
            damaged.add("a committed change of " + what + " is lost: " + e.getMessage());
        } catch (IllegalStateException e) {
            if (damaged.isEmpty()) {
                throw e;
            }
            damaged.add("a committed change of " + what + " is lost, for it was below a node that is lost");
        }
    }
}
