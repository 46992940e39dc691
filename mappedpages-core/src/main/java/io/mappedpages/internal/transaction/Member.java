package io.mappedpages.internal.transaction;

import org.jspecify.annotations.Nullable;

/** A change that waits to be committed, and the thread that waits for it, unless it is a {@link LateMember}. */
class Member {

    final OpenFile file;
    final Change change;
    private final Thread thread = Thread.currentThread();
    /** Behind this one in the line, or in the batch: changes are linked, so that no memory is needed to hold them together. */
    @Nullable Member next;

    /** Applied in memory, and to be written: for the thread that leads. */
    private boolean applied;
    private boolean wasApplied;
    private @Nullable Throwable failure;
    private volatile boolean done;

    Member(OpenFile file, Change change) {
        this.file = file;
        this.change = change;
    }

    boolean isDone() {
        return done;
    }

    void noteApplied() {
        applied = true;
    }

    boolean isApplied() {
        return applied;
    }

    /** From now on the thread that waits may go on. */
    void succeed(boolean somethingWasDone) {
        change.giveBack();
        wasApplied = somethingWasDone;
        done = true;
    }

    /** From now on the thread that waits may go on, with this. */
    void fail(Throwable cause) {
        change.giveBack();
        failure = cause;
        done = true;
    }

    /** Tells whoever asked for the change that it is done. Never throws. */
    void wake() {
        Waking.wake(thread);
    }

    /** Asks whoever asked for the change to lead, for it is the first in the line. Never throws. */
    void wakeToLead() {
        Waking.wake(thread);
    }

    /** {@return what the change failed with, once it is done, or null} */
    final @Nullable Throwable failure() {
        return failure;
    }

    /** {@return whether the change was applied, once it is done} */
    final boolean wasApplied() {
        return wasApplied;
    }

    /** {@return whether the change was applied, once it is done} Throws what it failed with. */
    boolean result() {
        if (failure instanceof RuntimeException e) {
            throw e;
        }
        if (failure instanceof Error e) {
            throw e;
        }
        if (failure != null) {
            throw new IllegalStateException(failure);
        }
        return wasApplied;
    }
}
