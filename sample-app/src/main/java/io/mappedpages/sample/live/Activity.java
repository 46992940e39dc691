package io.mappedpages.sample.live;

import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

import io.mappedpages.PagerListener;

/** Counts what the pager tells. It is told on the pager's listener thread, which this never holds up; any thread may ask. */
@Component
final class Activity implements PagerListener {

    private final Latencies latencies = new Latencies();
    private long commits;
    private long callers;
    private long bytes;
    private long checkpoints;
    private long growths;
    private long dropped;
    private @Nullable CheckpointEvent lastCheckpoint;

    /**
     * Everything since the start.
     *
     * @param commits that carried calls; those that the pager makes for itself are not counted
     * @param callers calls that they carried
     * @param bytes written by commits and checkpoints
     * @param checkpoints written beside commits
     * @param growths of the file
     * @param dropped commits that nobody counted because there were too many of them
     * @param latencies of commits that carried calls
     * @param lastCheckpoint the last one beside commits; null if there was none
     */
    record Totals(long commits, long callers, long bytes, long checkpoints, long growths, long dropped,
            Latencies latencies, @Nullable CheckpointEvent lastCheckpoint) {
    }

    @Override
    public synchronized void onCommit(CommitEvent event) {
        bytes += event.bytesWritten();
        dropped += event.droppedBefore();
        if (event.callers() > 0) {
            commits++;
            callers += event.callers();
            latencies.add(event.duration());
        }
    }

    @Override
    public synchronized void onCheckpoint(CheckpointEvent event) {
        bytes += event.bytesWritten();
        checkpoints++;
        lastCheckpoint = event;
    }

    @Override
    public synchronized void onGrowth(GrowthEvent event) {
        growths++;
    }

    synchronized Totals totals() {
        return new Totals(commits, callers, bytes, checkpoints, growths, dropped, latencies.copy(), lastCheckpoint);
    }
}
