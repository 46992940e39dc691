package io.mappedpages.internal.tree;

import java.util.ArrayList;
import java.util.List;

import org.jspecify.annotations.Nullable;

import io.mappedpages.internal.format.CopyPair;
import io.mappedpages.internal.format.RecordBuilder;
import io.mappedpages.internal.format.TreeNode;

/**
 * Is told of each change in memory, notes it in the record of the commit being put together, if there is to be one, and
 * tells those who watch.
 */
final class ChangeLog {

    private @Nullable RecordBuilder record;
    private final List<ChangeWatch> watches = new ArrayList<>();

    void add(ChangeWatch watch) {
        watches.add(watch);
    }

    void remove(ChangeWatch watch) {
        watches.remove(watch);
    }

    void freed(long first, int more) {
        for (ChangeWatch watch : watches) {
            watch.freed(first, more);
        }
    }

    void used(long id, int more) {
        for (ChangeWatch watch : watches) {
            watch.used(id, more);
        }
    }

    void cut(long pages) {
        for (ChangeWatch watch : watches) {
            watch.cut(pages);
        }
    }

    void to(@Nullable RecordBuilder next) {
        record = next;
    }

    void states(long first, int count, int state) {
        for (ChangeWatch watch : watches) {
            watch.touched(first, count);
        }
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
