package io.mappedpages.internal.tree;

import java.io.IOException;

import io.mappedpages.internal.format.PageState;
import io.mappedpages.internal.format.PageStates;

/** Searches the map of page states from the end of the file: what there is to move or to cut off. Under the engine lock. */
public final class MapEnd {

    private final Metadata metadata;
    private final NodeCache nodes;
    private final TreeSearch search;
    private final TreeShape shape;

    MapEnd(Metadata metadata, CopyTree tree) {
        this.metadata = metadata;
        this.nodes = tree.nodes();
        this.search = tree.search();
        this.shape = tree.shape();
    }

    /**
     * How far a search from the end of the file has come.
     *
     * @param page the last page that a user has, or -1 if none was found yet
     * @param from there is no page of a user from here on, but for {@code page}
     */
    public record Found(long page, long from) {
    }

    /**
     * Looks for the last page below {@code limit} that a user has, as a regular page or a copy, in the states that stand
     * together behind {@code limit}, or in those before them if there are none.
     */
    public Found lastOfUsers(long limit) throws IOException {
        long leafNumber = lastLeaf(limit);
        Node leaf = leafNumber < 0 ? null : nodes.leaf(leafNumber);
        if (leaf == null) {
            return new Found(lastOfUsers(metadata.current().states(), (int) Math.min(shape.base(), limit)), 0);
        }
        long first = shape.firstNumber(leafNumber);
        int found = lastOfUsers(leaf.current().states(), (int) Math.min(shape.leafSpan(), limit - first));
        return new Found(found < 0 ? -1 : first + found, first);
    }

    private static int lastOfUsers(PageStates states, int limit) {
        for (int i = limit - 1; i >= 0; i--) {
            int state = states.get(i);
            if (state == PageState.DATA || state == PageState.COPY) {
                return i;
            }
        }
        return -1;
    }

    /** {@return where the last {@code leaves} leaves before {@code limit} begin, but not less than {@code least}} */
    public long beginOfLast(int leaves, long limit, long least) throws IOException {
        long begin = limit;
        long leaf = lastLeaf(limit);
        for (int i = 0; i < leaves && leaf >= 0 && begin > least; i++) {
            begin = shape.firstNumber(leaf);
            leaf = search.previousExistingLeaf(leaf - 1);
        }
        return leaf < 0 ? least : Math.max(begin, least);
    }

    private long lastLeaf(long limit) throws IOException {
        return limit <= shape.base() ? -1 : search.previousExistingLeaf(shape.leafOf(limit - 1));
    }
}
