package io.mappedpages.internal.transaction;

import java.io.IOException;
import java.util.Arrays;
import java.util.List;

import io.mappedpages.internal.format.PageState;
import io.mappedpages.internal.tree.FileState;
import io.mappedpages.internal.tree.NodeKey;

/** Free pages that a commit takes: pages for users, and tree nodes that have to be made so that they can be noted. */
final class TakenPages {

    private final long[] data;
    private final long[] copies;
    private final long[] nodePages;
    private final List<NodeKey> mapNodes;
    private final List<NodeKey> directoryNodes;

    /**
     * Of arrays that nobody changes any more.
     *
     * @param data           for users
     * @param copies         of protected pages, two of each
     * @param nodePages      two for each of the nodes, in their order
     * @param mapNodes       to be made, parents first
     * @param directoryNodes to be made, parents first
     */
    TakenPages(long[] data, long[] copies, long[] nodePages, List<NodeKey> mapNodes, List<NodeKey> directoryNodes) {
        this.data = data;
        this.copies = copies;
        this.nodePages = nodePages;
        this.mapNodes = mapNodes;
        this.directoryNodes = directoryNodes;
    }

    long[] data() {
        return data;
    }

    long[] copies() {
        return copies;
    }

    long[] nodePages() {
        return nodePages;
    }

    /** {@return the first page that is not written to as a node} */
    long nodesBelow() {
        return highest(nodePages) + 1;
    }

    /** Makes the nodes, and notes that the pages are in use. Reads nothing that could fail; by who leads, under the engine lock. */
    void enter(FileState state) throws IOException {
        int used = 0;
        for (NodeKey key : mapNodes) {
            state.map().tree().create(key, nodePages[used++], nodePages[used++]);
        }
        for (NodeKey key : directoryNodes) {
            state.directory().tree().create(key, nodePages[used++], nodePages[used++]);
        }
        enter(state, nodePages, PageState.INTERNAL);
        enter(state, data, PageState.DATA);
        enter(state, Arrays.stream(copies).sorted().toArray(), PageState.COPY);
    }

    private static void enter(FileState state, long[] pages, int pageState) throws IOException {
        for (int i = 0; i < pages.length;) {
            int end = endOfRun(state, pages, i);
            state.map().takeRun(pages[i], pages[end - 1] + 1, pageState);
            i = end;
        }
        if (pages.length > 0) {
            state.metadata().raiseHighWater(highest(pages) + 1);
        }
    }

    /** {@return behind the last of those pages from {@code i} on that are neighbours and whose states stand together} */
    private static int endOfRun(FileState state, long[] pages, int i) {
        long endOfLeaf = state.map().endOfLeaf(pages[i]);
        int end = i + 1;
        while (end < pages.length && pages[end] == pages[end - 1] + 1 && pages[end] < endOfLeaf) {
            end++;
        }
        return end;
    }

    static long highest(long[] pages) {
        return Arrays.stream(pages).max().orElse(-1);
    }
}
