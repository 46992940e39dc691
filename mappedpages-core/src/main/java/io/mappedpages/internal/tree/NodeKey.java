package io.mappedpages.internal.tree;

/**
 * Names a node, whether it exists or not.
 *
 * @param level 0 = leaf
 * @param index its place among the nodes of that level, from 0
 */
public record NodeKey(int level, long index) {
}
