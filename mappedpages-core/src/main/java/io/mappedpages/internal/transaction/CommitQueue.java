package io.mappedpages.internal.transaction;

import java.io.IOException;
import java.util.concurrent.locks.LockSupport;

import org.jspecify.annotations.Nullable;

import io.mappedpages.internal.commit.Batch;
import io.mappedpages.internal.log.Silence;
import io.mappedpages.internal.thread.StackRoom;

/**
 * Makes changes durable, all that wait with one commit. All that is written to a file after it was opened, growing it
 * apart, is written from here.
 *
 * <p>There is no thread for it. One of the callers leads: it takes what waits and commits it, while the next ones
 * gather. A caller who is alone leads itself and hands over to nobody. (Group commit: DeWitt et al., Implementation
 * Techniques for Main Memory Database Systems, 1984.)
 *
 * <p>Callers take the latches that they need before they come here; who leads never waits for a latch.
 */
public final class CommitQueue {

    /** So many are committed at once at most, so that nobody waits long for others' work. */
    private static final int MOST_AT_ONCE = 1024;
    /** If nobody leads after so long, the thread that was woken to do so does not get to it. */
    private static final long FIRST_SLEEP_NANOS = 10_000_000;
    /** Who has looked before looks more seldom: a thousand who wait for a slow disk would keep a processor busy. */
    private static final long LONGEST_SLEEP_NANOS = 64 * FIRST_SLEEP_NANOS;

    private final Openings openings;
    private final EngineLock lock;
    private final Leadership leadership;
    private final Checkpoints checkpoints;
    private final CommitThread committer;

    /**
     * Commits under {@code lock}, and never while somebody else leads.
     *
     * @param runner for checkpoints
     */
    public CommitQueue(Openings openings, EngineLock lock, Leadership leadership, CheckpointRunner runner) {
        this.openings = openings;
        this.lock = lock;
        this.leadership = leadership;
        this.checkpoints = new Checkpoints(openings, lock, leadership, runner);
        this.committer = new CommitThread(openings.path(), new CommitThread.Work() {

            @Override
            public boolean leadIfNeeded() {
                return CommitQueue.this.leadIfNeeded();
            }

            @Override
            public boolean isWaitedFor() {
                return leadership.waiting() > 0;
            }
        }, CommitThread.OF_SYSTEM);
    }

    /**
     * Makes a change durable. The latches and buffers that it needs are its own until this returns or throws, and it
     * does neither before the change has come to its end.
     *
     * @return whether there was something to apply; then it is durable
     */
    public boolean submit(OpenFile file, Change change) {
        StackRoom.forChange();
        Member own = new Member(file, change);
        GroupCommit commit = newCommit(); // now, for nothing may fail once this stands in line
        Silence.begin(); // for this thread may lead
        try {
            if (leadership.isTaken()) {
                change.prepareAhead(); // instead of waiting, and of having who leads do it
            }
            awaitEnd(own, commit);
        } finally {
            Silence.end();
        }
        return own.result();
    }

    /** What is to be done when a change has come to its end. */
    public interface Ending {

        /**
         * By a virtual thread of its own: may wait for anything.
         *
         * @param applied whether there was something to apply; then it is durable
         * @param failure what it failed with, or null
         */
        void ended(boolean applied, @Nullable Throwable failure);
    }

    /** As {@link #submit}, without waiting for the end. The change's latches and buffers are its own until then. */
    public void submitLater(OpenFile file, Change change, Ending ending) {
        StackRoom.forChange();
        Member own = new LateMember(file, change, committer, ending);
        Silence.begin(); // what is to be logged meanwhile waits until the change stands in line
        try {
            change.prepareAhead();
            committer.expect();
            if (leadership.enterLater(own)) {
                committer.signal();
            }
        } finally {
            Silence.end();
        }
    }

    private boolean leadIfNeeded() {
        Silence.begin(); // first: who has taken the lead must not fail
        try {
            boolean leads = leadership.takeIfNeeded();
            if (leads) {
                lead(null, newCommitWhateverItTakes());
            }
            return leads;
        } finally {
            Silence.end();
        }
    }

