package io.mappedpages.internal.engine;

import java.util.Arrays;

import io.mappedpages.internal.format.CopyPair;
import io.mappedpages.internal.format.PageState;

/** Frees pages, each call one commit, as soon as nobody has borrowed any of them. */
final class Freeing {

    private final Lifecycle life;
    private final Exclusive exclusive;
    private final PageChecks checks;

    Freeing(Lifecycle life, Exclusive exclusive, PageChecks checks) {
        this.life = life;
        this.exclusive = exclusive;
        this.checks = checks;
    }

    /** Frees regular pages. */
    void free(long[] pages) {
        long[] sorted = sortedWithoutDoubles(pages, false);
        Incarnation file = life.usable();
        for (long page : sorted) {
            checks.requireData(file, page, true);
        }
        try (HeldLatches latches = new HeldLatches(file, life.patience(), sorted.length)) {
            for (long page : sorted) {
                latches.acquire(page, -1);
            }
            exclusive.run(file, () -> {
                for (long page : sorted) {
                    checks.requireData(file, page, true);
                }
                for (long page : sorted) {
                    file.map.state(page); // a damaged leaf must show before anything is changed
                }
                file.committer.settle();
                for (long page : sorted) {
                    file.map.state(page, PageState.FREE);
                }
                file.committer.commit();
            });
        }
    }

    /** Frees protected pages; nobody may have borrowed either copy. */
    void freeProtected(long[] ids) {
        long[] sorted = sortedWithoutDoubles(ids, true);
        Incarnation file = life.usable();
        Patience patience = life.patience();
        while (!tryFreeProtected(file, sorted, patience)) {
            // a page was freed and allocated anew, at another place, while this call waited for its copies
        }
    }

    private boolean tryFreeProtected(Incarnation file, long[] ids, Patience patience) {
        record Copy(long page, long id) {
        }
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
        try (HeldLatches latches = new HeldLatches(file, patience, copies.length)) {
            for (Copy copy : copies) {
                latches.acquire(copy.page(), copy.id());
            }
            boolean[] done = new boolean[1];
            exclusive.run(file, () -> {
                for (int i = 0; i < ids.length; i++) {
                    CopyPair now = checks.requireEntry(file, ids[i], true);
                    if (now.pageA() != pairs[i].pageA() || now.pageB() != pairs[i].pageB()) {
                        return;
                    }
                }
                for (long id : ids) { // damaged leaves must show before anything is changed
                    file.directory.entry(id);
                }
                for (Copy copy : copies) {
                    file.map.state(copy.page());
                }
                file.committer.settle();
                for (long id : ids) {
                    file.directory.entry(id, CopyPair.NONE);
                }
                for (Copy copy : copies) {
                    file.map.state(copy.page(), PageState.FREE);
                }
                file.committer.commit();
                done[0] = true;
            });
            return done[0];
        }
    }

    private static long[] sortedWithoutDoubles(long[] numbers, boolean isProtected) {
        long[] sorted = numbers.clone();
        Arrays.sort(sorted);
        for (int i = 1; i < sorted.length; i++) {
            if (sorted[i] == sorted[i - 1]) {
                throw new EngineException(new Fault.DoubleFree(sorted[i], isProtected));
            }
        }
        return sorted;
    }
}
