package io.mappedpages.internal.recovery;

import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

import org.jspecify.annotations.Nullable;

import io.mappedpages.internal.fault.CorruptNodeException;
import io.mappedpages.internal.fault.UnreadableException;
import io.mappedpages.internal.format.CopyPair;
import io.mappedpages.internal.format.FileCounts;
import io.mappedpages.internal.format.Geometry;
import io.mappedpages.internal.format.JournalRecord;
import io.mappedpages.internal.format.TreeNode;
import io.mappedpages.internal.tree.FileState;
import io.mappedpages.internal.tree.NodeKey;

/** Makes what journal records say again, in memory, on top of the checkpoint that they follow. */
public final class Replay implements JournalRecord.Visitor {

    private final FileState state;
    private final boolean acceptsUnreadable;
    private final List<String> lost = new ArrayList<>();
    private final List<Row> lostStates = new ArrayList<>();
    private @Nullable UnreadableException unreadable;
    /** Protected pages of which no entry could be noted. */
    private final Set<Long> neverMade = new HashSet<>();
    private long freedInVain;

    /** Neighbouring pages. */
    private record Row(long first, long end) {
    }

    private Replay(FileState state, boolean acceptsUnreadable) {
        this.state = state;
        this.acceptsUnreadable = acceptsUnreadable;
    }

    /**
     * Brings {@code state}, which is that of the checkpoint, to that of the last record. Changes below a damaged node are
     * left out, and that is said; so are those below a node that cannot be read, if the user accepts that.
     *
     * @return {@code adopted}, or the same with what is lost
     * @throws UnreadableException if a node cannot be read below which something was changed
     */
    public static Adopted onto(FileState state, Adopted adopted) throws IOException {
        Replay replay = new Replay(state, adopted.acceptsUnreadable());
        replay.run(adopted.records());
        return replay.lost.isEmpty() ? adopted : adopted.withLoss(replay.lost, replay.unreadable != null);
    }

    /**
     * Brings {@code state} on by records that follow what was replayed onto it before. If this does not succeed, nobody sees
     * anything of it, but the state can be brought on no more.
     *
     * @return false if a node is damaged, or was written over
     * @throws UnreadableException if a node cannot be read below which something was changed
     */
    public static boolean further(FileState state, List<JournalRecord> records) throws IOException {
        Replay replay = new Replay(state, false);
        replay.change(records);
        if (!replay.lost.isEmpty()) {
            return false;
        }
        replay.publish(records);
        return true;
    }

    private void run(List<JournalRecord> records) throws IOException {
        change(records);
        if (!lost.isEmpty()) {
            countNoMoreThanThereCanBe();
        }
        publish(records);
    }

    private void publish(List<JournalRecord> records) {
        if (!records.isEmpty()) {
            state.publishChanges(records.getLast().generation());
        }
    }

    private void change(List<JournalRecord> records) throws IOException {
        for (JournalRecord record : records) {
            FileCounts counts = record.counts();
            state.replayCounts(countsBeforeChanges(counts));
            record.forEach(this);
            if (lost.isEmpty()) { // else they stay as the changes that could be made have left them
                state.replayCounts(counts);
            }
        }
    }

    /**
     * Pages of a protected page are free although that it was freed could not be noted: it cannot be read any more, and is not
     * counted. Else the counts would not fit each other, and no checkpoint could be made of them.
     */
    private void countNoMoreThanThereCanBe() {
        FileCounts counts = state.counts(false);
        long most = (counts.pages() - Geometry.RESERVED_PAGES - counts.free()) / 2;
        state.replayCounts(new FileCounts(counts.pages(), counts.free(),
                Math.clamp(counts.protectedPages() - freedInVain, 0, Math.max(0, most)), counts.highWater(),
                counts.sparse()));
    }

    /** Pages that the file grew by are free; all else is counted as it is changed. */
    private FileCounts countsBeforeChanges(FileCounts after) {
        FileCounts now = state.counts(after.sparse());
        return new FileCounts(after.pages(), now.free() + after.pages() - now.pages(), now.protectedPages(),
                after.highWater(), after.sparse());
    }

    @Override
    public void states(long first, int count, int pageState) throws IOException {
        if (!attempt(() -> state.replayStates(first, count, pageState), "the states of pages " + first + " and on")) {
            lostStates.add(new Row(first, first + count));
        }
    }

    @Override
    public void entry(long id, CopyPair pair) throws IOException {
        String what = "where protected page " + id + " is";
        if (pair.inUse() && (isLost(pair.pageA()) || isLost(pair.pageB()))) {
            noteBelowLost(what); // these pages may be handed out once more
        } else {
            boolean isMade = attempt(() -> state.replayEntry(id, pair), what);
            if (!isMade && pair.inUse()) {
                neverMade.add(id);
            } else if (!isMade && !neverMade.remove(id)) {
                freedInVain++;
            }
        }
    }

    private boolean isLost(long page) {
        return lostStates.stream().anyMatch(row -> row.first <= page && page < row.end);
    }

    @Override
    public void node(TreeNode.Kind tree, int level, long index, long pageA, long pageB) throws IOException {
        attempt(() -> {
            requireNotable(tree, pageA);
            requireNotable(tree, pageB);
            state.replayNode(tree, new NodeKey(level, index), pageA, pageB);
        }, "a new tree node");
    }

    /** What a page is, is said after the node was made. One of which that could not be noted would be handed out once more. */
    private void requireNotable(TreeNode.Kind tree, long page) throws IOException {
        boolean hasLeaf = state.map().hasLeaf(page);
        if (!lost.isEmpty() && tree == TreeNode.Kind.DIRECTORY && !hasLeaf) {
            throw new IllegalStateException("nothing speaks of page " + page);
        }
    }

    private interface Step {
        void run() throws IOException;
    }

    /** {@return whether it could be made} */
    private boolean attempt(Step step, String what) throws IOException {
        try {
            step.run();
            return true;
        } catch (CorruptNodeException e) {
            lost.add("a committed change of " + what + " is lost: " + e.getMessage());
        } catch (UnreadableException e) {
            if (!acceptsUnreadable) {
                throw e;
            }
            unreadable = unreadable == null ? e : unreadable;
            lost.add("a committed change of " + what + " is lost: " + e.getMessage());
        } catch (IllegalStateException e) {
            if (lost.isEmpty()) {
                throw e;
            }
            noteBelowLost(what);
        }
        return false;
    }

    private void noteBelowLost(String what) {
        lost.add("a committed change of " + what + " is lost, for it was below a node that is lost");
    }
}
