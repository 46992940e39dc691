package io.mappedpages.internal.tree;

import java.io.IOException;
import java.lang.System.Logger.Level;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.function.LongSupplier;

import org.jspecify.annotations.Nullable;

import io.mappedpages.internal.fault.CorruptNodeException;
import io.mappedpages.internal.fault.UnreadableException;
import io.mappedpages.internal.format.CopyPair;
import io.mappedpages.internal.format.FormatException;
import io.mappedpages.internal.format.Geometry;
import io.mappedpages.internal.format.TreeNode;
import io.mappedpages.internal.log.SafeLog;
import io.mappedpages.internal.table.LongTable;

/**
 * A tree of copy pairs: the map of page states and the directory of protected pages are two of these.
 *
 * <p>Nodes are read when first needed and checked against what their parent says of them. A child that is not there
 * means that everything below it is free, so reading never makes a node; only an allocation does. Each node has its two
 * pages from the moment it exists, so a commit allocates nothing and there is no recursion in it.
 *
 * <p>All methods but {@link #cachedLeaf} are called under the engine lock.
 */
public final class CopyTree {

    private static final SafeLog LOG = SafeLog.of(CopyTree.class);

    /** Leaves to look at for each one in excess. */
    private static final int LOOKS = 4;

    /** Names a node that does not exist yet: its level (0 = leaf) and its place among the nodes of that level. */
    public record Key(int level, long index) {
    }

    private final Geometry geometry;
    private final TreeNode.Kind kind;
    private final long base;
    private final int leafSpan;
    private final int fanout;
    private final NodeSource source;
    private final LongSupplier pageCount;
    private final int mostLeaves;
    private final LongTable<Node> leaves = new LongTable<>();
    private final List<List<Node>> dirty = new ArrayList<>();

    /** No leaf below this one was passed over. */
    private long lowestPassedOver = Long.MAX_VALUE;
    private int height;
    private CopyPair rootPair;
    private @Nullable Node root;

    /**
     * @param base     the number that the first leaf's first state or entry stands for
     * @param leafSpan states or entries in a leaf
     * @param height   levels in the file now; 0 for none
     * @param rootPair the root's copies, if {@code height > 0}
     * @param pageCount pages in the file; no pair may name one at or after it
     * @param mostLeaves leaves to keep in memory between two calls, unless more are being changed
     */
    CopyTree(Geometry geometry, TreeNode.Kind kind, long base, int leafSpan, int height, CopyPair rootPair,
            NodeSource source, LongSupplier pageCount, int mostLeaves) {
        this.geometry = geometry;
        this.kind = kind;
        this.base = base;
        this.leafSpan = leafSpan;
        this.fanout = geometry.pairsPerNode();
        this.height = height;
        this.rootPair = rootPair;
        this.source = source;
        this.pageCount = pageCount;
        this.mostLeaves = mostLeaves;
    }

    public int height() {
        return height;
    }

    /** {@return whether nodes were changed that are not durable} */
    boolean isChanged() {
        for (List<Node> ofLevel : dirty) {
            if (!ofLevel.isEmpty()) {
                return true;
            }
        }
        return false;
    }

