package io.mappedpages.internal.tree;

import java.io.IOException;
import java.util.function.LongSupplier;

import io.mappedpages.internal.fault.CorruptNodeException;
import io.mappedpages.internal.format.CopyPair;
import io.mappedpages.internal.format.FormatException;
import io.mappedpages.internal.format.Geometry;
import io.mappedpages.internal.format.TreeNode;

/** Makes the nodes of one tree: from what is in the file, checked against what the parent says of it, or new ones. */
final class NodeLoader {

    private final Geometry geometry;
    private final TreeNode.Kind kind;
    private final TreeShape shape;
    private final ColdNodes cold;
    private final LongSupplier pageCount;

    /** @param pageCount pages in the file; no pair may name one at or after it */
    NodeLoader(Geometry geometry, TreeNode.Kind kind, ColdNodes cold, LongSupplier pageCount) {
        this.geometry = geometry;
        this.kind = kind;
        this.shape = TreeShape.of(geometry, kind);
        this.cold = cold;
        this.pageCount = pageCount;
    }

    TreeNode.Kind kind() {
        return kind;
    }

    TreeShape shape() {
        return shape;
    }

    /**
     * {@return the node that is in the file, at {@code pair}}
     *
     * @throws NodeMissing if it has to be read without the engine lock, see {@link ColdNodes}
     */
    Node load(int level, long index, CopyPair pair) throws IOException {
        TreeNode content = cold.content(new NodeMissing.Place(kind, level, index, pair),
                shape.firstNumber(level, index));
        try {
            if (!content.holdsStates()) {
                long pages = pageCount.getAsLong();
                for (int slot = 0; slot < shape.fanout(); slot++) {
                    content.pair(slot).requireWithin(pages);
                }
            }
        } catch (FormatException e) {
            throw new CorruptNodeException(pair.activePage(), e);
        }
        return Node.loaded(level, index, pair, content, shape.fanout());
    }

    /** {@return a new node, below which all is free, with the two pages it will live in} */
    Node create(NodeKey key, long pageA, long pageB) {
        return Node.created(key.level(), key.index(), pageA, pageB,
                TreeNode.blank(geometry, kind, key.level(), shape.firstNumber(key.level(), key.index())),
                shape.fanout());
    }
}
