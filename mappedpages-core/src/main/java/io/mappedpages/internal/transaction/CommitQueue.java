package io.mappedpages.internal.transaction;

import java.io.IOException;

import org.jspecify.annotations.Nullable;

import io.mappedpages.internal.commit.Batch;
import io.mappedpages.internal.commit.Committer;

/** Makes changes durable. All that is written to a file after it was opened, growing it apart, is written from here. */
public final class CommitQueue {

    private final EngineLock lock;

    /** Commits under {@code lock}. */
    public CommitQueue(EngineLock lock) {
        this.lock = lock;
    }

    /** {@return whether there was something to do; then it is durable} Throws what refused the change, or failed. */
    public boolean submit(OpenFile file, Change change) {
        return lock.on(file, _ -> commit(file, change));
    }

    /** Under the engine lock. */
    static boolean commit(OpenFile file, Change change) throws IOException {
        Committer committer = file.committer();
        committer.settle(); // before planning: it may find that more pages than thought must be zeroed
        if (!change.plan()) {
            return false;
        }
        committer.allowWritesBelow(change.nodesBelow());
        Batch batch = committer.newBatch();
        change.apply(batch);
        committer.commit(batch);
        if (change.isPair()) {
            committer.commit(committer.newBatch());
        }
        change.published();
        return true;
    }

    /**
     * Makes sure that the file still is ours, and before this opening changes anything, that what it builds on is durable.
     * Pages are lent for writing only after that.
     */
    public void settle(OpenFile file) {
        lock.run(file, file.committer()::settle);
    }

    /** {@return what {@code action} returns, run under the engine lock after {@link #settle}} */
    <T extends @Nullable Object> T settled(OpenFile file, EngineLock.Action<T> action) {
        return lock.on(file, _ -> {
            file.committer().settle();
            return action.run(file);
        });
    }
}
