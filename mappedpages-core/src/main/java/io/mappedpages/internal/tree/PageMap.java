package io.mappedpages.internal.tree;

import java.io.IOException;
import java.util.function.LongPredicate;

import io.mappedpages.internal.format.Geometry;
import io.mappedpages.internal.format.MetadataPage;
import io.mappedpages.internal.format.PageState;
import io.mappedpages.internal.format.PageStates;

/**
 * The state of every page: the first of them inline in the metadata page, the others in the leaves of the map tree.
 *
 * <p>Methods that say "working" see and make the changes of the commit being put together, under the engine lock;
 * {@link #durableState} sees only what is durable, from any thread.
 */
public final class PageMap {

    /** {@link #durableState} cannot tell without the engine lock. */
    public static final int NOT_LOADED = -1;

    private final int inline;
    private final CopyTree tree;
    private final NodeCache nodes;
    private final TreeSearch search;
    private final TreeShape shape;
    private final MapEnd mapEnd;
    private final MapRuns mapRuns;
    private final Metadata metadata;
    private final LongPredicate lent;
    private final ChangeLog log;
    private final CleanPages clean = new CleanPages();
    private final ReservedNumbers reserved = new ReservedNumbers();
    /** No page below this one is free. */
    private long lowestFree = Geometry.RESERVED_PAGES;
    /** No free page below this one can be a node or a copy: all of them were lent. */
    private long lowestForOwn = Geometry.RESERVED_PAGES;
    private volatile long ceiling = Long.MAX_VALUE;

    /** @param lent whether a page was lent writable, so that it cannot be a node or a copy when it is free */
    PageMap(Metadata metadata, CopyTree tree, LongPredicate lent, ChangeLog log) {
        this.lent = lent;
        this.log = log;
        this.metadata = metadata;
        this.tree = tree;
        this.nodes = tree.nodes();
        this.search = tree.search();
        this.shape = tree.shape();
        this.inline = (int) shape.base();
        this.mapEnd = new MapEnd(metadata, tree);
        this.mapRuns = new MapRuns(metadata, tree);
    }

    /** {@return the tree of the states that are not inline} */
    public CopyTree tree() {
        return tree;
    }

    /** {@return free pages that are zeros on the medium} */
    public CleanPages clean() {
        return clean;
    }

    /** Notes that {@code page} is zeros, if it is above the durable high-water mark, and known to be free without reading anything. */
    public void noteZero(long page) {
        if (page >= metadata.durable().highWater() && isStillFree(page)) {
            clean.add(page);
        }
    }

    /** {@return free pages that are promised to transactions} */
    public ReservedNumbers reserved() {
        return reserved;
    }

    /** Promises {@code page}, which is free, to a transaction. {@return whether it is known to be zeros} */
    public boolean reserve(long page) {
        boolean isZero = clean.contains(page) || page >= metadata.durable().highWater();
        reserved.add(page);
        clean.forget(page, page + 1);
        return isZero;
    }

    /** Takes the promise of {@code page} back: it is free as it was, and can be had again. */
    public void release(long page) {
        reserved.release(page);
        freed(page);
    }

    /** Zeros are about to be written over {@code page}, which is free: until that is {@linkplain #cleaned done} nobody may have it. */
    public void beginCleaning(long page) {
        reserved.hide(page);
    }

    /** The zeros are durable. */
    public void cleaned(long page) {
        reserved.take(page);
        freed(page);
        clean.add(page);
    }

    /** {@return free pages, durably, that are not promised to a transaction} Any thread. */
    public long availableCount() {
        return availableCount(metadata.durable());
    }

    /** {@return how many of the free pages of {@code durable} are not promised to a transaction} Any thread. */
    public long availableCount(MetadataPage durable) {
        return Math.max(0, durable.freeCount() - reserved.promised());
    }

    /** {@return free pages that a search may find} */
    public long searchableCount() {
        return metadata.current().freeCount() - reserved.count();
    }

    /** {@return whether the working state of {@code page}, whose leaf is in memory, is free, and nobody was promised it} */
    public boolean isStillFree(long page) {
        if (reserved.contains(page)) {
            return false;
        }
        if (page < inline) {
            return metadata.current().states().get((int) page) == PageState.FREE;
        }
        Node leaf = nodes.cachedLeaf(shape.leafOf(page));
        return leaf != null && leaf.current().states().get(shape.indexInLeaf(page)) == PageState.FREE;
    }

