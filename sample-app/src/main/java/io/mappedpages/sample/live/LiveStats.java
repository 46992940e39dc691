package io.mappedpages.sample.live;

import com.fasterxml.jackson.annotation.JsonInclude;
import org.jspecify.annotations.Nullable;

import io.mappedpages.PagerStats;
import io.mappedpages.sample.PagerStatus;
import io.mappedpages.sample.load.Load;
import io.mappedpages.sample.load.Survival;

/**
 * What a browser is told a few times a second.
 *
 * @param state as health says it
 * @param generation number of the last commit, or of the checkpoint after it
 * @param pages in the file
 * @param free pages that can be allocated before the file has to grow
 * @param protectedPages in use
 * @param fileBytes length of the file
 * @param recordsSinceCheckpoint commits that are in the journal alone
 * @param openBorrows borrows that are open
 * @param since what happened since the last time
 * @param head slots and journal; absent if they cannot be read
 * @param load the load inside of the service
 * @param survival what became of the last load that did not end by itself; absent if there was none
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
record LiveStats(String state, long generation, long pages, long free, long protectedPages,
        long fileBytes, long recordsSinceCheckpoint, long openBorrows, Since since, @Nullable FileHead head,
        Load.Status load, @Nullable Survival survival) {

    private static final double NANOS_IN_A_MICROSECOND = 1000;

    /**
     * What happened in a short time.
     *
     * @param millis how long that was
     * @param commits that carried calls
     * @param callers calls that they carried
     * @param deviceBytes written by commits and checkpoints
     * @param userBytes stored in protected pages by clients and by the load
     * @param checkpoints of the journal
     * @param checkpointRecords commits that the last checkpoint took over; absent if there was none yet
     * @param growths of the file
     * @param dropped commits that were not counted because there were too many
     * @param p50 microseconds that half of the commits took at most; absent without commits
     * @param p99 microseconds that 99 of 100 took at most; absent without commits
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    record Since(long millis, long commits, long callers, long deviceBytes, long userBytes, long checkpoints,
            @Nullable Long checkpointRecords, long growths, long dropped, @Nullable Double p50, @Nullable Double p99) {

        static Since of(Moment before, Moment now) {
            Activity.Totals then = before.totals();
            Activity.Totals totals = now.totals();
            Latencies latencies = totals.latencies().since(then.latencies());
            boolean any = latencies.count() > 0;
            return new Since((now.nanos() - before.nanos()) / 1_000_000, totals.commits() - then.commits(),
                    totals.callers() - then.callers(), totals.bytes() - then.bytes(),
                    now.userBytes() - before.userBytes(), totals.checkpoints() - then.checkpoints(),
                    totals.lastCheckpoint() == null ? null : totals.lastCheckpoint().records(),
                    totals.growths() - then.growths(), totals.dropped() - then.dropped(),
                    any ? latencies.percentile(0.5) / NANOS_IN_A_MICROSECOND : null,
                    any ? latencies.percentile(0.99) / NANOS_IN_A_MICROSECOND : null);
        }
    }

    /**
     * What was counted at a moment.
     *
     * @param nanos when, as {@link System#nanoTime()} says it
     * @param totals of the pager
     * @param userBytes stored by users
     */
    record Moment(long nanos, Activity.Totals totals, long userBytes) {
    }

    static LiveStats of(PagerStats stats, Since since, @Nullable FileHead head, Load.Status load,
            @Nullable Survival survival) {
        return new LiveStats(PagerStatus.word(stats.state()),
                Math.max(stats.generation(), head == null ? 0 : head.generation()), stats.pages(), stats.freePages(),
                stats.protectedPages(), stats.fileBytes(),
                stats.recordsSinceCheckpoint(), stats.openBorrows(), since, head, load, survival);
    }
}
