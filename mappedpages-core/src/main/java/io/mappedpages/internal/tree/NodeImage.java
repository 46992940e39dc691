package io.mappedpages.internal.tree;

import java.io.IOException;

import org.jspecify.annotations.Nullable;

import io.mappedpages.internal.format.CopyPair;
import io.mappedpages.internal.format.TreeNode;

/**
 * A node as a checkpoint writes it: the content that it had at one moment, which nobody changes any more, and in an inner
 * node where its children are once the checkpoint is durable.
 */
final class NodeImage {

    private final Node node;
    private final TreeNode content;
    private final boolean freeBelow;
    private @Nullable NodeImage parent;
    /** The bytes to write: a copy, for others read what is durable. */
    private @Nullable TreeNode written;
    private CopyPair pair;

    /** The node as it is now. */
    NodeImage(Node node) {
        this.node = node;
        this.content = node.current();
        this.freeBelow = node.hasOpen();
        this.pair = node.pair();
    }

    Node node() {
        return node;
    }

    /** The parent's image has to say where this node is. */
    void parent(NodeImage above) {
        parent = above;
    }

    /** Makes the bytes, when those of all children are made, and shows them. {@return where the node will be} */
    CopyPair encode(long generation, NodeSink sink) throws IOException {
        TreeNode copy = written();
        pair = pair.flippedTo(generation, copy.seal(generation)).withFreeBelow(freeBelow);
        sink.node(pair.activePage(), copy.bytes());
        if (parent != null) {
            parent.written().pair(node.slotInParent(), pair);
        }
        return pair;
    }

    private TreeNode written() {
        if (written == null) {
            written = content.copy();
        }
        return written;
    }

    /** The checkpoint is durable. */
    void publish() {
        node.writtenTo(pair);
    }
}
