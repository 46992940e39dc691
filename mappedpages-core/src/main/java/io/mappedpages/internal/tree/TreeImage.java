package io.mappedpages.internal.tree;

import java.io.IOException;
import java.util.List;

import io.mappedpages.internal.format.CopyPair;

/**
 * What a checkpoint writes of one tree: the nodes that changed since the checkpoint before, as they were at one moment.
 * Commits go on while it is written; until it is {@linkplain #publish published} its nodes stay in memory.
 */
final class TreeImage {

    private final NodeCache nodes;
    /** Children come before their parents. */
    private final List<NodeImage> images;
    private final int height;
    private CopyPair root;

    TreeImage(NodeCache nodes, List<NodeImage> images) {
        this.nodes = nodes;
        this.images = images;
        this.height = nodes.height();
        this.root = nodes.rootPair();
    }

    /** {@return levels; 0 if there is no node} */
    int height() {
        return height;
    }

    /** {@return where the root is once this is durable} After {@link #encode}. */
    CopyPair root() {
        return root;
    }

    /** Makes the bytes of all nodes and shows them. Needs no lock. */
    void encode(long generation, NodeSink sink) throws IOException {
        for (NodeImage image : images) {
            root = image.encode(generation, sink); // the root comes last
        }
    }

    /** It is durable: all nodes are where they were written to. Under the engine lock. */
    void publish() {
        for (NodeImage image : images) {
            image.publish();
        }
        nodes.rootWritten();
    }
}
