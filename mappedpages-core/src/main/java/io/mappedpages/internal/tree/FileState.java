package io.mappedpages.internal.tree;

import java.util.function.LongPredicate;

import org.jspecify.annotations.Nullable;

import io.mappedpages.internal.format.CopyPair;
import io.mappedpages.internal.format.Geometry;
import io.mappedpages.internal.format.MetadataPage;
import io.mappedpages.internal.format.TreeNode;

/**
 * All that a generation is made of, as it is durable and as the commit being put together makes it: the metadata page, the
 * map of page states and the directory of protected pages.
 *
 * <p>What says "durable" may be called by any thread; everything else under the engine lock.
 */
public final class FileState {

    private final Metadata metadata;
    private final PageMap map;
    private final Directory directory;

    /**
     * The state that a metadata page leads to.
     *
     * @param nodes       reads tree nodes
     * @param lent        whether a page was lent writable, so that it cannot be a node or a copy when it is free
     * @param mostLeaves  leaves of each tree to keep in memory between two calls, unless more are being changed
     */
    public FileState(Geometry geometry, MetadataPage page, NodeSource nodes, LongPredicate lent, int mostLeaves) {
        metadata = new Metadata(page);
        map = new PageMap(metadata,
                new CopyTree(new NodeLoader(geometry, TreeNode.Kind.MAP, nodes, this::pageCount), page.mapHeight(),
                        page.mapRoot(), mostLeaves),
                lent);
        directory = new Directory(metadata,
                new CopyTree(new NodeLoader(geometry, TreeNode.Kind.DIRECTORY, nodes, this::pageCount),
                        page.directoryHeight(), page.directoryRoot(), mostLeaves));
    }

    /** {@return the metadata page} */
    public Metadata metadata() {
        return metadata;
    }

    /** {@return the states of all pages} */
    public PageMap map() {
        return map;
    }

    /** {@return where protected pages are} */
    public Directory directory() {
        return directory;
    }

    /** {@return pages in the file, durably} Any thread. */
    public long pageCount() {
        return metadata.durable().pageCount();
    }

    /** {@return the durable entry of a protected page, or null when the engine lock is needed to tell} Any thread. */
    public @Nullable CopyPair durableEntry(long id) {
        return directory.durableEntry(id);
    }

    /** {@return whether something was changed in memory that no commit has made durable} */
    public boolean hasUncommitted() {
        return metadata.isChanged() || map.tree().isChanged() || directory.tree().isChanged();
    }

    /** Forgets what can be read again, if there is too much of it. The caller must have no node in its hands. */
    public void shrink() {
        map.tree().nodes().shrink();
        directory.tree().nodes().shrink();
    }
}
