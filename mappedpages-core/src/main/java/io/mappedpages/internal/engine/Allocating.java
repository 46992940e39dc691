package io.mappedpages.internal.engine;

import java.io.IOException;

import io.mappedpages.internal.engine.Allocation.Outcome;
import io.mappedpages.internal.storage.Uninterruptible;

/**
 * Allocates pages, each call one commit, and sees to it that there are enough: the file grows, or, if only pages that
 * were lent writable are free and the pager needs some for itself, it is mapped anew as soon as nothing is borrowed.
 */
final class Allocating {

    /** New borrows are held back so long at most, for those that are open to come to their ends. */
    private static final long HELD_BACK_NANOS = 20_000_000;
    /** And then they have so long at least to go on, and twice as long after each vain attempt, up to the longest. */
    private static final long SHORTEST_PAUSE_NANOS = 20_000_000;
    private static final long LONGEST_PAUSE_NANOS = 640_000_000;
    /** Between two looks at whether nothing is borrowed. */
    private static final long SHORTEST_REST_NANOS = 200_000;

    private final Lifecycle life;
    private final Exclusive exclusive;
    private final Growth growth;

    Allocating(Lifecycle life, Exclusive exclusive, Growth growth) {
        this.life = life;
        this.exclusive = exclusive;
        this.growth = growth;
    }

    /** {@return what was allocated, durably} */
    Allocation allocate(int dataPages, int protectedPages) {
        Incarnation file = life.usable();
        long wanted = dataPages + 2L * protectedPages;
        growth.requirePossible(file, wanted);
        Allocation allocation = new Allocation(file, dataPages, protectedPages);
        Patience patience = life.patience();
        while (true) {
            Outcome outcome = exclusive.on(file, _ -> attempt(allocation, file));
            if (outcome == Outcome.ONLY_LENT) {
                outcome = growOrWait(file, allocation, wanted, patience);
            } else if (outcome == Outcome.TOO_FEW) {
                growth.grow(file, allocation.pageCount(), wanted);
            }
            if (outcome == Outcome.ENOUGH) {
                return allocation;
            }
        }
    }

    private static Outcome attempt(Allocation allocation, Incarnation file) throws IOException {
        file.committer.settle(); // before planning: it may find that more pages than thought must be zeroed
        Outcome outcome = allocation.plan();
        if (outcome == Outcome.ONLY_LENT && file.mapAnew()) {
            outcome = allocation.plan();
        }
        if (outcome == Outcome.ENOUGH) {
            allocation.apply();
            file.committer.commit();
        }
        return outcome;
    }

    /** What is free was lent, and something is borrowed: other pages will do; if there are none, waiting may help. */
    private Outcome growOrWait(Incarnation file, Allocation allocation, long wanted, Patience patience) {
        try {
            growth.grow(file, allocation.pageCount(), wanted);
            return Outcome.TOO_FEW;
        } catch (EngineException e) {
            if (!(e.fault() instanceof Fault.Full)) {
                throw e;
            }
            Outcome outcome = awaitIdle(file, allocation, patience);
            if (outcome == Outcome.ONLY_LENT) {
                throw new EngineException(new Fault.FreeButLent(life.path(), file.metadata.durable().freeCount(),
                        file.latches.countHeld(), patience.total()));
            }
            return outcome;
        }
    }

    /**
     * Tries again until something else comes of it or patience runs out. New borrows are held back for short times only:
     * somebody may hold one page and ask for another, and would wait for a call that waits for that page.
     */
    private Outcome awaitIdle(Incarnation file, Allocation allocation, Patience patience) {
        for (long pause = SHORTEST_PAUSE_NANOS;; pause = Math.min(2 * pause, LONGEST_PAUSE_NANOS)) {
            Outcome outcome = Outcome.ONLY_LENT;
            if (file.latches.holdBack()) {
                try {
                    outcome = whenIdle(HELD_BACK_NANOS, file, allocation, patience);
                } finally {
                    file.latches.letGo();
                }
            }
            if (outcome == Outcome.ONLY_LENT) {
                outcome = whenIdle(pause, file, allocation, patience);
            }
            if (outcome == Outcome.ONLY_LENT) { // other pages may have been freed meanwhile
                outcome = exclusive.on(file, _ -> attempt(allocation, file));
            }
            if (outcome != Outcome.ONLY_LENT || patience.left() <= 0) {
                return outcome;
            }
        }
    }

    /** Tries again as soon as nothing is borrowed, within so many nanoseconds. Never waits for the engine lock. */
    private Outcome whenIdle(long nanos, Incarnation file, Allocation allocation, Patience patience) {
        long begin = System.nanoTime();
        long most = Math.min(nanos, Math.max(0, patience.left()));
        while (true) {
            if (!file.isLending()) {
                throw life.refusal();
            }
            long look = System.nanoTime();
            if (!file.latches.isAnyHeld()) {
                Outcome outcome = exclusive.onIfFree(file, _ -> attempt(allocation, file));
                if (outcome != null && outcome != Outcome.ONLY_LENT) {
                    return outcome;
                }
            }
            long now = System.nanoTime();
            if (now - begin >= most) {
                return Outcome.ONLY_LENT;
            }
            Uninterruptible.sleep(Math.max(SHORTEST_REST_NANOS, 4 * (now - look))); // looking takes a core meanwhile
        }
    }
}
