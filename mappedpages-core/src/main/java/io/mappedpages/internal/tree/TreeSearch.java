package io.mappedpages.internal.tree;

import java.io.IOException;
import java.lang.System.Logger.Level;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

import org.jspecify.annotations.Nullable;

import io.mappedpages.internal.fault.CorruptNodeException;
import io.mappedpages.internal.fault.UnreadableException;
import io.mappedpages.internal.log.SafeLog;

/** Searches a tree for leaves: with something free, that exist, or that do not yet. Makes none. Under the engine lock. */
final class TreeSearch {

    private static final SafeLog LOG = SafeLog.of(TreeSearch.class);

    private final NodeCache nodes;
    private final TreeShape shape;

    /** No leaf below this one was passed over. */
    private long lowestPassedOver = Long.MAX_VALUE;

    TreeSearch(NodeCache nodes, TreeShape shape) {
        this.nodes = nodes;
        this.shape = shape;
    }

    /**
     * {@return the first leaf at or after {@code from} that has something free or does not exist} May lie beyond what
     * the tree covers: there, nothing exists and everything is free. What is behind a node that is damaged or cannot be
     * read is passed over, so that one bad page does not end all allocation.
     */
    long nextOpenLeaf(long from) throws IOException {
        while (true) {
            OpenStep step = new OpenStep();
            try {
                long leaf = next(from, step);
                nodes.leaf(leaf);
                return leaf;
            } catch (CorruptNodeException | UnreadableException e) {
                Node above = step.last;
                if (above == null) {
                    throw e; // the root
                }
                LOG.log(Level.WARNING, "nothing is allocated behind a node that is damaged or cannot be read: "
                        + e.getMessage());
                above.passOver(step.slot);
                lowestPassedOver = Math.min(lowestPassedOver, firstLeafOfChild(above, step.slot));
            }
        }
    }

    /**
     * {@return the first leaf that {@link #nextOpenLeaf} passed over since the file was opened, or {@link Long#MAX_VALUE}}
     * It may be readable again, so a note that nothing below some leaf is free must not go beyond.
     */
    long lowestPassedOver() {
        return lowestPassedOver;
    }

    /** {@return the first leaf at or after {@code from} that exists, or -1} */
    long nextExistingLeaf(long from) throws IOException {
        long leaf = next(from, Node::nextExisting);
        return leaf < nodes.covered() ? leaf : -1;
    }

    /** {@return the last leaf at or before {@code from} that exists, or -1} */
    long previousExistingLeaf(long from) throws IOException {
        long leaf = Math.min(from, nodes.covered() - 1);
        while (leaf >= 0) {
            Node node = nodes.root();
            while (node != null && node.level > 0) {
                int slot = node.previousExisting(shape.slotTowards(leaf, node.level));
                if (slot < 0) {
                    leaf = shape.firstLeaf(node.level, node.index) - 1;
                    break;
                }
                leaf = Math.min(leaf, firstLeafOfChild(node, slot + 1) - 1);
                if (node.level == 1) {
                    return leaf;
                }
                node = nodes.child(node, slot);
            }
            if (node == null || node.level == 0) {
                return leaf;
            }
        }
        return -1;
    }

    /** {@return the nodes that must be made before all of {@code wanted} leaves exist, in the order to make them} */
    List<NodeKey> missing(Collection<Long> wanted) throws IOException {
        if (wanted.isEmpty()) {
            return List.of();
        }
        long last = 0;
        for (long leaf : wanted) {
            last = Math.max(last, leaf);
        }
        int height = nodes.height();
        int tall = height;
        while (shape.covered(tall) <= last) {
            tall++;
        }
        Set<NodeKey> keys = new LinkedHashSet<>();
        for (int level = height == 0 ? tall - 1 : height; level < tall; level++) {
            keys.add(new NodeKey(level, 0)); // new roots, each above the one before
        }
        for (int level = tall - 2; level >= 0; level--) {
            for (long leaf : wanted) {
                NodeKey key = new NodeKey(level, leaf / shape.covered(level + 1));
                if (!exists(key)) {
                    keys.add(key);
                }
            }
        }
        return new ArrayList<>(keys);
    }

    private boolean exists(NodeKey key) throws IOException {
        return key.level() < nodes.height() && nodes.node(key) != null;
    }

    /** How a search goes on inside a node: the first fitting child at or after a place, or -1. */
    private interface Step {
        int next(Node node, int slot);
    }

    /** Remembers where it went last: if the child there is damaged, that is the place to avoid. */
    private static final class OpenStep implements Step {
        private @Nullable Node last;
        private int slot;

        @Override
        public int next(Node node, int from) {
            last = node;
            slot = node.nextOpen(from);
            return slot;
        }
    }

    /** Walks down towards {@code from}, skipping children that do not fit, and starts again behind a node at its end. */
    private long next(long from, Step step) throws IOException {
        long leaf = from;
        while (leaf < nodes.covered()) {
            Node node = nodes.root();
            while (node != null && node.level > 0) {
                int slot = step.next(node, shape.slotTowards(leaf, node.level));
                if (slot < 0) {
                    leaf = shape.firstLeaf(node.level, node.index + 1);
                    break;
                }
                leaf = Math.max(leaf, firstLeafOfChild(node, slot));
                if (node.level == 1) {
                    return leaf;
                }
                node = nodes.child(node, slot);
            }
            if (node == null) {
                return leaf;
            }
            if (node.level == 0) { // a root that is a leaf
                return step.next(node, 0) >= 0 ? leaf : leaf + 1;
            }
        }
        return leaf;
    }

    private long firstLeafOfChild(Node parent, int slot) {
        return shape.firstLeaf(parent.level - 1, shape.childIndex(parent.index, slot));
    }
}
