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
    private final Metadata metadata;
    /** No id below this one is unused. */
    private long lowestUnused;

    Directory(Metadata metadata, CopyTree tree) {
        this.metadata = metadata;
        this.tree = tree;
    }

    public CopyTree tree() {
        return tree;
    }

    /** {@return the durable entry, or null when the engine lock is needed to tell} */
    @Nullable CopyPair durableEntry(long id) {
        Node leaf = tree.cachedLeaf(leafOf(id));
        return leaf == null ? null : leaf.durable().pair(indexInLeaf(id));
    }

    /**
     * {@return the first id at or after {@code from} that is in use, if the leaf of {@code from} is in memory and knows one;
     * else -1} Any thread.
     */
    public long durableNextUsed(long from) {
        Node leaf = tree.cachedLeaf(leafOf(from));
        int found = leaf == null ? -1 : nextUsed(leaf.durable(), indexInLeaf(from));
        return found < 0 ? -1 : from - indexInLeaf(from) + found;
    }

    private int nextUsed(TreeNode entries, int from) {
        for (int i = from; i < tree.leafSpan(); i++) {
            if (entries.inUse(i)) {
                return i;
            }
        }
        return -1;
    }

    /** {@return the durable entry, which is read if it is not in memory; {@link CopyPair#NONE} if the id is not in use} */
    public CopyPair loadDurableEntry(long id) throws IOException {
        Node leaf = tree.leaf(leafOf(id));
        return leaf == null ? CopyPair.NONE : leaf.durable().pair(indexInLeaf(id));
    }

    /** {@return the working entry; {@link CopyPair#NONE} if the id is not in use} */
    public CopyPair entry(long id) throws IOException {
        Node leaf = tree.leaf(leafOf(id));
        return leaf == null ? CopyPair.NONE : leaf.current().pair(indexInLeaf(id));
    }

    /** Changes the working entry, whose leaf exists, and the count of protected pages with it. */
    public void entry(long id, CopyPair pair) throws IOException {
        Node leaf = tree.leaf(leafOf(id));
        if (leaf == null) {
            throw new IllegalStateException("no directory leaf for protected page " + id);
        }
        int index = indexInLeaf(id);
        int delta = (pair.inUse() ? 1 : 0) - (leaf.current().pair(index).inUse() ? 1 : 0);
        tree.touch(leaf).pair(index, pair);
        leaf.setOpen(index, !pair.inUse());
        if (delta != 0) {
            MetadataPage counts = metadata.working();
            counts.protectedCount(counts.protectedCount() + delta);
        }
        if (!pair.inUse()) {
            lowestUnused = Math.min(lowestUnused, id);
        }
    }

    /** {@return the number of the leaf that has to be made before {@code id} can be used, or -1} */
    public long missingLeaf(long id) throws IOException {
        return tree.leaf(leafOf(id)) != null ? -1 : leafOf(id);
    }

    public long lowestUnused() {
        return lowestUnused;
    }

    /** Notes that no id below {@code id} is unused. */
    public void lowestUnused(long id) {
        long leaf = tree.lowestPassedOver();
        lowestUnused = leaf == Long.MAX_VALUE ? id : Math.min(id, leaf * tree.leafSpan());
    }

    /** {@return the first unused id at or after {@code from}} There always is one. */
    public long nextUnused(long from) throws IOException {
        long id = from;
        while (true) {
            long leafNumber = tree.nextOpenLeaf(leafOf(id));
            id = Math.max(id, leafNumber * tree.leafSpan());
            Node leaf = tree.leaf(leafNumber);
            if (leaf == null) {
                return id;
            }
            int found = leaf.nextOpen(indexInLeaf(id));
            if (found >= 0) {
                return leafNumber * tree.leafSpan() + found;
            }
            id = (leafNumber + 1) * tree.leafSpan();
        }
    }

    /** {@return the first id at or after {@code from} that is in use, durably, or -1} */
    public long nextUsed(long from) throws IOException {
        long id = from;
        while (true) {
            tree.shrink(); // this may pass over the whole directory
            long leafNumber = tree.nextExistingLeaf(leafOf(id));
            if (leafNumber < 0) {
                return -1;
            }
            id = Math.max(id, leafNumber * tree.leafSpan());
            Node leaf = tree.leaf(leafNumber);
            int found = leaf == null ? -1 : nextUsed(leaf.durable(), indexInLeaf(id));
            if (found >= 0) {
                return leafNumber * tree.leafSpan() + found;
            }
            id = (leafNumber + 1) * tree.leafSpan();
        }
    }

    private long leafOf(long id) {
        return id / tree.leafSpan();
    }

    private int indexInLeaf(long id) {
        return (int) (id % tree.leafSpan());
    }
}
