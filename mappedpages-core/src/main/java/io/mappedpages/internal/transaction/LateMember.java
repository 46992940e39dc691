package io.mappedpages.internal.transaction;

import org.jspecify.annotations.Nullable;

/**
 * A change for which no thread waits. When it has come to its end, what is to be done then is done by a virtual thread of its
 * own: it may be anything, and wait for anything, another commit say.
 */
final class LateMember extends Member {

    private final CommitThread committer;
    private final CommitQueue.Ending ending;
    private boolean isTold;
    private boolean hasEnded;
    /** Behind this one among those that could not be told. */
    @Nullable LateMember nextUntold;

    /** @param committer leads if this is the first in the line and nobody else does; it {@linkplain CommitThread#expect expects} this */
    LateMember(OpenFile file, Change change, CommitThread committer, CommitQueue.Ending ending) {
        super(file, change);
        this.committer = committer;
        this.ending = ending;
    }

    /** More than once does nothing. By the thread that leads. */
    @Override
    void wake() {
        if (!isTold) {
            isTold = true;
            if (!tell()) {
                committer.tellLater(this);
            }
        }
    }

    /** {@return false if there is no memory for a thread now} */
    boolean tell() {
        return committer.tell(() -> {
            if (endsNow()) {
                ending.ended(wasApplied(), failure());
            }
        });
    }

    /** A thread may have been started, and yet an error thrown: then there is another one. */
    private synchronized boolean endsNow() {
        boolean endsNow = !hasEnded;
        hasEnded = true;
        return endsNow;
    }

    @Override
    void wakeToLead() {
        committer.signal();
    }
}