    public int leafSpan() {
        return leafSpan;
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
            leaves.sweep(LOOKS * excess, this::forget);
        }
    }

    private boolean forget(Node leaf) {
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

    /** {@return the leaf, or null if there is none: everything in its range is free} */
    public @Nullable Node leaf(long leaf) throws IOException {
        Node cached = cachedLeaf(leaf);
        if (cached != null) {
            return cached;
        }
        if (leaf >= covered(height)) {
            return null;
        }
        Node node = root();
        while (node.level > 0) {
            Node child = child(node, slotTowards(leaf, node.level));
            if (child == null) {
                return null;
            }
            node = child;
        }
        leaves.put(node); // it is missing there if memory ran out when it was read
        return node;
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
                leaf(leaf);
                return leaf;
            } catch (CorruptNodeException | UnreadableException e) {
                Node above = step.last;
                if (above == null) {
                    throw e; // the root
                }
                LOG.log(Level.WARNING, "nothing is allocated behind a node that is damaged or cannot be read: "
                        + e.getMessage());
                above.passOver(step.slot);
                lowestPassedOver = Math.min(lowestPassedOver,
                        firstLeaf(above.level - 1, above.index * fanout + step.slot));
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

    /** {@return the last leaf at or before {@code from} that exists, or -1} */
    long previousExistingLeaf(long from) throws IOException {
        long leaf = Math.min(from, covered(height) - 1);
        while (leaf >= 0) {
            Node node = root();
            while (node != null && node.level > 0) {
                int slot = node.previousExisting(slotTowards(leaf, node.level));
                if (slot < 0) {
                    leaf = firstLeaf(node.level, node.index) - 1;
                    break;
                }
                leaf = Math.min(leaf, firstLeaf(node.level - 1, node.index * fanout + slot + 1) - 1);
                if (node.level == 1) {
                    return leaf;
                }
                node = child(node, slot);
            }
            if (node == null || node.level == 0) {
                return leaf;
            }
        }
        return -1;
    }

    /** {@return the first leaf at or after {@code from} that exists, or -1} */
    long nextExistingLeaf(long from) throws IOException {
        long leaf = next(from, Node::nextExisting);
        return leaf < covered(height) ? leaf : -1;
    }

    /** How a search goes on inside a node: the first fitting child at or after a place, or -1. */
    private interface Step {
        int next(Node node, int slot);
    }

    /** Walks down towards {@code from}, skipping children that do not fit, and starts again behind a node at its end. */
    private long next(long from, Step step) throws IOException {
        long leaf = from;
        while (leaf < covered(height)) {
            Node node = root();
            while (node != null && node.level > 0) {
                int slot = step.next(node, slotTowards(leaf, node.level));
                if (slot < 0) {
                    leaf = firstLeaf(node.level, node.index + 1);
                    break;
                }
                leaf = Math.max(leaf, firstLeaf(node.level - 1, node.index * fanout + slot));
                if (node.level == 1) {
                    return leaf;
                }
                node = child(node, slot);
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

    /** {@return the nodes that must be made before all of {@code wanted} leaves exist, in the order to make them} */
    public List<Key> missing(Collection<Long> wanted) throws IOException {
        if (wanted.isEmpty()) {
            return List.of();
        }
        long last = 0;
        for (long leaf : wanted) {
            last = Math.max(last, leaf);
        }
        int tall = height;
        while (covered(tall) <= last) {
            tall++;
        }
        Set<Key> keys = new LinkedHashSet<>();
        for (int level = height == 0 ? tall - 1 : height; level < tall; level++) {
            keys.add(new Key(level, 0)); // new roots, each above the one before
        }
        for (int level = tall - 2; level >= 0; level--) {
            for (long leaf : wanted) {
                Key key = new Key(level, leaf / covered(level + 1));
                if (!exists(key)) {
                    keys.add(key);
                }
            }
        }
        return new ArrayList<>(keys);
    }

    /** A node that exists, as its parent (null for the root) speaks of it. */
    public record Child(@Nullable Node parent, int level, long index, CopyPair pair) {
    }

    /** Shown each node that exists; says whether to go on to those below it. */
    public interface ChildVisitor {
        boolean visit(Child child) throws IOException;
    }

    private void visit(Child child, ChildVisitor visitor) throws IOException {
        if (!visitor.visit(child) || child.level() == 0) {
            return;
        }
        Node node = node(child);
        for (int slot = node.nextExisting(0); slot >= 0 && slot < fanout; slot = node.nextExisting(slot + 1)) {
            visit(new Child(node, child.level() - 1, child.index() * fanout + slot, node.current().pair(slot)),
                    visitor);
        }
    }

    /**
     * Shows the nodes of one level, in order, from the one with {@code index} on, until {@code visitor} says that it is
     * enough. Reads the nodes above that level, and none of it. {@return false if it was enough}
     */
    public boolean forEachOfLevel(int level, long index, ChildVisitor visitor) throws IOException {
        if (level >= height) {
            return true;
        }
        Node top = root();
        if (top.level == level) {
            return index > top.index || visitor.visit(new Child(null, level, top.index, top.pair()));
        }
        return forEachOfLevel(top, level, index, visitor);
    }

    private boolean forEachOfLevel(Node above, int level, long index, ChildVisitor visitor) throws IOException {
        int below = above.level - 1;
        long perChild = covered(below - level + 1);
        int slot = (int) Math.clamp(index / perChild - above.index * fanout, 0L, (long) fanout);
        for (slot = above.nextExisting(slot); slot >= 0; slot = above.nextExisting(slot + 1)) {
            boolean more;
            if (below == level) {
                more = visitor.visit(new Child(above, level, above.index * fanout + slot, above.current().pair(slot)));
            } else {
                Node child = child(above, slot);
                more = child == null || forEachOfLevel(child, level, index, visitor);
            }
            if (!more) {
                return false;
            }
        }
        return true;
    }

    /**
     * Shows the nodes that speak of {@code leaf} or of what is behind it. Parents come
     * first, and for each the visitor says whether to go on to those below it. Reads no leaves.
     */
    public void forEachReaching(long leaf, ChildVisitor visitor) throws IOException {
        if (leaf < covered(height)) {
            Node top = root();
            reach(new Child(null, top.level, top.index, top.pair()), leaf, visitor);
        }
    }

    private void reach(Child child, long leaf, ChildVisitor visitor) throws IOException {
        if (!visitor.visit(child) || child.level() == 0) {
            return;
        }
        Node node = node(child);
        boolean onTheWay = leaf / covered(child.level() + 1) == child.index();
        int slot = onTheWay ? slotTowards(leaf, child.level()) : 0;
        for (slot = node.nextExisting(slot); slot >= 0; slot = node.nextExisting(slot + 1)) {
            reach(new Child(node, child.level() - 1, child.index() * fanout + slot, node.current().pair(slot)), leaf,
                    visitor);
        }
    }

    /** {@return the node itself} */
    public Node node(Child child) throws IOException {
        Node above = child.parent();
        Node found = above == null ? root() : child(above, (int) (child.index() % fanout));
        if (found == null) {
            throw new IllegalStateException("no node for " + child);
        }
        return found;
    }

    /** {@return the first state or entry below a node} */
    public long firstNumber(Child child) {
        return base + firstLeaf(child.level(), child.index()) * leafSpan;
    }

    /** Something done with the two pages of a node. */
    public interface PairAction {
        void accept(CopyPair pair) throws IOException;
    }

    /** Shows the pages of a node and of all nodes below it. */
    public void forEachPairBelow(Child child, PairAction action) throws IOException {
        visit(child, below -> {
            action.accept(below.pair());
            return true;
        });
    }

    /** Takes a node out of the tree, and all below it with it: all they speak of is free. Their pages are not touched. */
    public void drop(Child child) throws IOException {
        visit(child, below -> {
            Node above = below.parent();
            Node loaded = above == null ? root : above.child((int) (below.index() % fanout));
            if (loaded != null) {
                loaded.markGone();
            }
            return true;
        });
        Node above = child.parent();
        if (above == null) {
            height = 0;
            root = null;
            rootPair = CopyPair.NONE;
        } else {
            int slot = (int) (child.index() % fanout);
            touch(above).pair(slot, CopyPair.NONE);
            above.detach(slot);
        }
    }

    /** From the commit being put together on, a node lives in two other pages. */
    public void move(Child child, long pageA, long pageB) throws IOException {
        Node node = node(child);
        node.moveTo(pageA, pageB);
        touch(node);
    }

    /** Makes a node that {@link #missing} named, with the two pages it will live in. */
    public Node create(Key key, long pageA, long pageB) throws IOException {
        long first = base + firstLeaf(key.level(), key.index()) * leafSpan;
        Node made = Node.created(key.level(), key.index(), pageA, pageB,
                TreeNode.blank(geometry, kind, key.level(), first), fanout);
        if (key.level() >= height) {
            Node oldRoot = height == 0 ? null : root();
            if (oldRoot != null) {
                made.attach(0, oldRoot);
                made.working().pair(0, oldRoot.pair());
            }
            root = made;
            height = key.level() + 1;
        } else {
            Node above = node(new Key(key.level() + 1, key.index() / fanout));
            if (above == null) {
                throw new IllegalStateException("no parent for " + key);
            }
            above.attach((int) (key.index() % fanout), made);
        }
        if (key.level() == 0) {
            leaves.put(made);
        }
        touch(made);
        return made;
    }

    /** Prepares {@code node} to be changed by the commit being put together, and its ancestors with it. */
    TreeNode touch(Node node) {
        for (Node at = node; at != null && at.enqueue(); at = at.parent()) {
            while (dirty.size() <= at.level) {
                dirty.add(new ArrayList<>());
            }
            dirty.get(at.level).add(at);
        }
        return node.working();
    }

    /** Is shown the bytes of a changed node, and the page of the copy that is not current. */
    public interface NodeSink {
        void node(long page, byte[] bytes);
    }

    /** Seals every changed node, leaves first. {@return the root's pair once this is durable} */
    public CopyPair seal(long generation, NodeSink sink) {
        CopyPair newRoot = rootPair;
        for (List<Node> ofLevel : dirty) {
            for (Node node : ofLevel) {
                if (node.isGone()) {
                    continue;
                }
                TreeNode content = node.working();
                CopyPair pair = node.sealed(generation, content.seal(generation));
                sink.node(pair.activePage(), content.bytes());
                Node above = node.parent();
                if (above != null) {
                    above.working().pair(node.slotInParent(), pair);
                } else {
                    newRoot = pair;
                }
            }
        }
        return newRoot;
    }

    /** The generation that {@link #seal} sealed is durable. */
    public void publish(CopyPair newRoot) {
        for (List<Node> ofLevel : dirty) {
            ofLevel.forEach(Node::publish);
            ofLevel.clear();
        }
        rootPair = newRoot;
    }

    private Node root() throws IOException {
        Node present = root;
        if (present == null) {
            present = load(height - 1, 0, rootPair);
            root = present;
            if (present.level == 0) {
                leaves.put(present);
            }
        }
        return present;
    }

    private @Nullable Node child(Node parent, int slot) throws IOException {
        Node present = parent.child(slot);
        if (present != null) {
            return present;
        }
        CopyPair pair = parent.current().pair(slot);
        if (!pair.inUse()) {
            return null;
        }
        Node loaded = load(parent.level - 1, parent.index * fanout + slot, pair);
        parent.attach(slot, loaded);
        if (loaded.level == 0) {
            leaves.put(loaded); // last: one without a parent must not be found here
        }
        return loaded;
    }

    private Node load(int level, long index, CopyPair pair) throws IOException {
        long first = base + firstLeaf(level, index) * leafSpan;
        try {
            byte[] bytes = source.node(pair.activePage());
            TreeNode content = TreeNode.decode(geometry, bytes, kind, level, first, pair);
            if (!content.holdsStates()) {
                long pages = pageCount.getAsLong();
                for (int slot = 0; slot < fanout; slot++) {
                    content.pair(slot).requireWithin(pages);
                }
            }
            return Node.loaded(level, index, pair, content, fanout);
        } catch (FormatException e) {
            throw new CorruptNodeException(pair.activePage(), e);
        }
    }

    private boolean exists(Key key) throws IOException {
        return key.level() < height && node(key) != null;
    }

    private @Nullable Node node(Key key) throws IOException {
        long leaf = firstLeaf(key.level(), key.index());
        if (height == 0 || leaf >= covered(height)) {
            return null;
        }
        Node node = root();
        while (node != null && node.level > key.level()) {
            node = child(node, slotTowards(leaf, node.level));
        }
        return node;
    }

    /** {@return how many leaves a tree, or a node of level {@code levels - 1}, covers} */
    private long covered(int levels) {
        if (levels == 0) {
            return 0;
        }
        long leavesBelow = 1;
        for (int i = 1; i < levels; i++) {
            leavesBelow *= fanout;
        }
        return leavesBelow;
    }

    private long firstLeaf(int level, long index) {
        return index * covered(level + 1);
    }

    private int slotTowards(long leaf, int level) {
        return level == 0 ? 0 : (int) (leaf / covered(level) % fanout);
    }
}
