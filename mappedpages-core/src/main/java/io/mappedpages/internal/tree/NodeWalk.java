package io.mappedpages.internal.tree;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

import org.jspecify.annotations.Nullable;

import io.mappedpages.internal.format.CopyPair;

/** Shows the nodes of a tree to a visitor, parents first, and reads no more of them than it has to. Under the engine lock. */
final class NodeWalk {

    private final NodeCache nodes;
    private final TreeShape shape;

    NodeWalk(NodeCache nodes, TreeShape shape) {
        this.nodes = nodes;
        this.shape = shape;
    }

    /**
     * Shows the nodes of one level, in order, from the one with {@code index} on, until {@code visitor} says that it is
     * enough. Reads the nodes above that level, and none of it. {@return false if it was enough}
     */
    boolean forEachOfLevel(int level, long index, NodeVisitor visitor) throws IOException {
        if (level >= nodes.height()) {
            return true;
        }
        Node top = nodes.root();
        if (top.level == level) {
            return index > top.index || visitor.visit(seenFromAbove(top));
        }
        return forEachOfLevel(top, level, index, visitor);
    }

    private boolean forEachOfLevel(Node above, int level, long index, NodeVisitor visitor) throws IOException {
        int below = above.level - 1;
        long perChild = shape.covered(below - level + 1);
        int slot = (int) Math.clamp(index / perChild - shape.childIndex(above.index, 0), 0L, (long) shape.fanout());
        for (slot = above.nextExisting(slot); slot >= 0; slot = above.nextExisting(slot + 1)) {
            boolean more;
            if (below == level) {
                more = visitor.visit(child(above, slot));
            } else {
                Node child = nodes.child(above, slot);
                more = child == null || forEachOfLevel(child, level, index, visitor);
            }
            if (!more) {
                return false;
            }
        }
        return true;
    }

    /**
     * Shows the nodes that speak of {@code leaf} or of what is behind it. For each the visitor says whether to go on to
     * those below it. Reads no leaves.
     */
    void forEachReaching(long leaf, NodeVisitor visitor) throws IOException {
        if (leaf < nodes.covered()) {
            reach(seenFromAbove(nodes.root()), leaf, visitor);
        }
    }

    private void reach(ChildNode child, long leaf, NodeVisitor visitor) throws IOException {
        if (!visitor.visit(child) || child.level() == 0) {
            return;
        }
        Node node = nodes.node(child);
        boolean onTheWay = leaf / shape.covered(child.level() + 1) == child.index();
        int slot = onTheWay ? shape.slotTowards(leaf, child.level()) : 0;
        for (slot = node.nextExisting(slot); slot >= 0; slot = node.nextExisting(slot + 1)) {
            reach(child(node, slot), leaf, visitor);
        }
    }

    /** Shows a node and all below it. For each the visitor says whether to go on to those below it. Reads no leaves. */
    void forEachFrom(ChildNode child, NodeVisitor visitor) throws IOException {
        if (!visitor.visit(child) || child.level() == 0) {
            return;
        }
        Node node = nodes.node(child);
        for (int slot = node.nextExisting(0); slot >= 0 && slot < shape.fanout(); slot = node.nextExisting(slot + 1)) {
            forEachFrom(child(node, slot), visitor);
        }
    }

    /** {@return the node that the tree begins with, or null if there is none} Reads nothing. */
    @Nullable ChildNode top() {
        Node root = nodes.cachedRoot();
        return nodes.height() == 0 ? null
                : new ChildNode(null, nodes.height() - 1, 0, root == null ? nodes.rootPair() : root.pair());
    }

    /** {@return a node as it is in memory, or null if it is not there} Reads nothing. */
    @Nullable NodeLook look(NodeKey key) {
        Node node = key.level() < nodes.height() ? nodes.cachedRoot() : null;
        while (node != null && node.level > key.level()) {
            node = node.child(shape.slotTowards(shape.firstLeaf(key.level(), key.index()), node.level));
        }
        if (node == null || node.index != key.index()) {
            return null;
        }
        List<CopyPair> children = new ArrayList<>();
        for (int slot = 0; node.level > 0 && slot < shape.fanout(); slot++) {
            Node child = node.child(slot);
            children.add(child == null ? node.durable().pair(slot) : child.pair());
        }
        return new NodeLook(node.pair(), node.durable(), children);
    }

    /** {@return where the newest checkpoint has a node; {@link CopyPair#NONE} if there is no such node} Reads those above it. */
    CopyPair pairOf(NodeKey key) throws IOException {
        ChildNode top = top();
        if (top == null || key.level() > top.level() || shape.firstLeaf(key.level(), key.index()) >= nodes.covered()) {
            return CopyPair.NONE;
        }
        if (key.level() == top.level()) {
            return top.pair();
        }
        Node above = nodes.node(new NodeKey(key.level() + 1, key.index() / shape.fanout()));
        if (above == null) {
            return CopyPair.NONE;
        }
        int slot = shape.slotInParent(key.index());
        Node inMemory = above.child(slot);
        return inMemory == null ? above.durable().pair(slot) : inMemory.pair();
    }

    private static ChildNode seenFromAbove(Node root) {
        return new ChildNode(null, root.level, root.index, root.pair());
    }

    private ChildNode child(Node parent, int slot) {
        return new ChildNode(parent, parent.level - 1, shape.childIndex(parent.index, slot),
                parent.current().pair(slot));
    }
}
