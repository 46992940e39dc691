package io.mappedpages.internal.transaction;

import java.io.IOException;
import java.util.List;
import java.util.TreeSet;

import io.mappedpages.internal.commit.Batch;
import io.mappedpages.internal.commit.JournalPolicy;
import io.mappedpages.internal.format.JournalRings;
import io.mappedpages.internal.format.PageState;
import io.mappedpages.internal.tree.NodeKey;
import io.mappedpages.internal.tree.PageMap;

/**
 * Searches two rows of free neighbouring pages for a journal, among a few rows of free pages, and moves the journal there.
 * What is found holds as long as nothing is changed.
 */
final class JournalPlace {

    /** Rows of free pages to look at: the work must not depend on the length of the file. */
    private static final int LOOKS = 16;

    private final OpenFile file;
    private final PageMap map;
    private final JournalRings old;
    private boolean sawLent;
    private int ringPages;
    private long begin;
    private long end;
    private List<NodeKey> nodes = List.of();

    JournalPlace(OpenFile file) {
        this.file = file;
        this.map = file.state().map();
        this.old = file.committer().rings();
    }

    /** A damaged leaf must show before anything is changed. */
    void requireStatesOfOld() throws IOException {
        requireStates(old.ringA());
        requireStates(old.ringB());
    }

    private void requireStates(long first) throws IOException {
        for (long page = first; page < first + old.pages(); page = map.endOfLeaf(page)) {
            map.state(page);
        }
    }

    /** {@return whether there is a place for two rings of so many pages, and for nodes to note it, between these pages} */
    boolean find(int wantedRingPages, long from, long limit) throws IOException {
        ringPages = wantedRingPages;
        long most = JournalPolicy.pagesInARow(file.geometry(), ringPages);
        long at = from;
        for (int look = 0; look < LOOKS && at < limit; look++) {
            long free = map.nextFree(at, limit);
            if (free < 0) {
                return false;
            }
            long endOfRun = map.endOfFree(free, limit);
            long first = file.latches().nextNotLent(free, endOfRun);
            sawLent |= first > free;
            at = first == endOfRun ? endOfRun : endOfRow(first, Math.min(limit, first + most));
            if (first < endOfRun && fits(first, at)) {
                return true;
            }
        }
        return false;
    }

    /** {@return whether pages were passed over only because they had been lent writable, so that mapping anew would help} */
    boolean sawLent() {
        return sawLent;
    }

    /** {@return behind the last of those neighbours of {@code page} that can be used, too} */
    private long endOfRow(long page, long limit) throws IOException {
        long row = page;
        while (row < limit && map.isFree(row)) {
            long free = map.endOfFree(row, limit);
            while (row < free && !file.latches().wasLent(row)) {
                row++;
            }
            if (row < free) {
                sawLent = true;
                break;
            }
        }
        return row;
    }

    private boolean fits(long from, long to) throws IOException {
        begin = from;
        end = from + 2L * ringPages;
        while (end <= to) {
            TreeSet<Long> leaves = new TreeSet<>();
            for (long page = begin; page < end; page = map.endOfLeaf(page)) {
                if (!map.hasLeaf(page)) {
                    leaves.add(map.leafNumber(page));
                }
            }
            nodes = map.tree().missing(leaves);
            long needed = begin + 2L * (ringPages + nodes.size());
            if (needed <= end) {
                return true;
            }
            end = needed;
        }
        return false;
    }

    /** {@return behind the last page of what was found} */
    long end() {
        return end;
    }

    /** Moves the journal to what was found. */
    void take(Batch batch) throws IOException {
        long nodePage = begin + 2L * ringPages;
        for (NodeKey key : nodes) {
            map.tree().create(key, nodePage, nodePage + 1);
            nodePage += 2;
        }
        for (long page = begin; page < end; page = map.endOfLeaf(page)) {
            map.takeRun(page, Math.min(end, map.endOfLeaf(page)), PageState.INTERNAL);
        }
        file.state().metadata().raiseHighWater(end);
        moveTo(new JournalRings(begin, begin + ringPages, ringPages), batch);
    }

    /** From now on the file has no journal. */
    void giveUp(Batch batch) throws IOException {
        moveTo(JournalRings.NONE, batch);
    }

    private void moveTo(JournalRings rings, Batch batch) throws IOException {
        free(old.ringA());
        free(old.ringB());
        batch.moveJournal(rings);
    }

    private void free(long first) throws IOException {
        for (long page = first; page < first + old.pages(); page++) {
            map.state(page, PageState.FREE);
        }
    }
}
