package io.mappedpages.internal.transaction;

import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.TreeSet;

import io.mappedpages.internal.commit.Batch;
import io.mappedpages.internal.fault.CorruptNodeException;
import io.mappedpages.internal.fault.UnreadableException;
import io.mappedpages.internal.format.CopyPair;
import io.mappedpages.internal.format.PageState;
import io.mappedpages.internal.tree.FileState;
import io.mappedpages.internal.tree.NodeKey;

/**
 * Which pages an allocation will take, worked out before anything is changed: the lowest free ones, or few that are zeros already, for the user, for
 * the copies of protected pages, and for tree nodes that have to be made to note all that. If there are not enough, the
 * file has to grow or to be mapped anew first, and nothing has happened.
 */
final class Allocation implements Change {

    private final OpenFile file;
    private final FileState state;
    private final long[] data;
    private final long[] copies;
    private final long[] ids;
    private final TreeSet<Long> mapLeaves = new TreeSet<>();
    private final TreeSet<Long> directoryLeaves = new TreeSet<>();
    private long[] nodePages = new long[0];
    private List<NodeKey> mapNodes = List.of();
    private List<NodeKey> directoryNodes = List.of();

    private Outcome outcome = Outcome.TOO_FEW;
    private long pageCount;
    private long outOfReach;
    private long limit;
    private long untouchedFrom;
    private boolean isPostponed;
    private boolean wasPostponed;
    private long cursor;
    private long firstSkipped;
    private long firstOwn;
    private long lastLeafSeen;
    private boolean isInsteadOfTouched;

    /** Asks for so many regular and protected pages. Needs no lock. */
    Allocation(OpenFile file, int dataPages, int protectedPages) {
        this.file = file;
        this.state = file.state();
        this.data = new long[dataPages];
        this.ids = new long[protectedPages];
        this.copies = new long[Math.multiplyExact(2, protectedPages)];
    }

    /** What came of planning. */
    enum Outcome {
        /** There is enough; the plan can be applied. */
        ENOUGH,
        /** There would be, if none of the free pages had been lent writable. */
        ONLY_LENT,
        /** There are too few free pages that can be reached. */
        TOO_FEW
    }

    /** {@return what came of the last planning} */
    Outcome outcome() {
        return outcome;
    }

    /** Chooses what to take. */
    @Override
    public boolean plan() throws IOException {
        outcome = choosePages();
        if (outcome == Outcome.ONLY_LENT && file.mapAnew()) {
            outcome = choosePages();
        }
        // Last, for until here the plan may be broken off and made anew.
        if (!isPostponed) {
            untouchedFrom = state.metadata().durable().highWater();
        } // else the mark was raised since for this very plan, and nobody else has had the pages
        wasPostponed = isPostponed;
        isPostponed = false;
        return outcome == Outcome.ENOUGH;
    }

    private Outcome choosePages() throws IOException {
        pageCount = state.metadata().current().pageCount();
        limit = Math.min(pageCount, state.map().ceiling());
        if (choose()) {
            return Outcome.ENOUGH;
        }
        if (limit < pageCount) { // the end of the file was to be cut off; that is over now
            state.map().liftCeiling();
            limit = pageCount;
            if (choose()) {
                return Outcome.ENOUGH;
            }
        }
        noteOnlyLent();
        long needed = (long) data.length + copies.length + nodePages.length;
        long free = state.metadata().current().freeCount();
        if (free < needed) {
            outOfReach = 0;
            return Outcome.TOO_FEW;
        }
        // What is free and not lent may be behind a node that is damaged or cannot be read: waiting does not help then.
        long reached = countFree(needed);
        outOfReach = reached < needed ? free - reached : 0;
        return reached < needed ? Outcome.TOO_FEW : Outcome.ONLY_LENT;
    }

    /** {@return how many free pages a search finds, lent or not; it ends when there are {@code enough}} */
    private long countFree(long enough) throws IOException {
        long count = 0;
        for (long at = state.map().lowestFree(); count < enough;) {
            state.shrink(); // nothing of this plan is used any more, and this may pass over the whole file
            long free = state.map().nextFree(at, pageCount);
            if (free < 0) {
                break;
            }
            at = state.map().endOfFree(free, pageCount);
            count += at - free;
        }
        return count;
    }

