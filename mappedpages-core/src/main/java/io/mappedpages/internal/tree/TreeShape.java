package io.mappedpages.internal.tree;

import io.mappedpages.internal.format.Geometry;
import io.mappedpages.internal.format.TreeNode;

/**
 * Which node speaks of what.
 *
 * @param base     the number (a page or the id of a protected page) that the first leaf's first state or entry stands for
 * @param leafSpan states or entries in a leaf
 * @param fanout   children of an inner node
 */
record TreeShape(long base, int leafSpan, int fanout) {

    static TreeShape of(Geometry geometry, TreeNode.Kind kind) {
        return switch (kind) {
            case MAP -> new TreeShape(geometry.inlineStates(), geometry.statesPerLeaf(), geometry.pairsPerNode());
            case DIRECTORY -> new TreeShape(0, geometry.pairsPerNode(), geometry.pairsPerNode());
        };
    }

    /** {@return the leaf that has the state or entry of {@code number}} */
    long leafOf(long number) {
        return (number - base) / leafSpan;
    }

    /** {@return the place of the state or entry of {@code number} in its leaf} */
    int indexInLeaf(long number) {
        return (int) ((number - base) % leafSpan);
    }

    /** {@return the number that the first state or entry of {@code leaf} stands for} */
    long firstNumber(long leaf) {
        return base + leaf * leafSpan;
    }

    /** {@return the number that the first state or entry below a node stands for} */
    long firstNumber(int level, long index) {
        return firstNumber(firstLeaf(level, index));
    }

    /** {@return how many leaves a tree, or a node of level {@code levels - 1}, covers} */
    long covered(int levels) {
        if (levels == 0) {
            return 0;
        }
        long leavesBelow = 1;
        for (int i = 1; i < levels; i++) {
            leavesBelow *= fanout;
        }
        return leavesBelow;
    }

    /** {@return the first leaf that a node covers} */
    long firstLeaf(int level, long index) {
        return index * covered(level + 1);
    }

    /** {@return which child of a node of {@code level} leads to {@code leaf}} */
    int slotTowards(long leaf, int level) {
        return level == 0 ? 0 : (int) (leaf / covered(level) % fanout);
    }

    /** {@return which child of its parent a node is} */
    int slotInParent(long index) {
        return (int) (index % fanout);
    }

    /** {@return the place, among the nodes of its level, of the child at {@code slot} of a node} */
    long childIndex(long index, int slot) {
        return index * fanout + slot;
    }
}
