package io.mappedpages.internal.tree;

import org.jspecify.annotations.Nullable;

import io.mappedpages.internal.format.CopyPair;

/**
 * A node that exists, as its parent speaks of it; it need not be in memory.
 *
 * @param parent null for the root
 * @param level  0 = leaf
 * @param index  its place among the nodes of that level, from 0
 * @param pair   its two pages
 */
public record ChildNode(@Nullable Node parent, int level, long index, CopyPair pair) {
}
