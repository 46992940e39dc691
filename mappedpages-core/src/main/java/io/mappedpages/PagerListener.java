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
     * A file with a journal got a checkpoint that carries no call: see {@link CommitMode#JOURNAL}. Most are written while others
     * commit, and may be told of after commits with higher generations. A commit that has to be a checkpoint is told of by
     * {@link #onCommit}.
     *
     * @param event what was taken over
     */
    default void onCheckpoint(CheckpointEvent event) {
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
     * @param generation the commit's number, rising by 1 or more: checkpoints of a journal have numbers of the same row
     * @param bytesWritten bytes written for it, metadata included
     * @param callers calls that it carried; 0 for one that the pager makes for itself, to grow the file, say. A call that needs
     *        several commits, as {@link Pager#trim()} may, is counted in each
     * @param syncs how often what it wrote was made durable: 1 for a record of the journal, or 2 if it gives out pages that
     *        have to be zeroed; 2 for a checkpoint
     * @param duration from its first write to the end of its last sync
     * @param droppedBefore commit events that were dropped before this one since the pager was opened, because the
     *        listener was too slow
     */
    record CommitEvent(long generation, long bytesWritten, int callers, int syncs, Duration duration,
            long droppedBefore) {
    }

    /**
     * A checkpoint that became durable.
     *
     * @param generation its number, from the same row as those of commits; it has it from its beginning on, so commits that
     *        were made while it was written have higher ones
     * @param records commits that were in the journal alone, and now are in the file's own structures too; those made while it
     *        was written are not among them
     * @param bytesWritten bytes written for it
     * @param syncs how often what it wrote was made durable
     * @param duration from its first write to the end of its last sync
     */
    record CheckpointEvent(long generation, long records, long bytesWritten, int syncs, Duration duration) {
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
