package io.mappedpages.internal.engine;

import java.io.IOException;

import io.mappedpages.internal.engine.Allocation.Outcome;

/**
 * Allocates pages, each call one commit, and sees to it that there are enough: the file grows, or, if only pages that
 * were lent writable are free and the pager needs some for itself, it is mapped anew as soon as nothing is borrowed.
 */
final class Allocating {

    /** After new borrows were held back they have so long at least to go on, and twice as long after each vain attempt. */
    private static final long SHORTEST_PAUSE_NANOS = 20_000_000;
    private static final long LONGEST_PAUSE_NANOS = 640_000_000;

    private final Lifecycle life;
    private final Exclusive exclusive;
    private final IdleMoment idleMoment;
    private final Growth growth;

    Allocating(Lifecycle life, Exclusive exclusive, IdleMoment idleMoment, Growth growth) {
        this.idleMoment = idleMoment;
        this.life = life;
        this.exclusive = exclusive;
        this.growth = growth;
    }

    /** {@return what was allocated, durably} */
    Allocation allocate(int dataPages, int protectedPages) {
        StackRoom.forChange();
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
                grow(file, allocation, wanted);
            }
            if (outcome == Outcome.ENOUGH) {
                return allocation;
            }
        }
    }

    /** If there is no room for more pages, and some that are free cannot be found, that is said, too. */
    private void grow(Incarnation file, Allocation allocation, long wanted) {
        try {
            growth.grow(file, allocation.pageCount(), wanted + allocation.outOfReach());
        } catch (EngineException e) {
            if (!(e.fault() instanceof Fault.Full full)) {
                throw e;
            }
            long outOfReach = exclusive.on(file, _ -> allocation.countOutOfReach());
            throw outOfReach == 0 ? e
                    : new EngineException(
                            new Fault.Full(full.path(), new Fault.Limit.FreeOutOfReach(outOfReach, full.limit())), e);
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

    /**
     * What is free was lent, and something is borrowed: other pages will do; if there are none, waiting may help. {@return
     * what came of the last attempt, or {@link Outcome#TOO_FEW} if there are more pages now}
     */
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

    /** Maps anew when nothing is borrowed, and tries again, until something else comes of it or patience runs out. */
    private Outcome awaitIdle(Incarnation file, Allocation allocation, Patience patience) {
        for (long pause = SHORTEST_PAUSE_NANOS;; pause = Math.min(2 * pause, LONGEST_PAUSE_NANOS)) {
            // Only that, for as long as it is done nobody can borrow anything; nobody is to wait for a commit as well.
            if (!idleMoment.tryHoldingBack(file, patience.left(), file::mapAnew)) {
                idleMoment.tryFor(file, Math.min(pause, patience.left()), file::mapAnew);
            }
            // In any case: other pages may have been freed meanwhile.
            Outcome outcome = exclusive.on(file, _ -> attempt(allocation, file));
            if (outcome != Outcome.ONLY_LENT || patience.left() <= 0) {
                return outcome;
            }
        }
    }
}
