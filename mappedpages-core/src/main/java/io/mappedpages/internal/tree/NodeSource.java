package io.mappedpages.internal.tree;

import java.io.IOException;

/** How trees get at the bytes of their nodes. */
public interface NodeSource {

    /** {@return the first N bytes of {@code page}, in an array of the caller's} */
    byte[] node(long page) throws IOException;
}
