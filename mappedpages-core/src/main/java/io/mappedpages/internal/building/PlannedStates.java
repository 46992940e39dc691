package io.mappedpages.internal.building;

import java.util.Collection;
import java.util.NavigableMap;
import java.util.TreeMap;

import org.jspecify.annotations.Nullable;

import io.mappedpages.internal.format.Geometry;
import io.mappedpages.internal.format.PageState;
import io.mappedpages.internal.format.PageStates;
import io.mappedpages.internal.format.TreeNode;

/**
 * What each page of a file is to be used for, as it will be written: in the metadata page, and in the leaves of the map. That is two
 * bits a page, and nothing for a leaf below which all is free.
 */
final class PlannedStates {

    /** The states in the metadata page come before those of the first leaf. */
    private static final long INLINE = -1;

    private final Geometry geometry;
    private final PageStates inline;
    private final NavigableMap<Long, TreeNode> leaves = new TreeMap<>();
    private long end = Geometry.RESERVED_PAGES;
    private long used = Geometry.RESERVED_PAGES;

    /** @param inline the states of a new metadata page, in which the reserved pages are internal */
    PlannedStates(Geometry geometry, PageStates inline) {
        this.geometry = geometry;
        this.inline = inline;
    }

    /** {@return what is behind the last page that is not free} */
    long end() {
        return end;
    }

    /** {@return how many pages are not free} */
    long used() {
        return used;
    }

    /** {@return the leaves that have to be written, in their order} */
    Collection<TreeNode> leaves() {
        return leaves.values();
    }

    /** {@return the numbers of these leaves, counted from the first one that there could be} */
    Collection<Long> leafNumbers() {
        return leaves.navigableKeySet();
    }

    /** Says what the pages {@code [first, limit)} are used for, which were free. */
    void use(int state, long first, long limit) {
        long page = first;
        while (page < limit) {
            long block = blockOf(page);
            PageStates states = made(block);
            int from = (int) (page - firstOf(block));
            int to = (int) Math.min(limit - firstOf(block), states.count());
            if (states.nextNot(PageState.FREE, from, to) >= 0) {
                throw new IllegalStateException("of the pages from " + page + " to " + (limit - 1)
                        + " one is in use already");
            }
            states.fill(state, from, to);
            page = firstOf(block) + to;
        }
        used += limit - first;
        end = Math.max(end, limit);
    }

    /** {@return the first page at or after {@code from} that is free, which may be behind the end of the file} */
    long nextFree(long from) {
        long page = from;
        while (true) {
            long block = blockOf(page);
            PageStates states = there(block);
            if (states == null) {
                return page;
            }
            int found = states.next(PageState.FREE, (int) (page - firstOf(block)), states.count());
            if (found >= 0) {
                return firstOf(block) + found;
            }
            page = firstOf(block) + states.count();
        }
    }

    /** {@return the first of {@code length} pages in a row that are free} */
    long nextFreeRow(long from, long length) {
        long first = nextFree(from);
        while (true) {
            long limit = nextUsed(first);
            if (limit - first >= length) {
                return first;
            }
            first = nextFree(limit);
        }
    }

    /** {@return the first page at or after {@code from} that is not free, or a number that no page has} */
    private long nextUsed(long from) {
        long page = from;
        while (page < end) {
            long block = blockOf(page);
            PageStates states = there(block);
            if (states != null) {
                int found = states.nextNot(PageState.FREE, (int) (page - firstOf(block)), states.count());
                if (found >= 0) {
                    return firstOf(block) + found;
                }
            }
            Long next = leaves.higherKey(block);
            page = next == null ? end : firstOf(next);
        }
        return Long.MAX_VALUE;
    }

    private long blockOf(long page) {
        return page < geometry.inlineStates() ? INLINE
                : (page - geometry.inlineStates()) / geometry.statesPerLeaf();
    }

    private long firstOf(long block) {
        return block == INLINE ? 0 : geometry.inlineStates() + block * geometry.statesPerLeaf();
    }

    private @Nullable PageStates there(long block) {
        if (block == INLINE) {
            return inline;
        }
        TreeNode leaf = leaves.get(block);
        return leaf == null ? null : leaf.states();
    }

    private PageStates made(long block) {
        return block == INLINE ? inline
                : leaves.computeIfAbsent(block,
                        _ -> TreeNode.blank(geometry, TreeNode.Kind.MAP, 0, firstOf(block))).states();
    }
}
