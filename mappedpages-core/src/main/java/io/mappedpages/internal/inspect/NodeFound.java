package io.mappedpages.internal.inspect;

import org.jspecify.annotations.Nullable;

import io.mappedpages.internal.format.TreeNode;

/**
 * A node of one of the trees, as the newest checkpoint has written it.
 *
 * @param tree    which tree
 * @param level   0 = leaf
 * @param index   which of the nodes of its level
 * @param first   first page, or first protected id, below it
 * @param pair    the two pages that it has
 * @param used    what it has of that: pages that are not free in a leaf of the map, else pairs in use; 0 if it is damaged
 * @param room    for how many it has room
 * @param problem what is wrong with it, as a clause; null if nothing is
 */
public record NodeFound(Tree tree, int level, long index, long first, PairFound pair, long used, long room,
        @Nullable String problem) {

    /** The two trees. */
    public enum Tree {
        /** Page states. */
        MAP,
        /** Protected pages. */
        DIRECTORY;

        static Tree of(TreeNode.Kind kind) {
            return kind == TreeNode.Kind.MAP ? MAP : DIRECTORY;
        }
    }
}