    /**
     * {@return how many of the pages that are said to be free cannot be found, because they are behind nodes that are
     * damaged or cannot be read} Of the last plan, which found too few.
     */
    long countOutOfReach() throws IOException {
        return Math.max(0, state.metadata().current().freeCount() - countFree(Long.MAX_VALUE));
    }

    /** {@return what {@link #countOutOfReach} would say; 0 if there would be too few free pages even with those} */
    long outOfReach() {
        return outOfReach;
    }

    private boolean choose() throws IOException {
        cursor = state.map().lowestFree();
        firstSkipped = -1;
        firstOwn = -1;
        lastLeafSeen = -1;
        isInsteadOfTouched = false;
        mapLeaves.clear();
        directoryLeaves.clear();
        nodePages = new long[0];
        if (!takeZeros() && (!take(data) || !takeOwn(copies, 0))) {
            return false;
        }
        chooseIds();
        return addNodes();
    }

    /** So that the next search need not pass over all that was lent again. */
    private void noteOnlyLent() {
        if (data.length == 0) {
            state.map().lowestForOwn(firstOwn >= 0 ? firstOwn : Math.max(limit, state.map().lowestForOwn()));
        }
    }

    /** {@return the page count that the last planning found} */
    long pageCount() {
        return pageCount;
    }

    long[] dataPages() {
        return data;
    }

    long[] protectedIds() {
        return ids;
    }

    /** Only once: until the next time, others may have had the pages between the marks, and freed them. */
    @Override
    public void postponed() {
        isPostponed = !wasPostponed;
    }

    @Override
    public long nodesBelow() {
        return highest(nodePages) + 1;
    }

    /** Makes the changes of this plan part of the commit being put together. Does no reading that could fail. */
    @Override
    public void apply(Batch batch) throws IOException {
        int used = 0;
        for (NodeKey key : mapNodes) {
            state.map().tree().create(key, nodePages[used++], nodePages[used++]);
        }
        for (NodeKey key : directoryNodes) {
            state.directory().tree().create(key, nodePages[used++], nodePages[used++]);
        }
        for (long page : data) {
            zeroIfTouched(page, batch);
        }
        for (int i = 0; i < copies.length; i += 2) {
            zeroIfTouched(copies[i], batch); // the other copy is written as a whole before it is ever current
        }
        enter(nodePages, PageState.INTERNAL);
        enter(data, PageState.DATA);
        enter(copies, PageState.COPY);
        for (int i = 0; i < ids.length; i++) {
            long pageA = copies[2 * i];
            state.directory().entry(ids[i], new CopyPair(pageA, copies[2 * i + 1], batch.generation(),
                    file.contents().zeroSums(), 0, true, false));
        }
        state.map().lowestFree(firstSkipped >= 0 ? firstSkipped : cursor);
        if (copies.length > 0 || nodePages.length > 0) {
            state.map().lowestForOwn(cursor);
        }
        if (ids.length > 0) {
            state.directory().lowestUnused(ids[ids.length - 1] + 1);
        }
    }

    private void enter(long[] pages, int pageState) throws IOException {
        for (int i = 0; i < pages.length;) {
            int end = endOfRun(pages, i);
            state.map().takeRun(pages[i], pages[end - 1] + 1, pageState);
            i = end;
        }
        if (pages.length > 0) {
            state.metadata().raiseHighWater(highest(pages) + 1);
        }
    }

    /** {@return behind the last of those pages from {@code i} on that are neighbours and whose states stand together} */
    private int endOfRun(long[] pages, int i) {
        long endOfLeaf = state.map().endOfLeaf(pages[i]);
        int end = i + 1;
        while (end < pages.length && pages[end] == pages[end - 1] + 1 && pages[end] < endOfLeaf) {
            end++;
        }
        return end;
    }

    private void zeroIfTouched(long page, Batch batch) throws IOException {
        if (isInsteadOfTouched) {
            batch.takeClean();
        } else if (page < untouchedFrom) {
            if (state.map().clean().contains(page)) {
                batch.takeClean();
            } else {
                batch.zero(page);
            }
        }
    }

    /**
     * Takes pages that are zeros already, if there are enough for all of the plan: others would have to be made zeros first, in
     * a sync of their own. Where they are noted is there, so no node has to be made.
     */
    private boolean takeZeros() throws IOException {
        return copies.length == 0 && (takeClean() || takeUntouched());
    }

