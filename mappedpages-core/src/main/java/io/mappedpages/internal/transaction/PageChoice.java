package io.mappedpages.internal.transaction;

import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.TreeSet;

import org.jspecify.annotations.Nullable;

import io.mappedpages.internal.fault.CorruptNodeException;
import io.mappedpages.internal.fault.UnreadableException;
import io.mappedpages.internal.format.PageState;
import io.mappedpages.internal.tree.FileState;
import io.mappedpages.internal.tree.NodeKey;

/**
 * Which free pages are to be taken, worked out without a change: the lowest ones, or few that are zeros already, for the
 * user, for the copies of protected pages, and for tree nodes that have to be made to note all that. If there are not
 * enough, the file has to grow or to be mapped anew first, and nothing has happened. Under the engine lock.
 */
final class PageChoice {

    /** The two copies of a protected page are so many pages apart, */
    private static final long MOST_APART = 64;
    /** or so much of the file if that is less. */
    private static final long PARTS = 32;

    private final OpenFile file;
    private final FileState state;
    private final long[] data;
    private final long[] copies;
    private final long[] ids;
    private final @Nullable Reservation reservation;
    private final TreeSet<Long> mapLeaves = new TreeSet<>();
    private final TreeSet<Long> directoryLeaves = new TreeSet<>();
    private long[] nodePages = new long[0];
    private List<NodeKey> mapNodes = List.of();
    private List<NodeKey> directoryNodes = List.of();

    private long pageCount;
    private long outOfReach;
    private long limit;
    private long cursor;
    private long firstSkipped;
    private long firstOwn;
    /** Where free pages begin that were left between the first and the second copies; -1 if none were. */
    private long betweenCopies;
    /** Where the second copies begin then. */
    private long secondCopies;
    private long lastLeafSeen;
    private boolean isInsteadOfTouched;

    /**
     * Asks for so many regular and protected pages. Needs no lock.
     *
     * @param reservation what they are chosen for in addition, or null if they are to be taken with the next commit
     */
    PageChoice(OpenFile file, int dataPages, int protectedPages, @Nullable Reservation reservation) {
        this.file = file;
        this.state = file.state();
        this.data = new long[dataPages];
        this.ids = new long[protectedPages];
        this.copies = new long[Math.multiplyExact(2, protectedPages)];
        this.reservation = reservation;
    }

    /** What came of choosing. */
    enum Outcome {
        /** There is enough. */
        ENOUGH,
        /** There would be, if none of the free pages had been lent writable. */
        ONLY_LENT,
        /** There are too few free pages that can be reached. */
        TOO_FEW
    }

    /** Chooses, and maps the file anew if that helps and nothing is borrowed. */
    Outcome choose() throws IOException {
        Outcome outcome = choosePages();
        if (outcome == Outcome.ONLY_LENT && file.mapAnew()) {
            outcome = choosePages();
        }
        return outcome;
    }

    private Outcome choosePages() throws IOException {
        pageCount = state.metadata().current().pageCount();
        limit = Math.min(pageCount, state.map().ceiling());
        if (isEnough()) {
            return Outcome.ENOUGH;
        }
        if (limit < pageCount) { // the end of the file was to be cut off; that is over now
            state.map().liftCeiling();
            limit = pageCount;
            if (isEnough()) {
                return Outcome.ENOUGH;
            }
        }
        noteOnlyLent();
        long needed = (long) data.length + copies.length + nodePages.length;
        long free = state.map().searchableCount();
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
     * damaged or cannot be read} Of the last choice, which found too few.
     */
    long countOutOfReach() throws IOException {
        return Math.max(0, state.map().searchableCount() - countFree(Long.MAX_VALUE));
    }

    /** {@return what {@link #countOutOfReach} would say; 0 if there would be too few free pages even with those} */
    long outOfReach() {
        return outOfReach;
    }

    private boolean isEnough() throws IOException {
        return isEnough(true);
    }

    /** @param zerosFirst whether pages that are zeros are preferred to lower ones */
    private boolean isEnough(boolean zerosFirst) throws IOException {
        cursor = state.map().lowestFree();
        firstSkipped = -1;
        firstOwn = -1;
        betweenCopies = -1;
        lastLeafSeen = -1;
        isInsteadOfTouched = false;
        mapLeaves.clear();
        directoryLeaves.clear();
        nodePages = new long[0];
        int nodePagesThere = 0;
        if (reservation != null) {
            mapLeaves.addAll(reservation.mapLeaves());
            directoryLeaves.addAll(reservation.directoryLeaves());
            nodePagesThere = reservation.nodePages().length;
            for (long page : reservation.nodePages()) {
                noteLeaf(page);
            }
            lastLeafSeen = -1;
        }
        boolean areZeros = zerosFirst && takeZeros();
        if (!areZeros && (!take(data) || !takeCopies())) {
            return false;
        }
        chooseIds();
        boolean isEnough = addNodes(nodePagesThere);
        if (areZeros && nodePages.length > 0) {
            return isEnough(false); // pages for nodes are looked for behind those for users, and zeros may be anywhere
        }
        return isEnough;
    }

