package io.mappedpages.internal.tree;

import java.io.IOException;

/** Is shown the nodes of a checkpoint. */
public interface NodeSink {

    /** {@code bytes} are to be written to {@code page}, the copy that is not current. */
    void node(long page, byte[] bytes) throws IOException;
}