    /** {@return the map, searched from the end of the file} */
    public MapEnd end() {
        return mapEnd;
    }

    /** {@return the map, read from one change of use to the next} */
    public MapRuns runs() {
        return mapRuns;
    }

    /** {@return the durable state of {@code page}, or {@link #NOT_LOADED}} Any thread; {@code page} is in the file. */
    public int durableState(long page) {
        if (page < inline) {
            return metadata.durable().states().get((int) page);
        }
        Node leaf = nodes.cachedLeaf(shape.leafOf(page));
        return leaf == null ? NOT_LOADED : leaf.durable().states().get(shape.indexInLeaf(page));
    }

    /**
     * {@return the first page of the file at or after {@code from}, and below {@code most}, whose durable state is {@code
     * state}, if there is one among the states that stand with its own; else {@link #NOT_LOADED}} Any thread.
     */
    public long durableNext(int state, long from, long most) {
        MetadataPage durable = metadata.durable();
        long limit = Math.min(most, durable.pageCount());
        if (from >= limit) {
            return NOT_LOADED;
        }
        long first = 0;
        PageStates states;
        if (from < inline) {
            states = durable.states();
        } else {
            Node leaf = nodes.cachedLeaf(shape.leafOf(from));
            if (leaf == null) {
                return NOT_LOADED;
            }
            first = shape.firstNumber(shape.leafOf(from));
            states = leaf.durable().states();
        }
        int found = states.next(state, (int) (from - first), (int) Math.min(states.count(), limit - first));
        return found < 0 ? NOT_LOADED : first + found;
    }

    /** {@return the durable state of {@code page}, which is read if it is not in memory} */
    public int loadDurableState(long page) throws IOException {
        if (page < inline) {
            return metadata.durable().states().get((int) page);
        }
        Node leaf = nodes.leaf(shape.leafOf(page));
        return leaf == null ? PageState.FREE : leaf.durable().states().get(shape.indexInLeaf(page));
    }

    /** {@return the working state of {@code page}} */
    public int state(long page) throws IOException {
        if (page < inline) {
            return metadata.current().states().get((int) page);
        }
        Node leaf = nodes.leaf(shape.leafOf(page));
        return leaf == null ? PageState.FREE : leaf.current().states().get(shape.indexInLeaf(page));
    }

    /** Changes the working state of {@code page}, whose leaf exists, and the count of free pages with it. */
    public void state(long page, int state) throws IOException {
        Node leaf = null;
        PageStates states;
        int index;
        if (page < inline) {
            states = metadata.working().states();
            index = (int) page;
        } else {
            leaf = nodes.leaf(shape.leafOf(page));
            if (leaf == null) {
                throw new IllegalStateException("no leaf for page " + page);
            }
            states = tree.touch(leaf).states();
            index = shape.indexInLeaf(page);
        }
        int delta = (state == PageState.FREE ? 1 : 0) - (states.get(index) == PageState.FREE ? 1 : 0);
        states.set(index, state);
        log.states(page, 1, state);
        if (delta != 0) {
            MetadataPage counts = metadata.working();
            counts.freeCount(counts.freeCount() + delta);
            log.freed(page, delta);
            if (leaf != null) {
                leaf.openChanged(delta);
            }
        }
        if (state == PageState.FREE) {
            freed(page);
        } else {
            clean.forget(page, page + 1);
        }
    }

    private void freed(long page) {
        lowestFree = Math.min(lowestFree, page);
        if (page < lowestForOwn && !lent.test(page)) {
            lowestForOwn = page;
        }
    }

