package io.mappedpages.crashlab;

/** The sizes that follow from a page size, calculated as the format's document says. */
record AuditShape(int pageSize) {

    private static final int MOST_NODE_BYTES = 16_384;
    private static final int OWN_SUM = 4;

    int nodeSize() {
        return Math.min(pageSize, MOST_NODE_BYTES);
    }

    /** How many bytes of a node, or of a metadata page, its sums are taken over. */
    int summed() {
        return nodeSize() - OWN_SUM;
    }

    int statesInMetadata() {
        return (summed() - FormatBytes.STATES) * 4;
    }

    int statesInLeaf() {
        return (summed() - FormatBytes.NODE_CONTENT) * 4;
    }

    int pairsInNode() {
        return FormatBytes.pairsPerNode(nodeSize());
    }

    /** The first page, or the first protected id, that a tree is for. */
    long firstOf(TreeKind tree) {
        return tree == TreeKind.MAP ? statesInMetadata() : 0;
    }

    /** How many pages, or protected ids, a node of this level is for. */
    long below(TreeKind tree, int level) {
        long below = tree == TreeKind.MAP ? statesInLeaf() : pairsInNode();
        for (int i = 0; i < level; i++) {
            below *= pairsInNode();
        }
        return below;
    }
}
