package io.mappedpages.internal.tree;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Consumer;

import org.jspecify.annotations.Nullable;

import io.mappedpages.internal.format.CopyPair;
import io.mappedpages.internal.format.TreeNode;

/**
 * A tree of copy pairs: the map of page states and the directory of protected pages are two of these.
 *
 * <p>Nodes are read when first needed and checked against what their parent says of them. A child that is not there
 * means that everything below it is free, so reading never makes a node; only an allocation does. Each node has its two
 * pages from the moment it exists, so a commit allocates nothing and there is no recursion in it.
 *
 * <p>This class changes the tree. What only reads it has classes of its own: {@link NodeCache}, {@link TreeSearch} and
 * {@link NodeWalk}. All methods are called under the engine lock.
 */
public final class CopyTree {

    private final NodeLoader loader;
    private final TreeShape shape;
    private final NodeCache nodes;
    private final TreeSearch search;
    private final NodeWalk walk;
    private final ChangeLog log;
    /** What the next checkpoint writes, by level. */
    private final List<List<Node>> dirty = new ArrayList<>();
    /** What the commit being put together has changed. */
    private final List<Node> changed = new ArrayList<>();

    /**
     * The tree that is in the file.
     *
     * @param height     levels in the file now; 0 for none
     * @param rootPair   the root's copies, if {@code height > 0}
     * @param mostLeaves leaves to keep in memory between two calls, unless more are being changed
     * @param log        told of each node that is made
     */
    CopyTree(NodeLoader loader, int height, CopyPair rootPair, int mostLeaves, ChangeLog log) {
        this.log = log;
        this.loader = loader;
        this.shape = loader.shape();
        this.nodes = new NodeCache(loader, height, rootPair, mostLeaves);
        this.search = new TreeSearch(nodes, shape);
        this.walk = new NodeWalk(nodes, shape);
    }

    TreeShape shape() {
        return shape;
    }

    NodeCache nodes() {
        return nodes;
    }

    TreeSearch search() {
        return search;
    }

    /** {@return levels, with those that the commit being put together adds; 0 if there is no node} */
    public int height() {
        return nodes.height();
    }

    /** {@return states or entries in a leaf} */
    public int leafSpan() {
        return shape.leafSpan();
    }

    /** {@return the number that the first state or entry below a node stands for} */
    public long firstNumber(ChildNode child) {
        return shape.firstNumber(child.level(), child.index());
    }

    /** {@return the nodes that must be made before all of {@code wanted} leaves exist, in the order to make them} */
    public List<NodeKey> missing(Collection<Long> wanted) throws IOException {
        return search.missing(wanted);
    }

    /**
     * Shows the nodes of one level, in order, from the one with {@code index} on, until {@code visitor} says that it is
     * enough. Reads the nodes above that level, and none of it. {@return false if it was enough}
     */
    public boolean forEachOfLevel(int level, long index, NodeVisitor visitor) throws IOException {
        return walk.forEachOfLevel(level, index, visitor);
    }

    /**
     * Shows the nodes that speak of {@code leaf} or of what is behind it. Parents come first, and for each the visitor
     * says whether to go on to those below it. Reads no leaves.
     */
    public void forEachReaching(long leaf, NodeVisitor visitor) throws IOException {
        walk.forEachReaching(leaf, visitor);
    }

    /** Shows the pages of a node and of all nodes below it. Reads no leaves. */
    public void forEachPairBelow(ChildNode child, Consumer<CopyPair> action) throws IOException {
        walk.forEachFrom(child, below -> {
            action.accept(below.pair());
            return true;
        });
    }

    /** {@return the node that the tree begins with, or null if there is none} Reads nothing. */
    public @Nullable ChildNode top() {
        return walk.top();
    }

    /** {@return a node as it is in memory, or null if it is not there} Reads nothing. */
    public @Nullable NodeLook look(NodeKey key) {
        return walk.look(key);
    }

