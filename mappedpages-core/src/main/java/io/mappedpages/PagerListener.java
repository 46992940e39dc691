package io.mappedpages;

import java.time.Duration;
import java.util.Optional;

/**
 * Hears what a pager does, for meters and logs. Given to {@link PagerBuilder#listener(PagerListener)}.
 *
 * <p>
 * All methods are called one at a time on a daemon thread of the pager's own, in the order in which things happened,
 * some time after they happened; never on a caller's thread and never under a lock. A listener may call the pager, even
 * close it. An exception thrown here is logged and disturbs nothing.
 *
 * <p>
 * A listener that is too slow loses <b>commit</b> events, and is told how many; other events are never dropped.
 * {@link Pager#close()} waits up to five seconds for what is still to be delivered.
 */
public interface PagerListener {

    /**
     * A commit became durable. It may have carried the changes of many callers.
     *
     * @param event what was committed
     */
    default void onCommit(CommitEvent event) {
    }

    /**
     * The file grew.
     *
     * @param event from what to what
     */
    default void onGrowth(GrowthEvent event) {
    }

    /**
     * Opening or reopening found a file that had not been left in order.
     *
     * @param event what was found and done
     */
    default void onRecovery(RecoveryEvent event) {
    }

    /**
     * The pager changed its state.
     *
     * @param event from what to what, and why
     */
    default void onState(StateEvent event) {
    }

    /**
     * A commit that became durable.
     *
     * @param generation the commit's number, rising by 1 or more
     * @param bytesWritten bytes written for it, metadata included
     * @param duration from its first write to the end of its last sync
     * @param droppedBefore commit events that were dropped before this one since the pager was opened, because the
     *        listener was too slow
     */
    record CommitEvent(long generation, long bytesWritten, Duration duration, long droppedBefore) {
    }

    /**
     * A growth of the file.
     *
     * @param oldPageCount pages before, the file's own included
     * @param newPageCount pages after
     * @param duration how long extending and mapping took
     */
    record GrowthEvent(long oldPageCount, long newPageCount, Duration duration) {
    }

    /**
     * A recovery.
     *
     * @param report what was found and done; the same as {@link Pager#recovery()}
     */
    record RecoveryEvent(RecoveryReport report) {
    }

    /**
     * A change of state.
     *
     * @param from the state before
     * @param to the state after
     * @param cause the failure behind it, if it was one
     */
    record StateEvent(PagerState from, PagerState to, Optional<Throwable> cause) {
    }
}
