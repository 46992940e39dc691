package io.mappedpages.internal.tree;

import java.io.IOException;

import org.jspecify.annotations.Nullable;

import io.mappedpages.internal.format.CopyPair;
import io.mappedpages.internal.format.MetadataPage;
import io.mappedpages.internal.format.TreeNode;

/**
 * Where the two copies of each protected page are: entry {@code id} of the directory tree's leaves.
 *
 * <p>What says "durable" may be called by any thread; everything else under the engine lock.
 */
public final class Directory {

    private final CopyTree tree;
    private final NodeCache nodes;
    private final TreeSearch search;
    private final TreeShape shape;
    private final Metadata metadata;
    private final ChangeLog log;
    private final ReservedNumbers reserved = new ReservedNumbers();
    /** No id below this one is unused. */
    private long lowestUnused;

    Directory(Metadata metadata, CopyTree tree, ChangeLog log) {
        this.log = log;
        this.metadata = metadata;
        this.tree = tree;
        this.nodes = tree.nodes();
        this.search = tree.search();
        this.shape = tree.shape();
    }

    /** {@return the tree of the entries} */
    public CopyTree tree() {
        return tree;
    }

    /** {@return the durable entry, or null when the engine lock is needed to tell} */
    @Nullable CopyPair durableEntry(long id) {
        Node leaf = nodes.cachedLeaf(shape.leafOf(id));
        return leaf == null ? null : leaf.durable().pair(shape.indexInLeaf(id));
    }

    /** {@return the leaf that has the entry of {@code id}, or null if it is not in memory} Any thread. */
    public @Nullable Node leafIfThere(long id) {
        return id < 0 ? null : nodes.cachedLeaf(shape.leafOf(id));
    }

    /**
     * Notes that {@code page} is known to have the content that was committed, if it is the current copy of protected page {@code id}.
     * Any thread that holds the latch of {@code page}: so nobody can write another content there before this is noted.
     */
    public void noteChecked(long id, long page) {
        Node leaf = leafIfThere(id);
        if (leaf != null) {
            leaf.noteChecked(shape.indexInLeaf(id), page);
        }
    }

    /** {@return the place of the entry of {@code id} in its leaf} Any thread. */
    public int indexInLeaf(long id) {
        return shape.indexInLeaf(id);
    }

    /**
     * {@return the first id at or after {@code from} that is in use, if the leaf of {@code from} is in memory and knows one;
     * else -1} Any thread.
     */
    public long durableNextUsed(long from) {
        Node leaf = nodes.cachedLeaf(shape.leafOf(from));
        int found = leaf == null ? -1 : nextUsed(leaf.durable(), shape.indexInLeaf(from));
        return found < 0 ? -1 : from - shape.indexInLeaf(from) + found;
    }

    private int nextUsed(TreeNode entries, int from) {
        for (int i = from; i < shape.leafSpan(); i++) {
            if (entries.inUse(i)) {
                return i;
            }
        }
        return -1;
    }

    /** {@return the durable entry, which is read if it is not in memory; {@link CopyPair#NONE} if the id is not in use} */
    public CopyPair loadDurableEntry(long id) throws IOException {
        Node leaf = nodes.leaf(shape.leafOf(id));
        return leaf == null ? CopyPair.NONE : leaf.durable().pair(shape.indexInLeaf(id));
    }

    /** {@return the working entry; {@link CopyPair#NONE} if the id is not in use} */
    public CopyPair entry(long id) throws IOException {
        Node leaf = nodes.leaf(shape.leafOf(id));
        return leaf == null ? CopyPair.NONE : leaf.current().pair(shape.indexInLeaf(id));
    }