    /**
     * Changes the working state of the free pages {@code [from, limit)}, whose states stand together, to {@code state},
     * which is not free.
     */
    public void takeRun(long from, long limit, int state) throws IOException {
        int taken = (int) (limit - from);
        clean.forget(from, limit);
        log.states(from, taken, state);
        if (from < inline) {
            metadata.working().states().fill(state, (int) from, (int) limit);
        } else {
            Node leaf = nodes.leaf(shape.leafOf(from));
            if (leaf == null) {
                throw new IllegalStateException("no leaf for page " + from);
            }
            int first = shape.indexInLeaf(from);
            tree.touch(leaf).states().fill(state, first, first + taken);
            leaf.openChanged(-taken);
        }
        MetadataPage counts = metadata.working();
        counts.freeCount(counts.freeCount() - taken);
        log.freed(from, -taken);
    }

    /** Changes the working states of neighbouring pages, whose leaves exist, whatever they are now. */
    void setRun(long first, int count, int state) throws IOException {
        long limit = first + count;
        for (long page = first; page < limit;) {
            long end = Math.min(limit, endOfLeaf(page));
            if (state != PageState.FREE && endOfFree(page, end) == end) {
                takeRun(page, end, state);
                page = end;
            } else {
                while (page < end) {
                    state(page++, state);
                }
            }
        }
    }

    /** {@return the number of the leaf that has the state of {@code page}, or -1 if the metadata page has it} */
    public long leafNumber(long page) {
        return page < inline ? -1 : shape.leafOf(page);
    }

    /** {@return whether the working state of {@code page} can be changed without making a leaf first} */
    public boolean hasLeaf(long page) throws IOException {
        return page < inline || nodes.leaf(shape.leafOf(page)) != null;
    }

    /** {@return whether the working state of {@code page} is free, and nobody was promised it} */
    public boolean isFree(long page) throws IOException {
        return state(page) == PageState.FREE && !reserved.contains(page);
    }

    /** {@return whether {@code page} {@linkplain #isFree is free} and can be changed without making a leaf first} */
    public boolean isFreeWithLeaf(long page) throws IOException {
        return hasLeaf(page) && isFree(page);
    }

    /** {@return the first of those pages whose states stand with that of {@code page}} */
    public long beginOfLeaf(long page) {
        return page < inline ? 0 : shape.firstNumber(shape.leafOf(page));
    }

    /** The file ends with {@code pages} now, and what may be there later is searched anew. */
    public void cutTo(long pages) {
        lowestFree = Math.min(lowestFree, pages);
        lowestForOwn = Math.min(lowestForOwn, pages);
        clean.forget(pages, Long.MAX_VALUE);
        log.cut(pages);
    }

    /** {@return the first page behind those whose states stand with that of {@code page}} */
    public long endOfLeaf(long page) {
        return page < inline ? inline : shape.firstNumber(shape.leafOf(page) + 1);
    }

    /** {@return where a search for free pages starts} */
    public long lowestFree() {
        return lowestFree;
    }

    /** Notes that no page below {@code page} is free. */
    public void lowestFree(long page) {
        lowestFree = upToPassedOver(page);
    }

    /** {@return where a search for pages for the pager's own use starts} */
    public long lowestForOwn() {
        return lowestForOwn;
    }

    /** Notes that all free pages below {@code page} were lent. */
    public void lowestForOwn(long page) {
        lowestForOwn = upToPassedOver(page);
    }

    /** What was passed over because it could not be read is searched again, for it may be readable again. */
    private long upToPassedOver(long page) {
        long leaf = search.lowestPassedOver();
        return leaf == Long.MAX_VALUE ? page : Math.min(page, shape.firstNumber(leaf));
    }

    /** Notes that every free page can be a node or a copy again. */
    public void nothingIsLent() {
        lowestForOwn = lowestFree;
    }

    /** {@return the page from which on nothing is to be allocated, because the file is about to end there} */
    public long ceiling() {
        return ceiling;
    }

    /** Keeps allocations below {@code page}, as far as there is enough; else the first that needs more lifts it. */
    public void ceiling(long page) {
        ceiling = page;
    }

    /** Lets everything be allocated again. Any thread. */
    public void liftCeiling() {
        ceiling = Long.MAX_VALUE;
    }

    /**
     * {@return the first page of the file at or after {@code from} and below {@code most} whose working state is free, and
     * that nobody was promised, or -1} What is behind the end is nobody's, and free to nobody.
     */
    public long nextFree(long from, long most) throws IOException {
        long page = nextOfFree(from, most);
        while (page >= 0) {
            long outside = reserved.nextOutside(page);
            if (outside == page) {
                break;
            }
            page = nextOfFree(outside, most);
        }
        return page;
    }

