package io.mappedpages.internal.transaction;

import java.io.IOException;

import org.jspecify.annotations.Nullable;

import io.mappedpages.internal.commit.Batch;
import io.mappedpages.internal.commit.Committer;
import io.mappedpages.internal.fault.CorruptNodeException;
import io.mappedpages.internal.fault.FaultException;
import io.mappedpages.internal.fault.UnreadableException;
import io.mappedpages.internal.tree.ColdNodes;
import io.mappedpages.internal.tree.NodeMissing;

/**
 * Commits changes together, for the thread that leads: plans and applies one after the other under the engine lock, writes
 * and syncs without it, and publishes under it again.
 *
 * <p>A change that is refused is refused alone. What fails after something was written or applied stops the pager, and
 * all get to know that; nobody is told before it is marked as stopped.
 *
 * <p>Changes that free pages are applied after all others: what they free is part of the generation to fall back to until
 * this commit is durable, so no other change of it may take these pages and write to them.
 */
final class GroupCommit {

    private final Openings openings;
    private final EngineLock lock;
    private final Leadership leadership;
    private final Checkpoints checkpoints;

    private @Nullable Member members;
    /** Whether anything was written or changed: a failure from then on stops the pager. */
    private boolean begun;
    private boolean anyApplied;
    private boolean isSealed;
    private boolean isCheckpointDue;
    /** Whether a change waits for the mark. Those behind it wait with it: they could take the pages that it has planned with. */
    private boolean isMarkTooLow;

    GroupCommit(Openings openings, EngineLock lock, Leadership leadership, Checkpoints checkpoints) {
        this.openings = openings;
        this.lock = lock;
        this.leadership = leadership;
        this.checkpoints = checkpoints;
    }

    /**
     * Commits linked changes.
     *
     * @param own the leader's own, if it has one: what fails before anything was begun, for want of memory, say, is its trouble and
     *            not that of others
     */
    void run(Member linked, @Nullable Member own) {
        members = linked;
        OpenFile file = openings.current();
        try {
            if (refuseLate(file)) {
                commit(file);
            }
        } catch (Throwable e) { // whatever it is, somebody waits to be told
            if (begun || e instanceof IOException) {
                failAll(stop(file, e));
            } else if (e instanceof FaultException) {
                failAll(e);
            } else {
                victim(linked, own).fail(e);
            }
        }
    }

    /** Stops the pager. {@return what to tell, whatever comes of stopping} */
    private Throwable stop(OpenFile file, Throwable cause) {
        try {
            return openings.fail(file, cause);
        } catch (Throwable e) { // no memory to stop with, say; somebody waits to be told all the same
            return e;
        }
    }

    /** Tells all that are not done yet. Needs no memory. */
    void failAll(Throwable told) {
        for (Member member = members; member != null; member = member.next) {
            if (!member.isDone()) {
                member.fail(told);
            }
        }
    }

    /** If the leader's own is still in the line, somebody else has to go, or the next leader fares no better. */
    private Member victim(Member linked, @Nullable Member own) {
        Member waiting = null;
        for (Member member = linked; member != null; member = member.next) {
            if (member.equals(own)) {
                return member;
            }
            waiting = waiting == null && !member.isDone() ? member : waiting;
        }
        return waiting != null ? waiting : own != null ? own : linked;
    }

    /** Refuses those that began on another opening. {@return whether anybody is left} */
    private boolean refuseLate(OpenFile file) {
        boolean anyLeft = false;
        for (Member member = members; member != null; member = member.next) {
            if (member.file == file) {
                anyLeft = true;
            } else {
                member.fail(openings.refusal());
            }
        }
        return anyLeft;
    }

    /** {@return those that are done, linked} After that {@link #unfinished} has only the others. */
    @Nullable Member finished() {
        return part(true);
    }

    /** {@return those that have to wait for the next batch, linked} */
    @Nullable Member unfinished() {
        return part(false);
    }

    private @Nullable Member part(boolean done) {
        Member first = null;
        Member last = null;
        Member others = null;
        Member lastOther = null;
        for (Member member = members; member != null;) {
            Member next = member.next;
            member.next = null;
            if (member.isDone() == done) {
                if (last == null) {
                    first = member;
                } else {
                    last.next = member;
                }
                last = member;
            } else {
                if (lastOther == null) {
                    others = member;
                } else {
                    lastOther.next = member;
                }
                lastOther = member;
            }
            member = next;
        }
        members = others;
        return first;
    }

    private void commit(OpenFile open) throws IOException {
        Committer committer = open.committer();
        lock.run(open, committer::requireOurs);
        // Before planning: it may find that more pages than thought must be zeroed.
        begun = !open.hasWritten();
        committer.settle(lock.steps(open));
        begun = false;
        makeRoom(open);
        Batch batch = committer.newBatch();
        for (Member member = members; member != null; member = member.next) {
            if (!member.isDone()) {
                begun |= member.change.prepare(batch);
            }
        }
        if (planAndApply(open, batch)) {
            if (!isSealed) {
                leadership.awaitCheckpoint();
                lock.inCommit(open, _ -> seal(open, batch));
            }
            boolean isPair = isPair(committer, batch);
            committer.betweenPair(isPair);
            committer.write(batch);
            lock.inCommit(open, _ -> publish(open, batch));
            if (isPair) {
                checkpoint(open);
                committer.betweenPair(false);
            }
            if (committer.recordsSinceCheckpoint() > 0) {
                checkpoints.noteRecord();
            }
        } else if (anyApplied) {
            committer.sync(batch);
        }
        for (Member member = members; member != null; member = member.next) {
            if (member.isApplied()) {
                member.succeed(true);
            }
        }
        if (isCheckpointDue && !leadership.isCheckpointOnItsWay()) {
            begun = true;
            wakeDone();
            checkpoints.begin(open);
            begun = false;
        }
    }

