package io.mappedpages.internal.tree;

import java.io.IOException;

/** Shown nodes of a tree, one after the other. */
public interface NodeVisitor {

    /** {@return whether to go on; what that means, the method says that shows the nodes} */
    boolean visit(ChildNode node) throws IOException;
}
