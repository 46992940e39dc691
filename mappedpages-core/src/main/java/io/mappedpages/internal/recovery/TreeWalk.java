package io.mappedpages.internal.recovery;

import java.io.IOException;
import java.util.function.Predicate;

import io.mappedpages.internal.format.CopyPair;
import io.mappedpages.internal.format.FormatException;
import io.mappedpages.internal.format.Geometry;
import io.mappedpages.internal.format.MetadataPage;
import io.mappedpages.internal.format.TreeNode;
import io.mappedpages.internal.tree.NodeSource;

/**
 * Reads the trees as they are in the file, node by node, keeping only the path from the root in memory. Used to choose
 * a generation when opening, to check a whole file, and to show it.
 */
public final class TreeWalk {

    /** What a walk meets. */
    public interface Visitor {

        /** A pair in use: of a node, or, at level {@link TreeWalk#ENTRY}, of a protected page. */
        void pair(TreeNode.Kind kind, int level, long index, CopyPair pair) throws IOException;

        /** A node that checked out. */
        void node(TreeNode.Kind kind, long firstNumber, TreeNode node) throws IOException;

        /**
         * A node that did not; nothing below it is visited.
         *
         * @param first   the first page, or protected page, below it
         * @param problem a {@link FormatException}, or what reading it threw
         */
        void damaged(TreeNode.Kind kind, int level, long first, CopyPair pair, Exception problem) throws IOException;
    }

    /** The level that {@link Visitor#pair} gets for an entry of a directory leaf. */
    public static final int ENTRY = -1;

    private final Geometry geometry;
    private final NodeSource source;
    private final Predicate<CopyPair> interesting;
    private final Visitor visitor;

    /**
     * @param source      reads nodes
     * @param interesting which pairs to look at; others are passed over with all below them
     */
    public TreeWalk(Geometry geometry, NodeSource source, Predicate<CopyPair> interesting, Visitor visitor) {
        this.geometry = geometry;
        this.source = source;
        this.interesting = interesting;
        this.visitor = visitor;
    }

    /** Walks both trees of {@code metadata}. */
    public void walk(MetadataPage metadata) throws IOException {
        walk(TreeNode.Kind.MAP, metadata.mapHeight() - 1, 0, metadata.mapRoot());
        walk(TreeNode.Kind.DIRECTORY, metadata.directoryHeight() - 1, 0, metadata.directoryRoot());
    }

    private void walk(TreeNode.Kind kind, int level, long index, CopyPair pair) throws IOException {
        if (!pair.inUse() || !interesting.test(pair)) {
            return;
        }
        visitor.pair(kind, level, index, pair);
        if (level == ENTRY) {
            return;
        }
        long first = kind == TreeNode.Kind.MAP
                ? geometry.inlineStates() + index * geometry.mapSpan(level)
                : index * geometry.directorySpan(level);
        TreeNode node;
        try {
            node = TreeNode.decode(geometry, source.node(pair.activePage()), kind, level, first, pair);
        } catch (FormatException | IOException e) {
            visitor.damaged(kind, level, first, pair, e);
            return;
        }
        visitor.node(kind, first, node);
        if (!node.holdsStates()) {
            int fanout = geometry.pairsPerNode();
            for (int slot = 0; slot < fanout; slot++) {
                walk(kind, level - 1, index * fanout + slot, node.pair(slot));
            }
        }
    }
}