    /** Where these are noted may have been forgotten since, and can be damaged in the file. */
    private boolean takeClean() throws IOException {
        boolean isTaken = state.map().clean().lowest(data, limit);
        for (int i = 0; i < data.length && isTaken; i++) {
            try {
                isTaken = state.map().hasLeaf(data[i]);
            } catch (CorruptNodeException | UnreadableException e) {
                state.map().clean().forget(data[i], data[i] + 1); // a search for others passes that node over
                isTaken = false;
            }
        }
        return isTaken;
    }

    /** Takes a page that was never used, if one is noted in memory, instead of one that was, which the commit cleans for the next. */
    private boolean takeUntouched() throws IOException {
        long mark = state.metadata().durable().highWater();
        if (data.length != 1 || !file.committer().rings().exist()) {
            return false;
        }
        long lowest = state.map().nextFree(cursor, limit);
        long page = lowest >= 0 && lowest < mark ? state.map().durableNext(PageState.FREE, mark, limit) : -1;
        isInsteadOfTouched = page >= 0 && state.map().isStillFree(page);
        if (isInsteadOfTouched) {
            cursor = lowest; // what the commit cleans is looked for from there
            data[0] = page;
        }
        return isInsteadOfTouched;
    }

    /** Fills {@code pages} with the lowest free pages. */
    private boolean take(long[] pages) throws IOException {
        for (int i = 0; i < pages.length;) {
            long page = state.map().nextFree(cursor, limit);
            if (page < 0) {
                return false;
            }
            noteLeaf(page);
            cursor = state.map().endOfFree(page, Math.min(limit, page + pages.length - i));
            while (page < cursor) {
                pages[i++] = page++;
            }
        }
        return true;
    }

    /**
     * Fills {@code pages}, from {@code from} on, with the lowest free pages for the pager's own use. Those that were lent
     * writable are passed over: somebody may still hold a segment and store into it. They are left to users, who mostly get the
     * lowest free pages whatever they are; so the pages of users and the pager's own ones do not mix for long.
     */
    private boolean takeOwn(long[] pages, int from) throws IOException {
        if (pages.length > from && state.map().lowestForOwn() > cursor) {
            skip(cursor);
            cursor = state.map().lowestForOwn();
        }
        for (int i = from; i < pages.length;) {
            long free = state.map().nextFree(cursor, limit);
            if (free < 0) {
                return false;
            }
            long end = state.map().endOfFree(free, limit);
            long page = file.latches().nextNotLent(free, end);
            if (page > free) {
                skip(free);
            }
            if (page == end) {
                cursor = end;
                if (data.length == 0 && firstOwn < 0) {
                    state.shrink(); // nothing is chosen yet, and this may pass over the whole file
                }
                continue;
            }
            firstOwn = firstOwn < 0 ? page : firstOwn;
            noteLeaf(page);
            while (i < pages.length && page < end && file.latches().nextNotLent(page, page + 1) == page) {
                pages[i++] = page++;
            }
            cursor = page;
        }
        return true;
    }

    /** Notes that there may be free pages from {@code page} on that were not taken. */
    private void skip(long page) {
        firstSkipped = firstSkipped < 0 ? page : firstSkipped;
    }

    private void noteLeaf(long page) throws IOException {
        long leaf = state.map().leafNumber(page);
        if (leaf != lastLeafSeen) {
            lastLeafSeen = leaf;
            if (!state.map().hasLeaf(page)) {
                mapLeaves.add(leaf);
            }
        }
    }

    private void chooseIds() throws IOException {
        long id = state.directory().lowestUnused();
        for (int i = 0; i < ids.length; i++) {
            id = state.directory().nextUnused(id);
            ids[i] = id++;
            long leaf = state.directory().missingLeaf(ids[i]);
            if (leaf >= 0) {
                directoryLeaves.add(leaf);
            }
        }
    }

    /** Two pages for each missing node; these may lie where a leaf is missing, too, so go on until nothing is. */
    private boolean addNodes() throws IOException {
        directoryNodes = state.directory().tree().missing(directoryLeaves);
        while (true) {
            mapNodes = state.map().tree().missing(mapLeaves);
            int have = nodePages.length;
            int needed = 2 * (mapNodes.size() + directoryNodes.size());
            if (needed == have) {
                return true;
            }
            nodePages = Arrays.copyOf(nodePages, needed);
            if (!takeOwn(nodePages, have)) {
                return false;
            }
        }
    }

    private static long highest(long[] pages) {
        return Arrays.stream(pages).max().orElse(-1);
    }
}
