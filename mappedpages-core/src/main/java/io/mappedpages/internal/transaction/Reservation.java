package io.mappedpages.internal.transaction;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

import org.jspecify.annotations.Nullable;

import io.mappedpages.internal.table.NumberRanges;
import io.mappedpages.internal.tree.Directory;
import io.mappedpages.internal.tree.FileState;
import io.mappedpages.internal.tree.NodeKey;
import io.mappedpages.internal.tree.PageMap;

/**
 * Free pages and unused ids that are promised to one transaction, and free pages for all the tree nodes that may have to be made to
 * note them: so there is nothing left that its commit could find too little of. Nothing of this is in the file. Under the
 * engine lock, but for what says otherwise, which only the thread that uses the transaction calls.
 */
public final class Reservation {

    /** Where the copies of a protected page are to be. */
    public record Copies(long pageA, long pageB) {
    }

    private final OpenFile file;
    private final NumberRanges data = new NumberRanges();
    private final TreeMap<Long, Copies> copies = new TreeMap<>();
    /** Of all of these, those that are zeros on the medium. */
    private final NumberRanges zeros = new NumberRanges();
    private long[] nodePages = new long[0];
    private boolean isTaken;

    /** Nothing is promised yet. */
    public Reservation(OpenFile file) {
        this.file = file;
    }

    /** {@return whether a regular page was promised, and not released} Without a lock. */
    public boolean hasData(long page) {
        return data.contains(page);
    }

    /** {@return whether a protected page was promised, and not released} Without a lock. */
    public boolean hasId(long id) {
        return copies.containsKey(id);
    }

    /** {@return whether there is nothing to commit} Without a lock. */
    public boolean isEmpty() {
        return data.isEmpty() && copies.isEmpty();
    }

    /** {@return the copies of a protected page that was promised} Without a lock. */
    public Copies copiesOf(long id) {
        Copies of = copies.get(id);
        if (of == null) {
            throw new IllegalStateException("protected page " + id + " is not reserved");
        }
        return of;
    }

    /** {@return the leaves of the map that have the states of pages that are promised for users} Whether they exist or not. */
    Set<Long> mapLeaves() {
        Set<Long> leaves = new TreeSet<>();
        data.forEachRange((first, end) -> {
            for (long page = first; page < end; page = map().endOfLeaf(page)) {
                addLeaf(page, leaves);
            }
        });
        copies.values().forEach(of -> {
            addLeaf(of.pageA, leaves);
            addLeaf(of.pageB, leaves);
        });
        return leaves;
    }

    private void addLeaf(long page, Set<Long> leaves) {
        if (map().leafNumber(page) >= 0) {
            leaves.add(map().leafNumber(page));
        }
    }

    /** {@return the leaves of the directory that have the entries of what is promised} Whether they exist or not. */
    Set<Long> directoryLeaves() {
        Set<Long> leaves = new TreeSet<>();
        copies.keySet().forEach(id -> leaves.add(directory().leafNumber(id)));
        return leaves;
    }

    long[] nodePages() {
        return nodePages;
    }

    /** {@return whether {@code page}, which is promised, is known to be zeros} */
    boolean isZero(long page) {
        return zeros.contains(page);
    }

    /** Promises all that was chosen. Nothing may have been changed since. */
    void add(PageChoice choice) {
        int before = nodePages.length;
        nodePages = Arrays.copyOf(nodePages, before + choice.nodePages().length);
        for (int i = before; i < nodePages.length; i++) {
            nodePages[i] = choice.nodePages()[i - before];
            promise(nodePages[i]);
        }
        for (long page : choice.dataPages()) {
            data.add(page, page + 1);
            promise(page);
        }
        long[] ids = choice.protectedIds();
        for (int i = 0; i < ids.length; i++) {
            Copies of = new Copies(choice.copies()[2 * i], choice.copies()[2 * i + 1]);
            copies.put(ids[i], of);
            promise(of.pageA);
            promise(of.pageB);
            directory().reserve(ids[i]);
        }
        choice.noteTaken();
    }

    private void promise(long page) {
        if (map().reserve(page)) {
            zeros.add(page, page + 1);
        } else {
            zeros.remove(page); // it may have been promised before, and somebody else have had it since
        }
    }

    /** A regular page is not wanted any more. */
    public void releaseData(long page) {
        data.remove(page);
        map().release(page);
    }

    /** A protected page is not wanted any more. */
    public void releaseId(long id) {
        Copies of = copiesOf(id);
        copies.remove(id);
        map().release(of.pageA);
        map().release(of.pageB);
        directory().release(id);
    }

    /** Nothing is wanted any more, unless all was {@linkplain #take taken}. */
    public void releaseAll() {
        if (isTaken) {
            return;
        }
        data.numbers().forEach(map()::release);
        List.copyOf(copies.keySet()).forEach(this::releaseId);
        for (long page : nodePages) {
            map().release(page);
        }
        nodePages = new long[0];
    }

    /**
     * {@return what a commit takes, all but the regular pages; null if more nodes have to be made than there are pages for} Somebody
     * may have made some of them, or taken some away.
     */
    @Nullable TakenPages choose() throws IOException {
        FileState state = file.state();
        Set<Long> leaves = mapLeaves();
        List<NodeKey> directoryNodes = state.directory().tree().missing(directoryLeaves());
        int used = 0;
        while (true) {
            List<NodeKey> mapNodes = state.map().tree().missing(leaves);
            int needed = 2 * (mapNodes.size() + directoryNodes.size());
            if (needed > nodePages.length) {
                return null;
            }
            if (needed <= used) {
                return new TakenPages(data.numbers().toArray(), copyPages(), Arrays.copyOf(nodePages, used), mapNodes,
                        directoryNodes);
            }
            for (; used < needed; used++) {
                addLeaf(nodePages[used], leaves);
            }
        }
    }

    private long[] copyPages() {
        long[] pages = new long[2 * copies.size()];
        int at = 0;
        for (Copies of : copies.values()) {
            pages[at++] = of.pageA;
            pages[at++] = of.pageB;
        }
        return pages;
    }

    /** {@return the ids, in the order of the copies in {@link TakenPages}} */
    List<Long> ids() {
        return new ArrayList<>(copies.keySet());
    }

    /** The commit being put together takes these pages, and the ids. What else was promised, for nodes, stays so for the moment. */
    void take(TakenPages taken) {
        isTaken = true;
        for (long page : taken.data()) {
            map().reserved().take(page);
        }
        for (long page : taken.copies()) {
            map().reserved().take(page);
        }
        for (long page : taken.nodePages()) {
            map().reserved().take(page);
        }
        for (long id : copies.keySet()) {
            directory().reserved().take(id);
        }
    }

    /** They are durable. */
    void used(TakenPages taken) {
        map().reserved().used((long) taken.data().length + taken.copies().length + taken.nodePages().length);
        directory().reserved().used(copies.size());
        for (int i = taken.nodePages().length; i < nodePages.length; i++) {
            map().release(nodePages[i]);
        }
        nodePages = new long[0];
    }

    private PageMap map() {
        return file.state().map();
    }

    private Directory directory() {
        return file.state().directory();
    }
}
