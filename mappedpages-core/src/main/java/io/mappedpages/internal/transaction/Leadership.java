package io.mappedpages.internal.transaction;

import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

import org.jspecify.annotations.Nullable;

import io.mappedpages.internal.log.QuietLock;
import io.mappedpages.internal.log.Silence;

/**
 * The changes that wait, in a line, and who leads: one thread at a time, who commits some of them together or does
 * something that no commit may run beside. Both under one lock, so that no change is left without a leader.
 *
 * <p>Leading is offered and never assigned: who steps down wakes the first in the line, and whoever comes first leads.
 * Any thread. Waiting is never cut short by an interrupt; the thread's interrupt flag is kept.
 */
public final class Leadership {

    private final QuietLock engineLock;
    private @Nullable Member first;
    private @Nullable Member last;
    /** Who leads. */
    private @Nullable Thread leader;
    /** Who wait to lead for something else than commits: they come first. */
    private int others;
    /** Only who leads begins one; it ends by itself. */
    private boolean isCheckpointOnItsWay;
    private final CheckpointRunner runner;
    private final Gathering gathering = new Gathering();
    /** How often somebody began to lead. */
    private long turns;

    /**
     * @param engineLock which who leads, or waits for leading, takes after it
     * @param runner     told when somebody waits for a checkpoint
     */
    public Leadership(QuietLock engineLock, CheckpointRunner runner) {
        this.engineLock = engineLock;
        this.runner = runner;
    }

    /** Stands in line. {@return whether the caller has to lead} */
    synchronized boolean enter(Member member) {
        requireMayWait();
        append(member);
        return takeIfFree();
    }

    /** Stands in line, for somebody else to lead. {@return whether somebody has to be found for that} */
    synchronized boolean enterLater(Member member) {
        append(member);
        return leader == null;
    }

    private void append(Member member) {
        if (last == null) {
            first = member;
        } else {
            last.next = member;
        }
        last = member;
        if (gathering.came()) {
            Waking.wake(leader);
        }
    }

    /**
     * Waits a moment for those who were told of the commit before, see {@link Gathering}. For who leads. An interrupt ends
     * that.
     */
    void gather() {
        long nanos = beginGathering();
        if (nanos > 0) {
            long end = System.nanoTime() + nanos;
            while (nanos > 0 && isSomebodyMissing() && !Thread.currentThread().isInterrupted()) {
                LockSupport.parkNanos(this, nanos);
                nanos = end - System.nanoTime();
            }
            endGathering();
        }
    }

    private synchronized long beginGathering() {
        return first == null || first.change.isAlone() || others > 0 ? 0 : gathering.begin();
    }

    private synchronized boolean isSomebodyMissing() {
        return others == 0 && !gathering.isComplete();
    }

    private synchronized void endGathering() {
        gathering.end();
    }

    /**
     * Refuses who would wait for ever, and refuses at once, whoever leads: who leads and waited for another leader, or has the
     * engine lock, for which whoever leads waits.
     */
    public synchronized void requireMayWait() {
        if (isLeading() || engineLock.isHeldByCurrentThread()) {
            throw new IllegalStateException(
                    "a thread in the middle of a commit, or of a look, must not change, verify, reopen or close the file");
        }
    }

    /** {@return whether somebody leads, so that who stands in line has to wait} */
    synchronized boolean isTaken() {
        return leader != null;
    }

    /** {@return whether this thread leads} */
    public synchronized boolean isLeading() {
        return Thread.currentThread().equals(leader);
    }

    /** {@return whether the caller has to lead, because somebody waits and nobody does} */
    synchronized boolean takeIfNeeded() {
        return first != null && takeIfFree();
    }

    private boolean takeIfFree() {
        if (leader != null || others > 0) {
            return false;
        }
        leader = Thread.currentThread();
        turns++;
        return true;
    }

