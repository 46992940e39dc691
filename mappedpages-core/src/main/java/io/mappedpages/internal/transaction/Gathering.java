package io.mappedpages.internal.transaction;

import java.util.concurrent.TimeUnit;

/**
 * Whether it is worth waiting, before a commit, for those who were told of the commit before and have not come again yet.
 * Without that half of many callers would be in each commit: the others are just being woken when the next one begins.
 *
 * <p>Who leads waits for part of the time that a commit takes at most, and not at all if all are here. Where those who are
 * told do something else first, waiting is in vain, and is tried again less and less often. (PostgreSQL and MySQL have a
 * delay for the same reason, {@code commit_delay} and {@code binlog_group_commit_sync_delay}, which users set.)
 *
 * <p>Guarded by the monitor of {@link Leadership}.
 */
final class Gathering {

    /** At most so much of what the commit before took. */
    private static final int PART = 2;
    private static final long LONGEST_NANOS = TimeUnit.MILLISECONDS.toNanos(1);
    /** After how many commits it is tried again at the latest, as a power of two. */
    private static final int MOST_IN_VAIN = 7;

    /** Who were told of the commit before and have not come again. */
    private int missing;
    private long commitNanos;
    private int inVain;
    private int toSkip;
    private int wanted;

    /** So many were told of a commit, which took so long. */
    void told(int callers, long nanos) {
        missing = callers;
        commitNanos = nanos;
    }

    /** Somebody came. {@return whether nobody else is waited for} */
    boolean came() {
        return missing > 0 && --missing == 0;
    }

    /** {@return how long to wait, in nanoseconds; 0 for not at all} */
    long begin() {
        if (missing == 0) {
            return 0;
        }
        if (toSkip > 0) {
            toSkip--;
            return 0;
        }
        wanted = missing;
        return Math.min(LONGEST_NANOS, commitNanos / PART);
    }

    /** {@return whether everybody is here} */
    boolean isComplete() {
        return missing == 0;
    }

    /** The wait is over. */
    void end() {
        boolean worthIt = 2 * missing <= wanted;
        inVain = worthIt ? 0 : Math.min(MOST_IN_VAIN, inVain + 1);
        toSkip = worthIt ? 0 : (1 << inVain) - 1;
        missing = 0;
    }
}