    /** What has to be in the file itself, or out of the way, before anything is planned. */
    private void makeRoom(OpenFile open) throws IOException {
        Committer committer = open.committer();
        boolean isNeeded = lock.inCommit(open, _ -> committer.isCheckpointNeeded());
        if (isNeeded || isAlone()) {
            leadership.awaitCheckpoint();
            // A trim asks the tree where its nodes are in the file.
            if (committer.recordsSinceCheckpoint() > 0
                    && (isAlone() || lock.inCommit(open, _ -> committer.isCheckpointNeeded()))) {
                checkpoint(open);
            }
        }
    }

    private void wakeDone() {
        for (Member member = members; member != null; member = member.next) {
            if (member.isDone()) {
                member.wake();
            }
        }
    }

    /** Whether what is committed must be by itself, and a checkpoint. */
    private boolean isAlone() {
        return members != null && members.change.isAlone();
    }

    /** Makes a checkpoint of what is durable already; it changes nothing. */
    private void checkpoint(OpenFile open) throws IOException {
        begun = true;
        Committer committer = open.committer();
        Batch batch = committer.newCheckpoint();
        lock.inCommit(open, _ -> {
            committer.sealCheckpoint(batch);
            return true;
        });
        committer.write(batch);
        lock.inCommit(open, _ -> {
            committer.publish(batch);
            return true;
        });
        begun = false;
    }

    private boolean isPair(Committer committer, Batch batch) {
        boolean isPair = committer.needsTwin(batch);
        for (Member member = members; member != null; member = member.next) {
            isPair |= member.isApplied() && member.change.isPair();
        }
        return isPair;
    }

    private boolean publish(OpenFile open, Batch batch) throws IOException {
        for (Member member = members; member != null; member = member.next) {
            if (member.isApplied()) {
                member.change.durable();
            }
        }
        open.committer().publish(batch);
        isCheckpointDue = open.committer().isCheckpointDue();
        for (Member member = members; member != null; member = member.next) {
            if (member.isApplied()) {
                member.change.published();
                member.change.giveBack();
            }
        }
        return true;
    }

    /**
     * Nodes that a plan needs and that are not in memory are read without the engine lock; then that change is planned anew,
     * and those before it stay as they are. {@return whether there is a generation to be made}
     */
    private boolean planAndApply(OpenFile open, Batch batch) throws IOException {
        ColdNodes.Fetched fetched = open.state().coldNodes().forAction();
        lock.inCommit(open, _ -> requireNothingHalfMade(open));
        while (true) {
            try {
                return lock.inCommit(open, _ -> planAndApply(open, batch, fetched));
            } catch (NodeMissing missing) {
                fetched.fetch(missing);
            }
        }
    }

    private boolean requireNothingHalfMade(OpenFile open) {
        if (open.state().hasUncommitted()) {
            begun = true;
            throw new IllegalStateException("a change was left half-made, and the pager could not be stopped");
        }
        return true;
    }

    private boolean planAndApply(OpenFile open, Batch batch, ColdNodes.Fetched fetched) throws IOException {
        for (boolean freeing : new boolean[] {false, true}) {
            for (Member member = members; member != null; member = member.next) {
                if (!member.isDone() && !member.isApplied() && member.change.isFreeing() == freeing
                        && (freeing || !isMarkTooLow)) {
                    planAndApply(open, member, batch, fetched);
                }
            }
        }
        boolean isChanged = open.state().hasUncommitted();
        if (isChanged) {
            begun = true;
            isSealed = !isAlone() && sealRecord(open, batch);
        }
        return isChanged;
    }

    private static boolean sealRecord(OpenFile open, Batch batch) throws IOException {
        boolean isSealed = open.committer().sealRecord(batch);
        if (isSealed) {
            Cleaning.choose(open.state(), batch);
        }
        return isSealed;
    }

    /** As a record after all, if there is room now; else as a checkpoint. */
    private boolean seal(OpenFile open, Batch batch) throws IOException {
        if (isAlone() || !sealRecord(open, batch)) {
            open.committer().sealCheckpoint(batch);
        }
        return true;
    }

    private void planAndApply(OpenFile open, Member member, Batch batch, ColdNodes.Fetched fetched)
            throws IOException {
        long nodesBelow;
        try {
            if (!fetched.<Boolean>during(member.change::plan)) {
                member.succeed(false);
                return;
            }
            nodesBelow = member.change.nodesBelow();
        } catch (CorruptNodeException | UnreadableException | FaultException e) {
            member.fail(lock.refusal(open, e));
            return;
        } catch (RuntimeException | Error e) { // nothing was changed
            member.fail(e);
            return;
        }
        begun = true;
        if (open.committer().allowsNodesBelow(nodesBelow)) {
            anyApplied = true;
            member.change.apply(batch);
            member.noteApplied();
            if (member.change.isCall()) {
                batch.addCaller();
            }
        } else {
            member.change.postponed();
            isMarkTooLow = true;
        }
    }
}
