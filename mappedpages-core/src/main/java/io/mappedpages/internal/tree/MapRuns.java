package io.mappedpages.internal.tree;

import java.io.IOException;

import io.mappedpages.internal.fault.CorruptNodeException;
import io.mappedpages.internal.fault.UnreadableException;
import io.mappedpages.internal.format.JournalRings;
import io.mappedpages.internal.format.MetadataPage;
import io.mappedpages.internal.format.PageState;
import io.mappedpages.internal.format.PageStates;

/** Reads the map of page states from one change of use to the next: what is durable. Under the engine lock. */
public final class MapRuns {

    private final Metadata metadata;
    private final NodeCache nodes;
    private final TreeSearch search;
    private final TreeShape shape;

    MapRuns(Metadata metadata, CopyTree tree) {
        this.metadata = metadata;
        this.nodes = tree.nodes();
        this.search = tree.search();
        this.shape = tree.shape();
    }

    /**
     * {@return the pages from {@code from} on, which is in the file, that are used for the same} There may be more of them: at most
     * one leaf is looked at.
     */
    public StateRun at(long from) throws IOException {
        try {
            return whole(from);
        } catch (CorruptNodeException | UnreadableException e) {
            return new StateRun(from, endOfLeaf(from), StateRun.UNKNOWN);
        }
    }

    /** {@return the same as {@link #at}, unless the leaf is damaged or cannot be read} */
    public StateRun whole(long from) throws IOException {
        MetadataPage durable = metadata.durable();
        long pages = durable.pageCount();
        if (from < shape.base()) {
            return run(durable.states(), 0, from, Math.min(pages, shape.base()), durable.rings());
        }
        long number = shape.leafOf(from);
        long end = endOfLeaf(from);
        Node leaf = nodes.leaf(number);
        return leaf == null ? new StateRun(from, endOfHole(number, end, pages), PageState.FREE)
                : run(leaf.durable().states(), shape.firstNumber(number), from, end, durable.rings());
    }

    private long endOfLeaf(long from) {
        return Math.min(metadata.durable().pageCount(), shape.firstNumber(shape.leafOf(from) + 1));
    }

    /** A leaf that is not there stands for free pages, whatever can be found out of those behind it. */
    private long endOfHole(long number, long endOfLeaf, long pages) throws IOException {
        try {
            long next = search.nextExistingLeaf(number);
            return next < 0 ? pages : Math.min(pages, shape.firstNumber(next));
        } catch (CorruptNodeException | UnreadableException e) {
            return endOfLeaf;
        }
    }

    private static StateRun run(PageStates states, long first, long from, long end, JournalRings rings) {
        int state = states.get((int) (from - first));
        int other = states.nextNot(state, (int) (from - first), (int) (end - first));
        long behind = other < 0 ? end : first + other;
        return state == PageState.INTERNAL ? own(from, behind, rings) : new StateRun(from, behind, state);
    }

    private static StateRun own(long from, long end, JournalRings rings) {
        long behind = end;
        if (rings.exist()) {
            for (long ring : new long[] {rings.ringA(), rings.ringB()}) {
                if (from >= ring && from < ring + rings.pages()) {
                    return new StateRun(from, Math.min(end, ring + rings.pages()), StateRun.JOURNAL);
                }
                if (ring > from) {
                    behind = Math.min(behind, ring);
                }
            }
        }
        return new StateRun(from, behind, PageState.INTERNAL);
    }
}