    /** Changes the working entry, whose leaf exists, and the count of protected pages with it. */
    public void entry(long id, CopyPair pair) throws IOException {
        Node leaf = nodes.leaf(shape.leafOf(id));
        if (leaf == null) {
            throw new IllegalStateException("no directory leaf for protected page " + id);
        }
        int index = shape.indexInLeaf(id);
        int delta = (pair.inUse() ? 1 : 0) - (leaf.current().pair(index).inUse() ? 1 : 0);
        tree.touch(leaf);
        leaf.entry(index, pair);
        log.entry(id, pair);
        leaf.setOpen(index, !pair.inUse());
        if (delta != 0) {
            MetadataPage counts = metadata.working();
            counts.protectedCount(counts.protectedCount() + delta);
            log.used(id, delta);
        }
        if (!pair.inUse()) {
            lowestUnused = Math.min(lowestUnused, id);
        }
    }

    /** {@return the number of the leaf that has the entry of {@code id}} */
    public long leafNumber(long id) {
        return shape.leafOf(id);
    }

    /** {@return whether {@code id} can be used without making a leaf first} */
    public boolean hasLeaf(long id) throws IOException {
        return nodes.leaf(shape.leafOf(id)) != null;
    }

    /** {@return where a search for unused ids starts} */
    public long lowestUnused() {
        return lowestUnused;
    }

    /** Notes that no id below {@code id} is unused. */
    public void lowestUnused(long id) {
        long leaf = search.lowestPassedOver();
        lowestUnused = leaf == Long.MAX_VALUE ? id : Math.min(id, shape.firstNumber(leaf));
    }

    /** {@return unused ids that are promised to transactions} */
    public ReservedNumbers reserved() {
        return reserved;
    }

    /** Promises {@code id}, which is unused, to a transaction. */
    public void reserve(long id) {
        reserved.add(id);
    }

    /** Takes the promise of {@code id} back. */
    public void release(long id) {
        reserved.release(id);
        lowestUnused = Math.min(lowestUnused, id);
    }

    /** {@return the first unused id at or after {@code from} that nobody was promised} There always is one. */
    public long nextUnused(long from) throws IOException {
        long id = nextOfUnused(from);
        while (true) {
            long outside = reserved.nextOutside(id);
            if (outside == id) {
                return id;
            }
            id = nextOfUnused(outside);
        }
    }

    private long nextOfUnused(long from) throws IOException {
        long id = from;
        while (true) {
            long leafNumber = search.nextOpenLeaf(shape.leafOf(id));
            id = Math.max(id, shape.firstNumber(leafNumber));
            Node leaf = nodes.leaf(leafNumber);
            if (leaf == null) {
                return id;
            }
            int found = leaf.nextOpen(shape.indexInLeaf(id));
            if (found >= 0) {
                return shape.firstNumber(leafNumber) + found;
            }
            id = shape.firstNumber(leafNumber + 1);
        }
    }

    /** Looks for the first id at or after {@code from} that is in use, durably: in the next leaf that exists. */
    public Sought nextUsed(long from) throws IOException {
        long leafNumber = search.nextExistingLeaf(shape.leafOf(from));
        if (leafNumber < 0) {
            return Sought.NOTHING;
        }
        long id = Math.max(from, shape.firstNumber(leafNumber));
        Node leaf = nodes.leaf(leafNumber);
        int found = leaf == null ? -1 : nextUsed(leaf.durable(), shape.indexInLeaf(id));
        return found < 0 ? new Sought(-1, shape.firstNumber(leafNumber + 1))
                : new Sought(shape.firstNumber(leafNumber) + found, -1);
    }

    /** Counts the entries in the next leaf that exists, at or after that of {@code from}, which begins there. */
    public LeafCount count(long from) throws IOException {
        long leafNumber = search.nextExistingLeaf(shape.leafOf(from));
        Node leaf = leafNumber < 0 ? null : nodes.leaf(leafNumber);
        if (leaf == null) {
            return LeafCount.NOTHING;
        }
        TreeNode entries = leaf.current();
        int used = 0;
        for (int i = 0; i < shape.leafSpan(); i++) {
            used += entries.inUse(i) ? 1 : 0;
        }
        return new LeafCount(used, 0, 0, shape.firstNumber(leafNumber + 1));
    }
}
