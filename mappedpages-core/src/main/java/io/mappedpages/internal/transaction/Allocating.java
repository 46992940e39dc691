package io.mappedpages.internal.transaction;

import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import java.util.function.Supplier;

import io.mappedpages.internal.fault.Fault;
import io.mappedpages.internal.fault.FaultException;
import io.mappedpages.internal.thread.Deadline;
import io.mappedpages.internal.thread.StackRoom;
import io.mappedpages.internal.transaction.PageChoice.Outcome;

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

    /** As {@link #allocate(int)}, without waiting for the commit. */
    public void allocateLater(int count, CompletableFuture<long[]> future) {
        allocateLater(count, 0, future, PageChoice::dataPages);
    }

    /** As {@link #allocateProtected(int)}, without waiting for the commit. */
    public void allocateProtectedLater(int count, CompletableFuture<long[]> future) {
        allocateLater(0, count, future, PageChoice::protectedIds);
    }

    private void allocateLater(int dataPages, int protectedPages, CompletableFuture<long[]> future,
            Function<PageChoice, long[]> result) {
        StackRoom.forChange();
        OpenFile file = openings.usable();
        growth.requirePossible(file, wanted(dataPages, protectedPages));
        Allocation allocation = new Allocation(file, dataPages, protectedPages);
        queue.submitLater(file, allocation, (applied, failure) -> Late.complete(future, failure,
                // If there were too few, it waits until there are enough.
                () -> result.apply(applied ? allocation.choice() : allocate(dataPages, protectedPages))));
    }

    private PageChoice allocate(int dataPages, int protectedPages) {
        StackRoom.forChange();
        OpenFile file = openings.usable();
        growth.requirePossible(file, wanted(dataPages, protectedPages));
        Allocation allocation = new Allocation(file, dataPages, protectedPages);
        return untilEnough(file, dataPages, protectedPages, new Attempt(allocation.choice(), () -> {
            queue.submit(file, allocation);
            return allocation.outcome();
        }, true));
    }

    /**
     * {@return regular pages, promised to a transaction: all that were asked for} Nothing is written, unless the file grows.
     *
     * @param holdsAny whether the caller holds latches, so that waiting until nothing is borrowed would be in vain
     */
    public long[] reserve(OpenFile file, Reservation reservation, int count, boolean holdsAny) {
        return reserve(file, reservation, count, 0, holdsAny).dataPages();
    }

    /** {@return protected pages, promised to a transaction: all that were asked for} */
    public long[] reserveProtected(OpenFile file, Reservation reservation, int count, boolean holdsAny) {
        return reserve(file, reservation, 0, count, holdsAny).protectedIds();
    }

    /** Promises a transaction more pages for tree nodes, if it needs more by now. */
    public void reserveForNodes(OpenFile file, Reservation reservation) {
        reserve(file, reservation, 0, 0, true);
    }

    private PageChoice reserve(OpenFile file, Reservation reservation, int dataPages, int protectedPages,
            boolean holdsAny) {
        StackRoom.forChange();
        growth.requirePossible(file, wanted(dataPages, protectedPages));
        if (!file.hasWritten()) {
            queue.settle(file); // the first thing that is written may need free pages, and finds out which pages are zeros
        }
        PageChoice choice = new PageChoice(file, dataPages, protectedPages, reservation);
        EngineLock.Action<Outcome> take = _ -> {
            Outcome outcome = choice.choose();
            if (outcome == Outcome.ENOUGH) {
                reservation.add(choice);
            }
            return outcome;
        };
        return untilEnough(file, dataPages, protectedPages, new Attempt(choice, () -> {
            Outcome outcome = lock.on(file, take);
            // Some may be hidden because a commit under way cleans them, or not free before it is durable.
            return outcome == Outcome.ENOUGH ? outcome : queue.settled(file, take);
        }, !holdsAny));
    }

    private static long wanted(int dataPages, int protectedPages) {
        return dataPages + 2L * protectedPages;
    }

    /** Something to be tried until there is enough. */
    private record Attempt(PageChoice choice, Supplier<Outcome> tries, boolean mayWait) {

        Outcome run() {
            return tries.get();
        }
    }

    private PageChoice untilEnough(OpenFile file, int dataPages, int protectedPages, Attempt attempt) {
        long wanted = wanted(dataPages, protectedPages);
        Deadline deadline = openings.deadline();
        while (true) {
            Outcome outcome = attempt.run();
            if (outcome == Outcome.ONLY_LENT) {
                outcome = growOrWait(file, attempt, wanted, deadline);
            } else if (outcome == Outcome.TOO_FEW) {
                grow(file, attempt.choice, wanted);
            }
            if (outcome == Outcome.ENOUGH) {
                return attempt.choice;
            }
        }
    }

    /** If there is no room for more pages, and some that are free cannot be found, that is said, too. */
    private void grow(OpenFile file, PageChoice choice, long wanted) {
        try {
            growth.grow(file, choice.pageCount(), wanted + choice.outOfReach());
        } catch (FaultException e) {
            if (!(e.fault() instanceof Fault.Full full)) {
                throw e;
            }
            long outOfReach = lock.on(file, _ -> choice.countOutOfReach());
            throw outOfReach == 0 ? e
                    : new FaultException(
                            new Fault.Full(full.path(), new Fault.Limit.FreeOutOfReach(outOfReach, full.limit())), e);
        }
    }

    /**
     * What is free was lent, and something is borrowed: other pages will do; if there are none, waiting may help. {@return
     * what came of the last attempt, or {@link Outcome#TOO_FEW} if there are more pages now}
     */
    private Outcome growOrWait(OpenFile file, Attempt attempt, long wanted, Deadline deadline) {
        try {
            growth.grow(file, attempt.choice.pageCount(), wanted);
            return Outcome.TOO_FEW;
        } catch (FaultException e) {
            if (!(e.fault() instanceof Fault.Full)) {
                throw e;
            }
            Outcome outcome = attempt.mayWait ? awaitIdle(file, attempt, deadline) : Outcome.ONLY_LENT;
            if (outcome == Outcome.ONLY_LENT) {
                throw new FaultException(
                        new Fault.FreeButLent(openings.path(), file.state().map().availableCount(),
                                file.latches().countHeld(), deadline.total()));
            }
            return outcome;
        }
    }

    /** Maps anew when nothing is borrowed, and tries again, until something else comes of it or patience runs out. */
    private Outcome awaitIdle(OpenFile file, Attempt attempt, Deadline deadline) {
        for (long pause = SHORTEST_PAUSE_NANOS;; pause = Math.min(2 * pause, LONGEST_PAUSE_NANOS)) {
            // Only that, for as long as it is done nobody can borrow anything; nobody is to wait for a commit as well.
            if (!idleMoment.tryHoldingBack(file, deadline.left(), file::mapAnew)) {
                idleMoment.tryFor(file, Math.min(pause, deadline.left()), file::mapAnew);
            }
            // In any case: other pages may have been freed meanwhile.
            Outcome outcome = attempt.run();
            if (outcome != Outcome.ONLY_LENT || deadline.left() <= 0) {
                return outcome;
            }
        }
    }
}
