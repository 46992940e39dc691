package io.mappedpages.internal.tree;

import org.jspecify.annotations.Nullable;

import io.mappedpages.internal.format.CopyPair;
import io.mappedpages.internal.format.RecordBuilder;
import io.mappedpages.internal.format.TreeNode;

/** Is told of each change in memory, and notes it in the record of the commit being put together, if there is to be one. */
final class ChangeLog {

    private @Nullable RecordBuilder record;

    void to(@Nullable RecordBuilder next) {
        record = next;
    }

    void states(long first, int count, int state) {
        if (record != null) {
            record.states(first, count, state);
        }
    }

    void entry(long id, CopyPair pair) {
        if (record != null) {
            record.entry(id, pair);
        }
    }

    void node(TreeNode.Kind tree, NodeKey key, long pageA, long pageB) {
        if (record != null) {
            record.node(tree, key.level(), key.index(), pageA, pageB);
        }
    }
}
