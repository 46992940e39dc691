package io.mappedpages.internal.inspect;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

import org.jspecify.annotations.Nullable;

import io.mappedpages.internal.format.CopyPair;
import io.mappedpages.internal.format.FileCounts;
import io.mappedpages.internal.format.JournalRecord;
import io.mappedpages.internal.format.PageState;
import io.mappedpages.internal.format.TreeNode;

/**
 * A record of the journal: what one commit has changed.
 *
 * @param generation     number of the commit
 * @param before         generation of the record that it follows; 0 if it is the first
 * @param at             byte in the rings at which it begins
 * @param bytes          its length
 * @param pages          in the file after it
 * @param free           pages that are free after it
 * @param protectedPages in use after it
 * @param highWater      no page at or above was written until then
 * @param sparse         whether it makes the file sparse
 * @param finished       whether it counts; false for one whose contents did not get to the disk
 * @param changes        in their order
 */
public record RecordFound(long generation, long before, long at, int bytes, long pages, long free,
        long protectedPages, long highWater, boolean sparse, boolean finished, List<Change> changes) {

    /** Something that a record changes. */
    public sealed interface Change {

        /**
         * Neighbouring pages have this state from now on.
         *
         * @param first the first of them
         * @param count how many
         * @param state in words
         */
        record States(long first, long count, String state) implements Change {
        }

        /**
         * A protected page is there from now on.
         *
         * @param id   of the page
         * @param pair where; null if it is not in use any more
         */
        record Entry(long id, @Nullable PairFound pair) implements Change {
        }

        /**
         * A tree node was made.
         *
         * @param tree  which tree
         * @param level 0 = leaf
         * @param index which of the nodes of its level
         * @param pageA one of its pages
         * @param pageB the other one
         */
        record NodeMade(NodeFound.Tree tree, int level, long index, long pageA, long pageB) implements Change {
        }
    }

    static RecordFound of(JournalRecord record, long at, boolean finished) throws IOException {
        FileCounts counts = record.counts();
        Changes changes = new Changes();
        record.forEach(changes);
        return new RecordFound(record.generation(), record.before().generation(), at, record.length(), counts.pages(),
                counts.free(), counts.protectedPages(), counts.highWater(), counts.sparse(), finished,
                List.copyOf(changes.found));
    }

    private static final class Changes implements JournalRecord.Visitor {

        private final List<Change> found = new ArrayList<>();

        @Override
        public void states(long first, int count, int state) {
            found.add(new Change.States(first, count, PageState.nameOf(state)));
        }

        @Override
        public void entry(long id, CopyPair pair) {
            found.add(new Change.Entry(id, PairFound.of(pair)));
        }

        @Override
        public void node(TreeNode.Kind tree, int level, long index, long pageA, long pageB) {
            found.add(new Change.NodeMade(NodeFound.Tree.of(tree), level, index, pageA, pageB));
        }
    }
}
