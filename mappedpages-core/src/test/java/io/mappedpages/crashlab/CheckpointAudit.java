package io.mappedpages.crashlab;

import static io.mappedpages.crashlab.FormatAudit.require;
import static io.mappedpages.crashlab.FormatBytes.int64;

/** Reads what a metadata page leads to, by the format's document: all of it, in a file without a journal. */
final class CheckpointAudit {

    private final byte[] file;
    private final int metadata;
    private final AuditShape shape;
    private final AuditedState state;

    private CheckpointAudit(byte[] file, int length, int metadata, AuditShape shape) {
        this.file = file;
        this.metadata = metadata;
        this.shape = shape;
        this.state = new AuditedState(file, length, shape);
    }

    /** {@return what the metadata page at byte {@code metadata} says} Contents and owners are not looked at yet. */
    static AuditedState read(byte[] file, int length, int metadata, AuditShape shape) {
        CheckpointAudit audit = new CheckpointAudit(file, length, metadata, shape);
        audit.read();
        return audit.state;
    }

    private void read() {
        state.counts(new AuditedState.Counts(
                int64(file, metadata + FormatBytes.PAGE_COUNT), int64(file, metadata + FormatBytes.FREE_COUNT),
                int64(file, metadata + FormatBytes.PROTECTED_COUNT),
                int64(file, metadata + FormatBytes.HIGH_WATER_MARK)));
        states(metadata + FormatBytes.STATES, 0, shape.statesInMetadata());
        readTree(TreeKind.MAP);
        readTree(TreeKind.DIRECTORY);
    }

    private void states(int at, long first, int count) {
        for (int i = 0; i < count; i += 4) {
            int four = file[at + i / 4];
            for (int j = i; four != 0 && j < Math.min(i + 4, count); j++) { // else free, as they are to begin with
                state.state(first + j, four >> 2 * (j - i) & 3);
            }
        }
    }

    private void readTree(TreeKind tree) {
        int height = file[metadata + tree.height];
        int root = metadata + tree.root;
        require(height > 0 == FormatBytes.pairInUse(file, root), "a root without a height, or without a root");
        state.height(tree, height);
        if (height > 0) {
            readNode(tree, root, height - 1, shape.firstOf(tree));
        }
    }

    private void readNode(TreeKind tree, int pair, int level, long first) {
        state.requirePages(pair);
        state.node(tree, level, (first - shape.firstOf(tree)) / shape.below(tree, level), pair);
        int node = FormatBytes.activePage(file, pair) * shape.pageSize();
        requireNode(tree, pair, node, level, first);
        if (tree == TreeKind.MAP && level == 0) {
            states(node + FormatBytes.NODE_CONTENT, first, shape.statesInLeaf());
            return;
        }
        long below = level == 0 ? 1 : shape.below(tree, level - 1);
        for (int i = 0; i < shape.pairsInNode(); i++) {
            int child = node + FormatBytes.NODE_CONTENT + i * FormatBytes.PAIR;
            if (FormatBytes.pairInUse(file, child)) {
                if (level > 0) {
                    readNode(tree, child, level - 1, first + i * below);
                } else {
                    state.guarded(first + i, child);
                }
            }
        }
    }

    private void requireNode(TreeKind tree, int pair, int node, int level, long first) {
        require(file[node] == 'M' && file[node + 1] == 'P' && file[node + 2] == tree.letter
                && file[node + 3] == 'N' && file[node + 4] == level, "a node of another kind or level");
        require(int64(file, node + FormatBytes.GENERATION) == int64(file, pair + FormatBytes.PAIR_GENERATION),
                "a node of another generation");
        require(int64(file, node + 16) == first, "a node in another's place");
        FormatAudit.requireSums(file, node, shape.summed(), pair + FormatBytes.PAIR_CRC32,
                pair + FormatBytes.PAIR_CRC32C, "node");
    }
}