    /** So that the next search need not pass over all that was lent again. */
    private void noteOnlyLent() {
        if (data.length == 0) {
            state.map().lowestForOwn(firstOwn >= 0 ? firstOwn : Math.max(limit, state.map().lowestForOwn()));
        }
    }

    /** {@return the page count that the last choice found} */
    long pageCount() {
        return pageCount;
    }

    /** {@return what was chosen} */
    TakenPages pages() {
        return new TakenPages(data, copies, nodePages, mapNodes, directoryNodes);
    }

    long[] dataPages() {
        return data;
    }

    long[] copies() {
        return copies;
    }

    long[] protectedIds() {
        return ids;
    }

    long[] nodePages() {
        return nodePages;
    }

    /** {@return whether a page that was never used was chosen in the place of one that was} */
    boolean isInsteadOfTouched() {
        return isInsteadOfTouched;
    }

    /** What was chosen is being taken: the next search need not look at what it would pass over again. */
    void noteTaken() {
        for (long page = betweenCopies; page >= 0 && page < secondCopies; page++) {
            state.map().noteZero(page); // as long as nothing was ever written this far out: the copies raise the mark
        }
        state.map().lowestFree(firstSkipped >= 0 ? firstSkipped : cursor);
        if (copies.length > 0 || nodePages.length > 0) {
            state.map().lowestForOwn(betweenCopies >= 0 ? betweenCopies : cursor);
        }
        if (ids.length > 0) {
            state.directory().lowestUnused(ids[ids.length - 1] + 1);
        }
    }

    /**
     * Takes pages that are zeros already, if there are enough for all of the plan: others would have to be made zeros first, in
     * a sync of their own. Where they are noted is there, so no node has to be made.
     */
    private boolean takeZeros() throws IOException {
        return copies.length == 0 && file.committer().rings().exist() && (takeClean() || takeUntouched());
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
        if (data.length != 1) {
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
     * Takes two pages for each protected page. Those that are made one after the other get copies one after the other, first
     * and second ones apart: so what is written together, and current together, lies together, and the file system and the
     * device have one long write instead of many short ones.
     */
    private boolean takeCopies() throws IOException {
        if (ids.length == 0) {
            return true;
        }
        long[] first = new long[ids.length];
        long[] second = new long[ids.length];
        if (!takeOwn(first, 0)) {
            return false;
        }
        if (!takeApart(first[0] + distance(), second) && !takeOwn(second, 0)) {
            return false;
        }
        for (int i = 0; i < ids.length; i++) {
            copies[2 * i] = first[i];
            copies[2 * i + 1] = second[i];
        }
        return true;
    }

    /** {@return how far the two copies of a page are apart, if that can be had: less in a small file, which is not to look fuller} */
    private long distance() {
        return Math.min(MOST_APART, pageCount / PARTS);
    }

    /** Fills {@code pages} with free pages from {@code begin} on, not far from there. If that cannot be, nothing has happened. */
    private boolean takeApart(long begin, long[] pages) throws IOException {
        long between = cursor;
        long end = limit;
        long skipped = firstSkipped;
        if (begin <= between) {
            return false;
        }
        skip(between); // first: those that are skipped on the way are further on
        cursor = begin;
        limit = Math.min(end, begin + 2 * MOST_APART + pages.length);
        boolean isTaken = takeOwn(pages, 0);
        limit = end;
        if (isTaken) {
            betweenCopies = between;
            secondCopies = pages[0];
        } else {
            cursor = between;
            firstSkipped = skipped;
        }
        return isTaken;
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
            boolean isThere = state.map().hasLeaf(page);
            if (!isThere || (reservation != null && leaf >= 0)) {
                mapLeaves.add(leaf);
            }
        }
    }

    private void chooseIds() throws IOException {
        long id = state.directory().lowestUnused();
        for (int i = 0; i < ids.length; i++) {
            id = state.directory().nextUnused(id);
            ids[i] = id++;
            long leaf = state.directory().leafNumber(ids[i]);
            if (reservation != null || !state.directory().hasLeaf(ids[i])) {
                directoryLeaves.add(leaf);
            }
        }
    }

    /** Two pages for each missing node; these may lie where a leaf is missing, too, so go on until nothing is. */
    private boolean addNodes(int nodePagesThere) throws IOException {
        directoryNodes = state.directory().tree().missing(directoryLeaves);
        while (true) {
            mapNodes = state.map().tree().missing(mapLeaves);
            int have = nodePages.length;
            int needed = Math.max(0, 2 * (mapNodes.size() + directoryNodes.size()) - nodePagesThere);
            if (needed <= have) {
                return true;
            }
            nodePages = Arrays.copyOf(nodePages, needed);
            if (!takeOwn(nodePages, have)) {
                return false;
            }
        }
    }
}
