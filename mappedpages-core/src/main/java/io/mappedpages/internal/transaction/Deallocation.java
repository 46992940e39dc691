package io.mappedpages.internal.transaction;

import java.io.IOException;
import java.util.Arrays;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;

import org.jspecify.annotations.Nullable;

import io.mappedpages.internal.commit.Batch;
import io.mappedpages.internal.fault.Fault;
import io.mappedpages.internal.fault.FaultException;
import io.mappedpages.internal.format.CopyPair;
import io.mappedpages.internal.format.PageState;
import io.mappedpages.internal.latch.HeldLatches;
import io.mappedpages.internal.latch.Latch;
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
        OpenFile file = openings.usable();
        try (Free free = begin(file, pages, false)) {
            queue.submit(file, free);
        }
    }

    /** Frees protected pages; nobody may have borrowed either copy. */
    public void freeProtected(long[] ids) {
        OpenFile file = openings.usable();
        Deadline deadline = openings.deadline();
        boolean isDone = false;
        while (!isDone) {
            try (Free free = beginProtected(file, ids, deadline, false)) {
                isDone = queue.submit(file, free);
            }
        }
    }

    /** As {@link #free}, without waiting. */
    public void freeLater(long[] pages, CompletableFuture<@Nullable Void> future) {
        OpenFile file = openings.usable();
        later(file, future, () -> begin(file, pages, Deadline.none(), false), () -> free(pages));
    }

    /** As {@link #freeProtected}, without waiting. */
    public void freeProtectedLater(long[] ids, CompletableFuture<@Nullable Void> future) {
        OpenFile file = openings.usable();
        later(file, future, () -> beginProtected(file, ids, Deadline.none(), false), () -> freeProtected(ids));
    }

    /** If a page is borrowed now, or it turns out that a page has moved, {@code waiting} does all of it on a thread of its own. */
    private void later(OpenFile file, CompletableFuture<@Nullable Void> future, Supplier<Free> begin,
            Runnable waiting) {
        Free free;
        try {
            free = begin.get();
        } catch (FaultException e) {
            if (!(e.fault() instanceof Fault.Borrowed)) {
                throw e;
            }
            Late.run(future, () -> {
                waiting.run();
                return null;
            });
            return;
        }
        try {
            queue.submitLater(file, free, (applied, failure) -> Late.end(future, failure, () -> {
                free.close();
                if (!applied && failure == null) {
                    waiting.run();
                }
            }));
        } catch (RuntimeException | Error e) {
            free.close();
            throw e;
        }
    }

    /** A change that frees pages, whose latches are held until it has come to its end, or is closed. */
    public interface Free extends Change, AutoCloseable {

        @Override
        default boolean isFreeing() {
            return true;
        }

        @Override
        void close();
    }

    /**
     * Takes the latches of regular pages, as soon as nobody has borrowed any of them.
     *
     * @param holdsOthers whether the caller holds more latches for the same purpose
     */
    public Free begin(OpenFile file, long[] pages, boolean holdsOthers) {
        return begin(file, pages, openings.deadline(), holdsOthers);
    }

    private Free begin(OpenFile file, long[] pages, Deadline deadline, boolean holdsOthers) {
        long[] sorted = sortedWithoutDoubles(pages, false);
        for (long page : sorted) {
            checks.requireData(file, page, true);
        }
        HeldLatches latches = new HeldLatches(file.latches(), deadline, holdsOthers, sorted.length);
        try {
            for (long page : sorted) {
                if (!latches.acquire(page, () -> false)) {
                    throw checks.borrowed(file, page, -1, deadline.total());
                }
            }
            return new FreePages(file, sorted, latches);
        } catch (RuntimeException | Error e) {
            latches.close();
            throw e;
        }
    }

    /** As {@link #begin(OpenFile, long[], boolean)}, for protected pages: of both copies. */
    public Free beginProtected(OpenFile file, long[] ids, boolean holdsOthers) {
        return beginProtected(file, ids, openings.deadline(), holdsOthers);
    }

    /**
     * As {@link #beginProtected(OpenFile, long[], boolean)}, for one who is writing the page: it stays his alone all the time.
     *
     * @param pair     the page's copies
     * @param inactive held exclusively on the copy that is not current; given back with the others from now on, unless this throws
     */
    public Free beginProtected(OpenFile file, long id, CopyPair pair, Latch inactive) {
        Deadline deadline = openings.deadline();
        HeldLatches latches = new HeldLatches(file.latches(), deadline, true, 2);
        boolean isBegun = false;
        try {
            if (!latches.acquire(pair.activePage(), () -> false)) {
                throw checks.borrowed(file, pair.activePage(), id, deadline.total());
            }
            Copy[] copies = {new Copy(pair.pageA(), id), new Copy(pair.pageB(), id)};
            Free free = new FreeProtectedPages(file, new long[] {id}, new CopyPair[] {pair}, copies, latches);
            latches.takeOver(inactive);
            isBegun = true;
            return free;
        } finally {
            if (!isBegun) {
                latches.close();
            }
        }
    }

    private Free beginProtected(OpenFile file, long[] ids, Deadline deadline, boolean holdsOthers) {
        long[] sorted = sortedWithoutDoubles(ids, true);
        while (true) {
            Free free = tryBegin(file, sorted, deadline, holdsOthers);
            if (free != null) {
                return free;
            } // else a page was freed and allocated anew, at another place, while this call waited for its copies
        }
    }

    /** Of regular pages whose latches are held. */
    static final class FreePages implements Free {
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
        public void apply(Batch batch) throws IOException {
            for (long page : pages) {
                file.state().map().state(page, PageState.FREE);
            }
        }

        @Override
        public void giveBack() {
            latches.giveBack();
        }

        @Override
        public void close() {
            latches.close();
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

    private @Nullable Free tryBegin(OpenFile file, long[] ids, Deadline deadline, boolean holdsOthers) {
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
                return null; // it went from one of the ids to another between the two looks
            }
        }
        HeldLatches latches = new HeldLatches(file.latches(), deadline, holdsOthers, copies.length);
        boolean isBegun = false;
        try {
            for (Copy copy : copies) {
                if (!latches.acquire(copy.page(), () -> copy.hasMoved(file))) {
                    if (latches.wasRefused() && copy.isOf(checks.requireEntry(file, copy.id(), true))) {
                        throw checks.borrowed(file, copy.page(), copy.id(), deadline.total());
                    }
                    return null;
                }
            }
            for (int i = 0; i < ids.length; i++) { // who has all latches of a page knows where it is until they are given back
                if (!checks.requireEntry(file, ids[i], true).hasPagesOf(pairs[i])) {
                    return null;
                }
            }
            isBegun = true;
            return new FreeProtectedPages(file, ids, pairs, copies, latches);
        } finally {
            if (!isBegun) {
                latches.close();
            }
        }
    }

    /** Of protected pages; the latches of both copies of each are held. */
    private static final class FreeProtectedPages implements Free {
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

        @Override
        public void close() {
            latches.close();
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