    /**
     * {@return a number that is another one as soon as somebody leads, or -1 while somebody does} Who gets the same number twice,
     * and not -1, knows that nothing was written in between.
     */
    public synchronized long quiet() {
        return leader == null && !isCheckpointOnItsWay ? turns : -1;
    }

    /**
     * Takes changes from the front of the line, linked, for who leads: at most {@code most}, and one that must be
     * alone by itself. {@return the first, or null}
     */
    synchronized @Nullable Member take(int most) {
        Member begin = first;
        if (begin == null) {
            return null;
        }
        Member end = begin;
        if (!begin.change.isAlone()) {
            for (int i = 1; i < most && end.next != null && !end.next.change.isAlone(); i++) {
                end = end.next;
            }
        }
        first = end.next;
        if (first == null) {
            last = null;
        }
        end.next = null;
        return begin;
    }

    /** {@return how many changes stand in line} */
    synchronized int waiting() {
        int count = 0;
        for (Member member = first; member != null; member = member.next) {
            count++;
        }
        return count;
    }

    /** Puts linked changes at the front of the line again. */
    synchronized void putBack(Member begin) {
        Member end = begin;
        while (end.next != null) {
            end = end.next;
        }
        end.next = first;
        if (first == null) {
            last = end;
        }
        first = begin;
    }

    /**
     * Leads no more, after a commit.
     *
     * @param told  how many are told of it now
     * @param nanos that it took
     * @return who should be woken to lead, or null
     */
    synchronized @Nullable Member stepDown(int told, long nanos) {
        gathering.told(told, nanos);
        return stepDown();
    }

    private synchronized @Nullable Member stepDown() {
        leader = null;
        if (others > 0) {
            notifyAll();
            return null;
        }
        return first;
    }

    /** A checkpoint begins that is written beside commits. By who leads, if none is on its way. */
    synchronized void checkpointBegins() {
        isCheckpointOnItsWay = true;
    }

    /** It has come to its end. Any thread. */
    synchronized void checkpointEnds() {
        isCheckpointOnItsWay = false;
        notifyAll();
    }

    /** {@return whether a checkpoint is written beside commits} For who leads; it may end at any time. */
    synchronized boolean isCheckpointOnItsWay() {
        return isCheckpointOnItsWay;
    }

    /** Waits, without limit of time, until no checkpoint is on its way. By who leads, so that none begins; for others another may have begun. */
    void awaitCheckpoint() {
        if (isCheckpointOnItsWay()) {
            runner.hurry();
            await(() -> isCheckpointOnItsWay);
        }
    }

    /**
     * Leads, without limit of time until nobody else does, so that no commit runs before {@link #vacate}, and no checkpoint
     * but the caller's own.
     */
    public void occupy() {
        occupy(true);
    }

    /** As {@link #occupy()}. {@return false if a checkpoint is on its way; then this thread does not lead} */
    boolean occupyUnlessCheckpoint() {
        return occupy(false);
    }

    private boolean occupy(boolean waits) {
        Silence.begin();
        boolean stays = false;
        try {
            lead();
            if (waits) {
                awaitCheckpoint();
            }
            stays = !isCheckpointOnItsWay();
            return stays;
        } finally {
            if (!stays) {
                giveUp();
            }
        }
    }

    private void giveUp() {
        if (isLeading()) {
            vacate();
        } else {
            Silence.end();
        }
    }

    private synchronized void lead() {
        requireMayWait();
        others++;
        try {
            await(() -> leader != null);
            leader = Thread.currentThread();
            turns++;
        } finally {
            others--;
        }
    }

    private synchronized void await(BooleanSupplier untilNot) {
        boolean interrupted = false;
        while (untilNot.getAsBoolean()) {
            try {
                wait();
            } catch (InterruptedException e) {
                interrupted = true; // remembered, and restored below
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    /** Ends {@link #occupy}. */
    public void vacate() {
        try {
            Member next = stepDown();
            if (next != null) {
                next.wakeToLead();
            }
        } finally {
            Silence.end();
        }
    }
}
