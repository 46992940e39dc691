package io.mappedpages.internal.tree;

import java.io.IOException;
import java.io.Serial;

import io.mappedpages.internal.format.CopyPair;
import io.mappedpages.internal.format.TreeNode;

/**
 * Ends an action under the engine lock that needs a node which is not in memory: the node is read without the lock, see
 * {@link ColdNodes}, and then the action begins anew.
 */
public final class NodeMissing extends IOException {

    @Serial
    private static final long serialVersionUID = 1;

    private final transient Place place;

    /** A node, and where the one copy of it was that was current when it was missed. */
    record Place(TreeNode.Kind tree, int level, long index, CopyPair pair) {
    }

    NodeMissing(Place place) {
        super("a tree node is not in memory");
        this.place = place;
    }

    Place place() {
        return place;
    }

    /** It is thrown each time that a node is read, and says all that there is to say. */
    @Override
    public Throwable fillInStackTrace() {
        return this;
    }
}
