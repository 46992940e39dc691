package io.mappedpages.internal.tree;

/** Is shown the sealed nodes of a commit. */
public interface NodeSink {

    /** {@code bytes} are to be written to {@code page}, the copy that is not current. */
    void node(long page, byte[] bytes);
}
