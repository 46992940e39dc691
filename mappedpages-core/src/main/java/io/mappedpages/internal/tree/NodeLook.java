package io.mappedpages.internal.tree;

import java.util.List;

import io.mappedpages.internal.format.CopyPair;
import io.mappedpages.internal.format.TreeNode;

/**
 * What is in memory of a node at a moment.
 *
 * @param pair     where the newest checkpoint has it
 * @param content  what is durable; nobody changes it any more
 * @param children of an inner node, as it leads to them; empty for a leaf
 */
public record NodeLook(CopyPair pair, TreeNode content, List<CopyPair> children) {
}