    private long nextOfFree(long from, long most) throws IOException {
        long limit = Math.min(most, metadata.current().pageCount());
        long page = from;
        if (page < inline) {
            int found = metadata.current().states().next(PageState.FREE, (int) page, (int) Math.min(inline, limit));
            if (found >= 0) {
                return found;
            }
            page = inline;
        }
        while (page < limit) {
            long leafNumber = shape.leafOf(page);
            Node near = nodes.cachedLeaf(leafNumber);
            if (near == null || !near.hasOpen()) {
                leafNumber = search.nextOpenLeaf(leafNumber);
            }
            page = Math.max(page, shape.firstNumber(leafNumber));
            if (page >= limit) {
                return -1;
            }
            Node leaf = nodes.leaf(leafNumber);
            if (leaf == null) {
                return page;
            }
            int found = find(leaf.current().states(), PageState.FREE, page, limit);
            if (found >= 0) {
                return shape.firstNumber(leafNumber) + found;
            }
            page = shape.firstNumber(leafNumber + 1);
        }
        return -1;
    }

    /**
     * {@return the end of the run of free pages that begins with {@code page}, which is free: at most {@code limit}, and
     * no further than states stand together}
     */
    public long endOfFree(long page, long limit) throws IOException {
        long end = reserved.nextInside(page, Math.min(limit, endOfLeaf(page)));
        long first = 0;
        PageStates states;
        if (page < inline) {
            states = metadata.current().states();
        } else {
            Node leaf = nodes.leaf(shape.leafOf(page));
            if (leaf == null) {
                return end;
            }
            first = shape.firstNumber(shape.leafOf(page));
            states = leaf.current().states();
        }
        int taken = states.nextNot(PageState.FREE, (int) (page - first), (int) (end - first));
        return taken < 0 ? end : first + taken;
    }

    /**
     * Looks for the first page at or after {@code from} and below {@code limit} whose durable state is {@code state}, which is
     * not free: in the next leaf that exists.
     */
    public Sought nextOfState(int state, long from, long limit) throws IOException {
        long page = from;
        if (page < inline) {
            int found = metadata.durable().states().next(state, (int) page, (int) Math.min(inline, limit));
            if (found >= 0) {
                return new Sought(found, -1);
            }
            page = inline;
        }
        long leafNumber = page >= limit ? -1 : search.nextExistingLeaf(shape.leafOf(page));
        if (leafNumber < 0) {
            return Sought.NOTHING;
        }
        page = Math.max(page, shape.firstNumber(leafNumber));
        if (page >= limit) {
            return Sought.NOTHING;
        }
        Node leaf = nodes.leaf(leafNumber);
        int found = leaf == null ? -1 : find(leaf.durable().states(), state, page, limit);
        return found < 0 ? new Sought(-1, shape.firstNumber(leafNumber + 1))
                : new Sought(shape.firstNumber(leafNumber) + found, -1);
    }

    /** Counts the states in the next leaf that exists, at or after that of {@code from}, which begins there. */
    public LeafCount count(long from) throws IOException {
        long pages = metadata.current().pageCount();
        if (from < inline) {
            return count(metadata.current().states(), 0, pages, inline);
        }
        long leafNumber = search.nextExistingLeaf(shape.leafOf(from));
        Node leaf = leafNumber < 0 ? null : nodes.leaf(leafNumber);
        return leaf == null ? LeafCount.NOTHING
                : count(leaf.current().states(), shape.firstNumber(leafNumber), pages,
                        shape.firstNumber(leafNumber + 1));
    }

    private static LeafCount count(PageStates states, long first, long pages, long next) {
        int inFile = Math.clamp(pages - first, 0, states.count());
        return new LeafCount(states.count(PageState.DATA, inFile), states.count(PageState.COPY, inFile),
                states.count(PageState.INTERNAL, inFile), next);
    }

    private int find(PageStates states, int state, long from, long limit) {
        long first = shape.firstNumber(shape.leafOf(from));
        return states.next(state, (int) (from - first), (int) Math.min(shape.leafSpan(), limit - first));
    }
}
