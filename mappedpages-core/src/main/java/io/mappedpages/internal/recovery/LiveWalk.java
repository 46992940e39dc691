package io.mappedpages.internal.recovery;

import java.io.IOException;
import java.util.Optional;

import org.jspecify.annotations.Nullable;

import io.mappedpages.internal.fault.FaultException;
import io.mappedpages.internal.format.CopyPair;
import io.mappedpages.internal.format.FormatException;
import io.mappedpages.internal.format.Geometry;
import io.mappedpages.internal.format.TreeNode;
import io.mappedpages.internal.tree.ChildNode;
import io.mappedpages.internal.tree.CopyTree;
import io.mappedpages.internal.tree.FileState;
import io.mappedpages.internal.tree.NodeKey;
import io.mappedpages.internal.tree.NodeLook;
import io.mappedpages.internal.tree.NodeSource;

/**
 * Walks a tree while it is changed: each node as it is when its turn comes, with what journal records made of it. Holds the
 * engine lock only to look at what is in memory of one node.
 *
 * <p>What a node has in the file is compared with its pair. If that fails, it counts only if the pair is still the same: then it
 * was the same all the time, and the copy was not being written.
 */
final class LiveWalk {

    /** Each time a checkpoint has written the node in between. */
    private static final int MOST_LOOKS = 1000;

    private final Verifier.Guard guard;
    private final Geometry geometry;
    private final NodeSource file;
    private final TreeNode.Kind kind;
    private final CopyTree tree;
    private final boolean readsAll;
    private final Visitor visitor;

    /** What a walk meets. */
    interface Visitor extends TreeWalk.Visitor {

        /** What is in the file of a node that is in memory. The walk goes on with what is there. */
        void spoiled(CopyPair pair, Exception problem);
    }

    /** @param readsAll whether to look at what is in the file of nodes that are in memory, too */
    LiveWalk(Verifier.Guard guard, Geometry geometry, FileState state, NodeSource file, TreeNode.Kind kind,
            boolean readsAll, Visitor visitor) {
        this.guard = guard;
        this.geometry = geometry;
        this.file = file;
        this.kind = kind;
        this.tree = kind == TreeNode.Kind.MAP ? state.map().tree() : state.directory().tree();
        this.readsAll = readsAll;
        this.visitor = visitor;
    }

    void run() throws IOException {
        ChildNode top = guard.look(() -> Optional.ofNullable(tree.top())).orElse(null);
        if (top != null) {
            visit(new NodeKey(top.level(), top.index()), top.pair());
        }
    }

    private long first(NodeKey key) {
        return kind == TreeNode.Kind.MAP
                ? geometry.inlineStates() + key.index() * geometry.mapSpan(key.level())
                : key.index() * geometry.directorySpan(key.level());
    }

    private void visit(NodeKey key, CopyPair fromAbove) throws IOException {
        CopyPair pair = fromAbove;
        for (int looks = 1;; looks++) {
            NodeLook inMemory = guard.look(() -> Optional.ofNullable(tree.look(key))).orElse(null);
            CopyPair seen = inMemory == null ? pair : inMemory.pair();
            Exception problem = null;
            TreeNode content = inMemory == null ? null : inMemory.content();
            try {
                if (content == null || (readsAll && isWritten(seen))) {
                    TreeNode read = TreeNode.decode(geometry, file.node(seen.activePage()), kind, key.level(),
                            first(key), seen);
                    content = content == null ? read : content;
                }
            } catch (FormatException | IOException e) {
                problem = e;
            }
            // What was read well may be of a checkpoint before, if the node was written and forgotten in between.
            CopyPair now = problem == null && inMemory != null ? seen : pairOf(key);
            if (!now.inUse()) {
                return; // it was taken away meanwhile
            }
            if (now.equals(seen) || looks == MOST_LOOKS) {
                show(key, seen, content, inMemory, problem);
                return;
            }
            pair = now;
        }
    }

    /** One that no checkpoint has written yet is in memory only. */
    private static boolean isWritten(CopyPair pair) {
        return pair.generation() > 0;
    }

    private CopyPair pairOf(NodeKey key) {
        try {
            return guard.look(() -> tree.pairOf(key));
        } catch (FaultException e) {
            guard.look(() -> true); // unless the file is being closed, a node above is damaged, and was found
            return CopyPair.NONE;
        }
    }

    private void show(NodeKey key, CopyPair pair, @Nullable TreeNode content, @Nullable NodeLook inMemory,
            @Nullable Exception problem) throws IOException {
        visitor.pair(kind, key.level(), key.index(), pair);
        if (content == null) {
            visitor.damaged(kind, key.level(), first(key), pair,
                    problem == null ? new IllegalStateException("nothing was read") : problem);
            return;
        }
        if (problem != null) {
            visitor.spoiled(pair, problem);
        }
        visitor.node(kind, first(key), content);
        if (content.holdsStates()) {
            return;
        }
        for (int slot = 0; slot < geometry.pairsPerNode(); slot++) {
            long index = key.index() * geometry.pairsPerNode() + slot;
            if (key.level() == 0) {
                CopyPair entry = content.pair(slot);
                if (entry.inUse()) {
                    visitor.pair(kind, TreeWalk.ENTRY, index, entry);
                }
            } else {
                CopyPair child = inMemory == null ? content.pair(slot) : inMemory.children().get(slot);
                if (child.inUse()) {
                    visit(new NodeKey(key.level() - 1, index), child);
                }
            }
        }
    }
}
