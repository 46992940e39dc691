package io.mappedpages.internal.recovery;

import java.io.EOFException;
import java.io.IOException;

import org.jspecify.annotations.Nullable;

import io.mappedpages.internal.fault.UnreadableException;
import io.mappedpages.internal.format.CopyPair;
import io.mappedpages.internal.format.FormatException;
import io.mappedpages.internal.format.Geometry;
import io.mappedpages.internal.format.MetadataPage;
import io.mappedpages.internal.format.TreeNode;
import io.mappedpages.internal.pageio.NodeReader;
import io.mappedpages.internal.pageio.PageContents;
import io.mappedpages.internal.storage.PageSource;

/** Whether what hangs below a metadata page is there and as it should be. */
final class GenerationCheck {

    /** How much of it is looked at. */
    enum Depth {
        /** Tree nodes that the generation itself wrote. */
        OWN_NODES,
        /** Everything that the generation itself wrote, contents of protected pages included. */
        ALL_OF_ITS_OWN,
        /** Every tree node. */
        ALL_NODES
    }

    private GenerationCheck() {
    }

    /**
     * {@return the first thing wrong, or null}
     *
     * @throws UnreadableException if something could not be read, so that nobody can tell
     */
    static @Nullable String problem(PageSource storage, Geometry geometry, MetadataPage metadata, Depth depth)
            throws IOException {
        Finder finder = new Finder(storage, geometry, metadata, depth);
        new TreeWalk(geometry, page -> NodeReader.read(storage, geometry, page),
                pair -> depth == Depth.ALL_NODES || pair.generation() == metadata.generation(), finder).walk(metadata);
        return finder.problem;
    }

    private static final class Finder implements TreeWalk.Visitor {
        private final PageSource storage;
        private final PageContents contents;
        private final MetadataPage metadata;
        private final Depth depth;
        private @Nullable String problem;

        Finder(PageSource storage, Geometry geometry, MetadataPage metadata, Depth depth) {
            this.storage = storage;
            this.contents = new PageContents(geometry);
            this.metadata = metadata;
            this.depth = depth;
        }

        @Override
        public void pair(TreeNode.Kind kind, int level, long index, CopyPair pair) throws IOException {
            try {
                pair.requireWithin(metadata.pageCount());
            } catch (FormatException e) {
                note(String.valueOf(e.getMessage()));
                return;
            }
            if (level == TreeWalk.ENTRY && depth == Depth.ALL_OF_ITS_OWN && !contentsMatch(pair)) {
                note("protected page " + index + " (page " + pair.activePage() + ") has other contents than committed");
            }
        }

        private boolean contentsMatch(CopyPair pair) throws IOException {
            try {
                return contents.sumsOf(storage, pair.activePage()).equals(pair.sums());
            } catch (EOFException e) {
                return false;
            }
        }

        @Override
        public void node(TreeNode.Kind kind, long firstNumber, TreeNode node) {
            // nothing more to ask of a node that checked out
        }

        @Override
        public void damaged(TreeNode.Kind kind, int level, long first, CopyPair pair, Exception problem)
                throws UnreadableException {
            if (problem instanceof UnreadableException unreadable) {
                throw unreadable;
            }
            note("page " + pair.activePage() + ", " + problem.getMessage());
        }

        private void note(String found) {
            if (problem == null) {
                problem = found;
            }
        }
    }
}