    /** {@return where the newest checkpoint has a node; {@link CopyPair#NONE} if there is no such node} Reads those above it. */
    public CopyPair pairOf(NodeKey key) throws IOException {
        return walk.pairOf(key);
    }

    /** Reads a node, if it is not in memory: what is done with it later cannot fail for that. */
    public void load(ChildNode child) throws IOException {
        nodes.node(child);
    }

    /** {@return whether nodes were changed that are not durable} */
    boolean isChanged() {
        return !changed.isEmpty();
    }

    /** Makes a node that {@link #missing} named, with the two pages it will live in. */
    public void create(NodeKey key, long pageA, long pageB) throws IOException {
        log.node(loader.kind(), key, pageA, pageB);
        Node made = loader.create(key, pageA, pageB);
        if (key.level() >= nodes.height()) {
            Node oldRoot = nodes.height() == 0 ? null : nodes.root();
            if (oldRoot != null) {
                made.attach(0, oldRoot);
                working(made).pair(0, oldRoot.pair());
            }
            nodes.root(made);
        } else {
            Node above = nodes.node(new NodeKey(key.level() + 1, key.index() / shape.fanout()));
            if (above == null) {
                throw new IllegalStateException("no parent for " + key);
            }
            above.attach(shape.slotInParent(key.index()), made);
        }
        if (key.level() == 0) {
            nodes.put(made);
        }
        touch(made);
    }

    /** Takes a node out of the tree, and all below it with it: all they speak of is free. Their pages are not touched. */
    public void drop(ChildNode child) throws IOException {
        walk.forEachFrom(child, below -> {
            Node loaded = nodes.cachedNode(below);
            if (loaded != null) {
                loaded.markGone();
            }
            return true;
        });
        Node above = child.parent();
        if (above == null) {
            nodes.removeRoot();
        } else {
            int slot = shape.slotInParent(child.index());
            touch(above).pair(slot, CopyPair.NONE);
            above.detach(slot);
        }
    }

    /** From the commit being put together on, a node lives in two other pages. */
    public void move(ChildNode child, long pageA, long pageB) throws IOException {
        Node node = nodes.node(child);
        node.moveTo(pageA, pageB);
        touch(node);
    }

    /** Prepares {@code node} to be changed by the commit being put together; its ancestors change with the next checkpoint. */
    TreeNode touch(Node node) {
        for (Node at = node; at != null && at.enqueue(); at = at.parent()) {
            while (dirty.size() <= at.level) {
                dirty.add(new ArrayList<>());
            }
            dirty.get(at.level).add(at);
        }
        return working(node);
    }

    private TreeNode working(Node node) {
        if (!node.isWorking()) {
            changed.add(node);
        }
        return node.working();
    }

    /** {@return how many nodes changed since the image before, all of which stay in memory} */
    int nodesToWrite() {
        int count = 0;
        for (List<Node> ofLevel : dirty) {
            count += ofLevel.size();
        }
        return count;
    }

    /** {@return all nodes that changed since the image before, as they are now} */
    TreeImage image() {
        Map<Node, NodeImage> images = new LinkedHashMap<>();
        for (List<Node> ofLevel : dirty) {
            for (Node node : ofLevel) {
                if (!node.isGone()) {
                    images.put(node, new NodeImage(node));
                }
            }
        }
        images.forEach((node, image) -> {
            Node above = node.parent();
            if (above != null) {
                image.parent(Objects.requireNonNull(images.get(above))); // a node that changes takes those above with it
            }
        });
        TreeImage image = new TreeImage(nodes, List.copyOf(images.values()));
        dirty.forEach(List::clear); // last: nothing is forgotten if there is no memory for this
        images.keySet().forEach(Node::takenToBeWritten);
        return image;
    }

    /** What the commit being put together has changed is durable. The next checkpoint writes the nodes. */
    void publishContents() {
        changed.forEach(Node::publishContent);
        changed.clear();
    }
}
