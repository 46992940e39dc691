package io.mappedpages.internal.tree;

import java.io.IOException;
import java.util.Objects;

import org.jspecify.annotations.Nullable;

import io.mappedpages.internal.format.CopyPair;
import io.mappedpages.internal.table.LongTable;

/**
 * The nodes of a tree that are in memory. Others are read when they are asked for, so this knows where the tree begins:
 * its height and its root.
 *
 * <p>All methods but {@link #cachedLeaf} are called under the engine lock.
 */
final class NodeCache {

    /** Leaves to look at for each one in excess. */
    private static final int LOOKS = 4;

    private final NodeLoader loader;
    private final TreeShape shape;
    private final int mostLeaves;
    private final LongTable<Node> leaves = new LongTable<>();

    private int height;
    private CopyPair rootPair;
    private @Nullable Node root;

    /**
     * @param height     levels in the file now; 0 for none
     * @param rootPair   the root's copies, if {@code height > 0}
     * @param mostLeaves leaves to keep in memory between two calls, unless more are being changed
     */
    NodeCache(NodeLoader loader, int height, CopyPair rootPair, int mostLeaves) {
        this.loader = loader;
        this.shape = loader.shape();
        this.height = height;
        this.rootPair = rootPair;
        this.mostLeaves = mostLeaves;
    }

    /** {@return the leaf if it was read or made before, else null} Any thread, no lock. */
    @Nullable Node cachedLeaf(long leaf) {
        Node cached = leaves.get(leaf);
        if (cached == null || cached.isGone()) {
            return null;
        }
        cached.noteUse();
        return cached;
    }

    /**
     * Forgets leaves that were not used lately (the clock algorithm) if there are more in memory than there should be, and
     * inner nodes whose last child in memory goes with them. The caller must have no node in its hands.
     */
    void shrink() {
        int excess = leaves.size() - mostLeaves;
        if (excess > 0) {
            leaves.sweep(LOOKS * excess, NodeCache::forget);
        }
    }

    private static boolean forget(Node leaf) {
        if (leaf.isGone()) {
            return true;
        }
        if (!leaf.isIdleSinceLastAsked() || !leaf.canBeForgotten()) {
            return false;
        }
        Node node = leaf;
        while (node.canBeForgotten()) {
            Node above = Objects.requireNonNull(node.parent());
            above.forgetChild(node.slotInParent());
            node.markGone();
            node = above;
        }
        return true;
    }

    /** {@return levels, with those that the commit being put together adds} */
    int height() {
        return height;
    }

    /** {@return how many leaves a tree of this height can have; those behind do not exist} */
    long covered() {
        return shape.covered(height);
    }

    /** {@return the leaf, or null if there is none: everything in its range is free} */
    @Nullable Node leaf(long leaf) throws IOException {
        Node cached = cachedLeaf(leaf);
        if (cached != null) {
            return cached;
        }
        if (leaf >= covered()) {
            return null;
        }
        Node node = root();
        while (node.level > 0) {
            Node child = child(node, shape.slotTowards(leaf, node.level));
            if (child == null) {
                return null;
            }
            node = child;
        }
        leaves.put(node); // it is missing there if memory ran out when it was read
        return node;
    }

    /** {@return the node of that name, or null if it does not exist} */
    @Nullable Node node(NodeKey key) throws IOException {
        long leaf = shape.firstLeaf(key.level(), key.index());
        if (height == 0 || leaf >= covered()) {
            return null;
        }
        Node node = root();
        while (node != null && node.level > key.level()) {
            node = child(node, shape.slotTowards(leaf, node.level));
        }
        return node;
    }

    /** {@return the node itself} */
    Node node(ChildNode child) throws IOException {
        Node above = child.parent();
        Node found = above == null ? root() : child(above, shape.slotInParent(child.index()));
        if (found == null) {
            throw new IllegalStateException("no node for " + child);
        }
        return found;
    }

    /** {@return the node itself if it is in memory, else null} */
    @Nullable Node cachedNode(ChildNode child) {
        Node above = child.parent();
        return above == null ? root : above.child(shape.slotInParent(child.index()));
    }

    /** {@return the root if it is in memory, else null} */
    @Nullable Node cachedRoot() {
        return root;
    }

    /** {@return the root of a tree that has one} */
    Node root() throws IOException {
        Node present = root;
        if (present == null) {
            present = loader.load(height - 1, 0, rootPair);
            root = present;
            if (present.level == 0) {
                leaves.put(present);
            }
        }
        return present;
    }

    /** {@return the child, or null if there is none} */
    @Nullable Node child(Node parent, int slot) throws IOException {
        Node present = parent.child(slot);
        if (present != null) {
            return present;
        }
        CopyPair pair = parent.current().pair(slot);
        if (!pair.inUse()) {
            return null;
        }
        Node loaded = loader.load(parent.level - 1, shape.childIndex(parent.index, slot), pair);
        parent.attach(slot, loaded);
        if (loaded.level == 0) {
            leaves.put(loaded); // last: one without a parent must not be found here
        }
        return loaded;
    }

    /** Lets a leaf that was made be found; it has its parent. */
    void put(Node leaf) {
        leaves.put(leaf);
    }

    /** From the commit being put together on, the tree begins with {@code made}. */
    void root(Node made) {
        root = made;
        height = made.level + 1;
    }

    /** From the commit being put together on, there is no tree. */
    void removeRoot() {
        height = 0;
        root = null;
        rootPair = CopyPair.NONE;
    }

    /** {@return where the root is durable; {@link CopyPair#NONE} if there is none} */
    CopyPair rootPair() {
        return rootPair;
    }

    /** A checkpoint is durable. One that was read and has not changed is where it was. */
    void rootWritten() {
        if (root != null) {
            rootPair = root.pair();
        }
    }
}
