package io.mappedpages.internal.tree;

import java.io.IOException;

/** How trees write the bytes of their nodes. */
public interface NodeSink {

    /** Takes the bytes of a changed node to the copy that is not current. */
    void write(long page, byte[] bytes) throws IOException;
}
