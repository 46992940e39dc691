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
 * Gives a file that is new or has grown a journal, or a longer one: two rows of free neighbouring pages. It looks at a few
 * rows of free pages where allocation begins, and at a few among the last pages of the file. If there is no place it is
 * tried again after the next growth, which makes room; commits are checkpoints, or the journal stays short, until then.
 */
final class JournalMove implements Change {

    /** Rows of free pages to look at in either place: the work must not depend on the length of the file. */
    private static final int LOOKS = 16;

    private final OpenFile file;
    private final PageMap map;
    private final long grownFrom;
    private int ringPages;
    private long begin;
    private long end;
    private List<NodeKey> nodes = List.of();

    /** @param grownFrom the first of the pages that the file has grown by */
    JournalMove(OpenFile file, long grownFrom) {
        this.grownFrom = grownFrom;
        this.file = file;
        this.map = file.state().map();
    }

    @Override
    public boolean isAlone() {
        return true;
    }

    @Override
    public boolean isPair() {
        return true;
    }

    @Override
    public boolean isCall() {
        return false;
    }

    @Override
    public boolean plan() throws IOException {
        if (!file.committer().wantsOtherRings()) {
            return false;
        }
        ringPages = file.committer().suitableRingPages();
        JournalRings old = file.committer().rings();
        requireStates(old.ringA(), old.pages());
        requireStates(old.ringB(), old.pages());
        long limit = Math.min(file.state().metadata().current().pageCount(), map.ceiling());
        long most = JournalPolicy.pagesInARow(file.geometry(), ringPages);
        long nearEnd = Math.max(map.lowestForOwn(), Math.min(grownFrom, limit - most));
        return find(map.lowestForOwn(), limit, most) || find(nearEnd, limit, most);
    }

    /** Whether there is a place for both rings, of at most {@code most} pages, among the first rows of free pages. */
    private boolean find(long from, long limit, long most) throws IOException {
        long at = from;
        for (int look = 0; look < LOOKS && at < limit; look++) {
            long free = map.nextFree(at, limit);
            if (free < 0) {
                return false;
            }
            at = endOfRow(free, Math.min(limit, free + most));
            if (fits(free, at)) {
                return true;
            }
            at = Math.max(at, free + 1);
        }
        return false;
    }

    /** A damaged leaf must show before anything is changed. */
    private void requireStates(long first, int count) throws IOException {
        for (long page = first; page < first + count; page = map.endOfLeaf(page)) {
            map.state(page);
        }
    }

    /** {@return behind the last of those neighbours of {@code page} that can be used, too} */
    private long endOfRow(long page, long limit) throws IOException {
        long row = page;
        while (row < limit) {
            long free = map.state(row) == PageState.FREE ? map.endOfFree(row, limit) : row;
            long lent = row;
            while (lent < free && !file.latches().wasLent(lent)) {
                lent++;
            }
            row = lent;
            if (lent < free || free == limit || free < map.endOfLeaf(row - 1)) {
                break;
            }
        }
        return row;
    }

    /** Whether both rings fit between the two pages, and the nodes that have to be made to note that. */
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

    /** The rings, too, are written before a flip. */
    @Override
    public long nodesBelow() {
        return end;
    }

    @Override
    public void apply(Batch batch) throws IOException {
        long nodePage = begin + 2L * ringPages;
        for (NodeKey key : nodes) {
            map.tree().create(key, nodePage, nodePage + 1);
            nodePage += 2;
        }
        for (long page = begin; page < end; page = map.endOfLeaf(page)) {
            map.takeRun(page, Math.min(end, map.endOfLeaf(page)), PageState.INTERNAL);
        }
        file.state().metadata().raiseHighWater(end);
        JournalRings old = file.committer().rings();
        free(old.ringA(), old.pages());
        free(old.ringB(), old.pages());
        batch.moveJournal(new JournalRings(begin, begin + ringPages, ringPages));
    }

    private void free(long first, int count) throws IOException {
        for (long page = first; page < first + count; page++) {
            map.state(page, PageState.FREE);
        }
    }
}
