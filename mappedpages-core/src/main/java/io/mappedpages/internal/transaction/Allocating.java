package io.mappedpages.internal.transaction;

import io.mappedpages.internal.fault.Fault;
import io.mappedpages.internal.fault.FaultException;
import io.mappedpages.internal.thread.Deadline;
import io.mappedpages.internal.thread.StackRoom;
import io.mappedpages.internal.transaction.Allocation.Outcome;

/**
 * Allocates pages, each call one commit, and sees to it that there are enough: the file grows, or, if only pages that
 * were lent writable are free and the pager needs some for itself, it is mapped anew as soon as nothing is borrowed.
 */
public final class Allocating {

    /** After new borrows were held back they have so long at least to go on, and twice as long after each vain attempt. */
    private static final long SHORTEST_PAUSE_NANOS = 20_000_000;
    private static final long LONGEST_PAUSE_NANOS = 640_000_000;

    private final Openings openings;
    private final EngineLock lock;
    private final CommitQueue queue;
    private final IdleMoment idleMoment;
    private final Growth growth;

    /** Allocates in whatever opening is current. */
    public Allocating(Openings openings, EngineLock lock, CommitQueue queue, IdleMoment idleMoment, Growth growth) {
        this.idleMoment = idleMoment;
        this.openings = openings;
        this.lock = lock;
        this.queue = queue;
        this.growth = growth;
    }

    /** {@return regular pages, allocated durably: all that were asked for} */
    public long[] allocate(int count) {
        return allocate(count, 0).dataPages();
    }

    /** {@return protected pages, allocated durably: all that were asked for} */
    public long[] allocateProtected(int count) {
        return allocate(0, count).protectedIds();
    }

    private Allocation allocate(int dataPages, int protectedPages) {
        StackRoom.forChange();
        OpenFile file = openings.usable();
        long wanted = dataPages + 2L * protectedPages;
        growth.requirePossible(file, wanted);
        Allocation allocation = new Allocation(file, dataPages, protectedPages);
        Deadline deadline = openings.deadline();
        while (true) {
            Outcome outcome = attempt(allocation, file);
            if (outcome == Outcome.ONLY_LENT) {
                outcome = growOrWait(file, allocation, wanted, deadline);
            } else if (outcome == Outcome.TOO_FEW) {
                grow(file, allocation, wanted);
            }
            if (outcome == Outcome.ENOUGH) {
                return allocation;
            }
        }
    }

    /** If there is no room for more pages, and some that are free cannot be found, that is said, too. */
    private void grow(OpenFile file, Allocation allocation, long wanted) {
        try {
            growth.grow(file, allocation.pageCount(), wanted + allocation.outOfReach());
        } catch (FaultException e) {
            if (!(e.fault() instanceof Fault.Full full)) {
                throw e;
            }
            long outOfReach = lock.on(file, _ -> allocation.countOutOfReach());
            throw outOfReach == 0 ? e
                    : new FaultException(
                            new Fault.Full(full.path(), new Fault.Limit.FreeOutOfReach(outOfReach, full.limit())), e);
        }
    }

    private Outcome attempt(Allocation allocation, OpenFile file) {
        queue.submit(file, allocation);
        return allocation.outcome();
    }

    /**
     * What is free was lent, and something is borrowed: other pages will do; if there are none, waiting may help. {@return
     * what came of the last attempt, or {@link Outcome#TOO_FEW} if there are more pages now}
     */
    private Outcome growOrWait(OpenFile file, Allocation allocation, long wanted, Deadline deadline) {
        try {
            growth.grow(file, allocation.pageCount(), wanted);
            return Outcome.TOO_FEW;
        } catch (FaultException e) {
            if (!(e.fault() instanceof Fault.Full)) {
                throw e;
            }
            Outcome outcome = awaitIdle(file, allocation, deadline);
            if (outcome == Outcome.ONLY_LENT) {
                throw new FaultException(
                        new Fault.FreeButLent(openings.path(), file.state().metadata().durable().freeCount(),
                                file.latches().countHeld(), deadline.total()));
            }
            return outcome;
        }
    }

    /** Maps anew when nothing is borrowed, and tries again, until something else comes of it or patience runs out. */
    private Outcome awaitIdle(OpenFile file, Allocation allocation, Deadline deadline) {
        for (long pause = SHORTEST_PAUSE_NANOS;; pause = Math.min(2 * pause, LONGEST_PAUSE_NANOS)) {
            // Only that, for as long as it is done nobody can borrow anything; nobody is to wait for a commit as well.
            if (!idleMoment.tryHoldingBack(file, deadline.left(), file::mapAnew)) {
                idleMoment.tryFor(file, Math.min(pause, deadline.left()), file::mapAnew);
            }
            // In any case: other pages may have been freed meanwhile.
            Outcome outcome = attempt(allocation, file);
            if (outcome != Outcome.ONLY_LENT || deadline.left() <= 0) {
                return outcome;
            }
        }
    }
}
