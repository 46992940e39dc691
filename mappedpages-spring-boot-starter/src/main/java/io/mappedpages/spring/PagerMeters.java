package io.mappedpages.spring;

import io.mappedpages.PagerListener;
import io.mappedpages.PagerState;

/** Counts what one pager does. */
final class PagerMeters implements PagerListener {

    private final EventMeters meters;
    /** The total that the last event told. Events come one at a time. */
    private long droppedSoFar;

    PagerMeters(EventMeters meters) {
        this.meters = meters;
    }

    @Override
    public void onCommit(CommitEvent event) {
        meters.commit(event.duration(), event.bytesWritten(), event.callers(), event.syncs());
        meters.dropped(event.droppedBefore() - droppedSoFar);
        droppedSoFar = event.droppedBefore();
    }

    @Override
    public void onCheckpoint(CheckpointEvent event) {
        meters.checkpoint(event.duration(), event.bytesWritten(), event.syncs());
    }

    @Override
    public void onGrowth(GrowthEvent event) {
        meters.growth(event.duration());
    }

    @Override
    public void onState(StateEvent event) {
        if (event.to() == PagerState.UNAVAILABLE) {
            meters.failure();
        } else if (event.to() == PagerState.OPEN) {
            meters.reopen();
        }
    }

    @Override
    public void onRecovery(RecoveryEvent event) {
        meters.recovery(event.report().loss());
    }
}
