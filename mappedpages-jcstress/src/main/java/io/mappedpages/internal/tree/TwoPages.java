package io.mappedpages.internal.tree;

import java.lang.invoke.VarHandle;

import org.openjdk.jcstress.infra.results.II_Result;

import io.mappedpages.internal.format.CopyPair;
import io.mappedpages.internal.format.Geometry;
import io.mappedpages.internal.format.Sums;
import io.mappedpages.internal.format.TreeNode;

/** A leaf of the directory with one protected page, and the two copies of that, of two words each. */
final class TwoPages {

    private static final Geometry GEOMETRY = Geometry.ofLog2(10);
    private static final Sums SUMS = new Sums(1, 1);
    private static final int FIRST_COPY = 3;

    final Node leaf;
    private final int[][] copies = {{1, 1}, {0, 0}};

    TwoPages() {
        TreeNode content = TreeNode.blank(GEOMETRY, TreeNode.Kind.DIRECTORY, 0, 0);
        content.pair(0, CopyPair.written(FIRST_COPY, FIRST_COPY + 1, 1, SUMS));
        leaf = Node.loaded(0, 0, CopyPair.NONE, content, GEOMETRY.pairsPerNode());
    }

    /** Stores {@code word} into the copy that is not current, and makes of it the current one; nobody sees that yet. */
    void prepare(int word) {
        CopyPair pair = leaf.working().pair(0);
        store(pair.inactivePage(), word);
        leaf.working().pair(0, pair.flippedTo(pair.generation() + 1, SUMS));
    }

    /** Stores into the copy that was current first, as a commit does, or who writes ahead of it. */
    void storeIntoFirst(int word) {
        VarHandle.fullFence();
        store(FIRST_COPY, word);
    }

    private void store(long page, int word) {
        int[] copy = copies[(int) page - FIRST_COPY];
        copy[0] = word;
        copy[1] = word;
    }

    /** Looks, loads and looks again, in the order in which functions read a protected page. */
    void load(II_Result result) {
        TreeNode entries = leaf.durable();
        int[] copy = copies[(int) entries.activePage(0) - FIRST_COPY];
        result.r1 = copy[0];
        result.r2 = copy[1];
        VarHandle.acquireFence();
        if (!leaf.hasStill(entries, 0)) {
            result.r1 = -1;
            result.r2 = -1;
        }
    }
}
