package io.mappedpages.internal.building;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

import io.mappedpages.internal.format.CopyPair;
import io.mappedpages.internal.format.Geometry;
import io.mappedpages.internal.format.PageState;
import io.mappedpages.internal.format.PageStates;
import io.mappedpages.internal.format.TreeNode;

/**
 * Writes one of the trees from its leaves up, in the order of what they speak of. Of each level one node is in memory, the last one: what
 * comes before it is written.
 */
final class TreeWriter {

    /** Writes a node that is complete to a page of its own. */
    interface Output {
        /** {@return the pair that names it} */
        CopyPair write(TreeNode node) throws IOException;
    }

    /**
     * A tree that is written.
     *
     * @param height its levels, 0 if there is nothing in it
     * @param root   the pair that names its root
     */
    record Written(int height, CopyPair root) {
    }

    private final Geometry geometry;
    private final TreeNode.Kind kind;
    private final Output output;
    /** By level, from the leaves to the highest one so far. */
    private final List<TreeNode> open = new ArrayList<>();

    TreeWriter(Geometry geometry, TreeNode.Kind kind, Output output) {
        this.geometry = geometry;
        this.kind = kind;
        this.output = output;
    }

    /** {@return the leaf that speaks of {@code number}, which is not below that of the last call} */
    TreeNode leafOf(long number) throws IOException {
        return nodeAt(0, number);
    }

    /** Adds a leaf that is complete, and comes after all others. */
    void add(TreeNode leaf) throws IOException {
        if (!open.isEmpty()) {
            write(0);
            open.set(0, leaf);
        } else {
            open.add(leaf);
        }
    }

    /** Writes what is left. {@return the whole tree} */
    Written finish() throws IOException {
        if (open.isEmpty()) {
            return new Written(0, CopyPair.NONE);
        }
        int level = 0;
        while (level + 1 < open.size() || there(level).first() != firstOfTree()) {
            write(level);
            level++;
        }
        return new Written(level + 1, output.write(there(level)));
    }

    private TreeNode nodeAt(int level, long number) throws IOException {
        long first = firstOfTree() + (number - firstOfTree()) / span(level) * span(level);
        if (level < open.size()) {
            if (there(level).first() == first) {
                return there(level);
            }
            write(level);
            open.set(level, TreeNode.blank(geometry, kind, level, first));
        } else {
            open.add(TreeNode.blank(geometry, kind, level, first));
        }
        return there(level);
    }

    private TreeNode there(int level) {
        return open.get(level);
    }

    /** Writes the node of that level, and notes it in the one above. */
    private void write(int level) throws IOException {
        TreeNode node = there(level);
        CopyPair pair = output.write(node);
        TreeNode parent = nodeAt(level + 1, node.first());
        parent.pair((int) ((node.first() - parent.first()) / span(level)), pair);
    }

    private long firstOfTree() {
        return kind == TreeNode.Kind.MAP ? geometry.inlineStates() : 0;
    }

    private long span(int level) {
        return kind == TreeNode.Kind.MAP ? geometry.mapSpan(level) : geometry.directorySpan(level);
    }

    /** {@return whether a page, or an id, that such a node speaks of is free} */
    static boolean hasFree(Geometry geometry, TreeNode node) {
        if (node.holdsStates()) {
            PageStates states = node.states();
            return states.next(PageState.FREE, 0, states.count()) >= 0;
        }
        for (int i = 0; i < geometry.pairsPerNode(); i++) {
            if (!node.inUse(i) || (node.level() > 0 && node.freeBelow(i))) {
                return true;
            }
        }
        return false;
    }
}
