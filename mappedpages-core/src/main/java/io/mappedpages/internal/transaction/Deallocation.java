package io.mappedpages.internal.transaction;

import java.io.IOException;
import java.util.Arrays;

import io.mappedpages.internal.commit.Batch;
import io.mappedpages.internal.fault.Fault;
import io.mappedpages.internal.fault.FaultException;
import io.mappedpages.internal.format.CopyPair;
import io.mappedpages.internal.format.PageState;
import io.mappedpages.internal.latch.HeldLatches;
import io.mappedpages.internal.thread.Deadline;
import io.mappedpages.internal.tree.Directory;
import io.mappedpages.internal.tree.PageMap;

/**
 * Frees pages, each call one change, as soon as nobody has borrowed any of them.
 *
 * <p>Their latches are given back after the frees are visible, so that who waited for one finds that the page is free; and
 * before another change can be planned, so that who is given the page finds its latch free.
 */
public final class Deallocation {

    private final Openings openings;
    private final CommitQueue queue;
    private final PageChecks checks;

    /** Frees with {@code queue} what {@code checks} let pass. */
    public Deallocation(Openings openings, CommitQueue queue, PageChecks checks) {
        this.openings = openings;
        this.queue = queue;
        this.checks = checks;
    }

    /** Frees regular pages. */
    public void free(long[] pages) {
        long[] sorted = sortedWithoutDoubles(pages, false);
        OpenFile file = openings.usable();
        for (long page : sorted) {
            checks.requireData(file, page, true);
        }
        Deadline deadline = openings.deadline();
        try (HeldLatches latches = new HeldLatches(file.latches(), deadline, sorted.length)) {
            for (long page : sorted) {
                if (!latches.acquire(page, () -> false)) {
                    throw checks.borrowed(file, page, -1, deadline.total());
                }
            }
            queue.submit(file, new FreePages(file, sorted, latches));
        }
    }

    /** Of regular pages whose latches are held. */
    static final class FreePages implements Change {
        private final OpenFile file;
        private final long[] pages;
        private final HeldLatches latches;

        FreePages(OpenFile file, long[] pages, HeldLatches latches) {
            this.file = file;
            this.pages = pages;
            this.latches = latches;
        }

        @Override
        public boolean plan() throws IOException {
            for (long page : pages) {
                PageChecks.requireWorkingData(file, page, true);
            }
            return true;
        }

        @Override
        public boolean isFreeing() {
            return true;
        }

        @Override
        public void apply(Batch batch) throws IOException {
            for (long page : pages) {
                file.state().map().state(page, PageState.FREE);
            }
        }

        @Override
        public void giveBack() {
            latches.giveBack();
        }
    }

    /** Frees protected pages; nobody may have borrowed either copy. */
    public void freeProtected(long[] ids) {
        long[] sorted = sortedWithoutDoubles(ids, true);
        OpenFile file = openings.usable();
        Deadline deadline = openings.deadline();
        while (!tryFreeProtected(file, sorted, deadline)) {
            // a page was freed and allocated anew, at another place, while this call waited for its copies
        }
    }

    /** A page and the protected page that it is a copy of. */
    private record Copy(long page, long id) {

        boolean isOf(CopyPair pair) {
            return pair.inUse() && (pair.pageA() == page || pair.pageB() == page);
        }

        /** {@return whether that is known without a lock} Of many pages, some may have been forgotten since they were looked at. */
        boolean hasMoved(OpenFile file) {
            CopyPair now = file.durableEntry(id);
            return now != null && !isOf(now);
        }
    }

    private boolean tryFreeProtected(OpenFile file, long[] ids, Deadline deadline) {
        CopyPair[] pairs = new CopyPair[ids.length];
        Copy[] copies = new Copy[2 * ids.length];
        for (int i = 0; i < ids.length; i++) {
            pairs[i] = checks.requireEntry(file, ids[i], true);
            copies[2 * i] = new Copy(pairs[i].pageA(), ids[i]);
            copies[2 * i + 1] = new Copy(pairs[i].pageB(), ids[i]);
        }
        Arrays.sort(copies, (a, b) -> Long.compare(a.page(), b.page()));
        for (int i = 1; i < copies.length; i++) {
            if (copies[i].page() == copies[i - 1].page()) {
                return false; // it went from one of the ids to another between the two looks
            }
        }
        try (HeldLatches latches = new HeldLatches(file.latches(), deadline, copies.length)) {
            for (Copy copy : copies) {
                if (!latches.acquire(copy.page(), () -> copy.hasMoved(file))) {
                    if (latches.wasRefused() && copy.isOf(checks.requireEntry(file, copy.id(), true))) {
                        throw checks.borrowed(file, copy.page(), copy.id(), deadline.total());
                    }
                    return false;
                }
            }
            return queue.submit(file, new FreeProtectedPages(file, ids, pairs, copies, latches));
        }
    }

    /** Of protected pages; the latches of both copies of each are held. */
    private static final class FreeProtectedPages implements Change {
        private final OpenFile file;
        private final long[] ids;
        private final CopyPair[] pairs;
        private final Copy[] copies;
        private final HeldLatches latches;

        FreeProtectedPages(OpenFile file, long[] ids, CopyPair[] pairs, Copy[] copies, HeldLatches latches) {
            this.file = file;
            this.ids = ids;
            this.pairs = pairs;
            this.copies = copies;
            this.latches = latches;
        }

        @Override
        public boolean plan() throws IOException {
            for (int i = 0; i < ids.length; i++) {
                if (!PageChecks.requireWorkingEntry(file, ids[i], true).hasPagesOf(pairs[i])) {
                    return false;
                }
            }
            for (Copy copy : copies) {
                file.state().map().state(copy.page()); // a damaged leaf must show now
            }
            return true;
        }

        @Override
        public boolean isFreeing() {
            return true;
        }

        @Override
        public void apply(Batch batch) throws IOException {
            Directory directory = file.state().directory();
            PageMap map = file.state().map();
            for (long id : ids) {
                directory.entry(id, CopyPair.NONE);
            }
            for (Copy copy : copies) {
                map.state(copy.page(), PageState.FREE);
            }
        }

        @Override
        public void giveBack() {
            latches.giveBack();
        }
    }

    private static long[] sortedWithoutDoubles(long[] numbers, boolean isProtected) {
        long[] sorted = numbers.clone();
        Arrays.sort(sorted);
        for (int i = 1; i < sorted.length; i++) {
            if (sorted[i] == sorted[i - 1]) {
                throw new FaultException(new Fault.DoubleFree(sorted[i], isProtected));
            }
        }
        return sorted;
    }
}
