package io.mappedpages.internal.recovery;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

import io.mappedpages.internal.fault.CorruptNodeException;
import io.mappedpages.internal.format.CopyPair;
import io.mappedpages.internal.format.JournalRecord;
import io.mappedpages.internal.format.TreeNode;
import io.mappedpages.internal.tree.FileState;
import io.mappedpages.internal.tree.NodeKey;

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