    private GroupCommit newCommitWhateverItTakes() {
        while (true) {
            try {
                return newCommit();
            } catch (OutOfMemoryError e) { // who has taken the lead must not keep it for nothing
                Thread.onSpinWait();
            }
        }
    }

    private GroupCommit newCommit() {
        return new GroupCommit(openings, lock, leadership, checkpoints);
    }

    private void awaitEnd(Member own, GroupCommit first) {
        GroupCommit commit = first;
        boolean leads = leadership.enter(own);
        boolean interrupted = false;
        long patience = FIRST_SLEEP_NANOS;
        while (true) {
            if (leads) {
                lead(own, commit);
                commit = renewed(own, commit);
            }
            if (own.isDone()) {
                break;
            }
            interrupted |= sleep(patience);
            patience = Math.min(LONGEST_SLEEP_NANOS, 2 * patience);
            leads = !own.isDone() && leadership.takeIfNeeded();
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    /** {@return whether the thread was interrupted} It may return at any time. */
    private boolean sleep(long nanos) {
        try {
            LockSupport.parkNanos(this, nanos);
        } catch (Error e) { // no memory to wait with, say: who waits here must not go before its change has ended
            Thread.onSpinWait();
        }
        return Thread.interrupted();
    }

    /** Another one for the next time this thread leads, if there is to be one. */
    private GroupCommit renewed(Member own, GroupCommit used) {
        return own.isDone() ? used : newCommitWhateverItTakes();
    }

    /** Never throws. */
    private void lead(@Nullable Member own, GroupCommit commit) {
        Member finished = null;
        long begin = System.nanoTime();
        try {
            leadership.gather();
            begin = System.nanoTime();
            Member taken = leadership.take(MOST_AT_ONCE);
            if (taken != null) {
                commit.run(taken, own);
                finished = commit.finished();
                Member unfinished = commit.unfinished();
                if (unfinished != null) {
                    leadership.putBack(unfinished);
                }
            }
        } catch (Throwable e) { // not to be expected; all that were taken must be told
            commit.failAll(e);
            finished = commit.finished();
        } finally {
            Member next = leadership.stepDown(count(finished), System.nanoTime() - begin);
            if (next != null) {
                next.wakeToLead(); // first: it has work to do
            }
            for (Member member = finished; member != null;) {
                Member following = member.next;
                if (!member.equals(own)) {
                    member.wake();
                }
                member = following;
            }
        }
    }

    private static int count(@Nullable Member linked) {
        int count = 0;
        for (Member member = linked; member != null; member = member.next) {
            count++;
        }
        return count;
    }

    /**
     * Makes sure that the file still is ours, and before this opening changes anything, that what it builds on is durable.
     * Pages are lent for writing only after that.
     */
    public void settle(OpenFile file) {
        settled(file, _ -> Boolean.TRUE);
    }

    /** Makes a checkpoint, unless all that was committed is in the last one already. */
    public void checkpoint() {
        StackRoom.forChange();
        leadership.requireMayWait();
        OpenFile file = openings.usable();
        if (file.recordsSinceCheckpoint() > 0) {
            settle(file);
            checkpoints.make(file);
        }
    }

    /** {@return whether a checkpoint is written beside commits} If not, none begins before the end of an action of {@link #settled} that asks. */
    public boolean isCheckpointOnItsWay() {
        return leadership.isCheckpointOnItsWay();
    }

    /** {@return what {@code action} returns, run under the engine lock after {@link #settle}, and with no commit beside it} */
    public <T extends @Nullable Object> T settled(OpenFile file, EngineLock.Action<T> action) {
        Reading<T> reading = new Reading<>(file, action);
        submit(file, reading);
        return reading.result;
    }

    /** Changes nothing. */
    private static final class Reading<T extends @Nullable Object> implements Change {
        private final OpenFile file;
        private final EngineLock.Action<T> action;
        private T result;

        @SuppressWarnings("NullAway.Init")
        Reading(OpenFile file, EngineLock.Action<T> action) {
            this.file = file;
            this.action = action;
        }

        @Override
        public boolean plan() throws IOException {
            result = action.run(file);
            return false;
        }

        @Override
        public void apply(Batch batch) {
            throw new IllegalStateException("nothing was planned");
        }
    }
}
