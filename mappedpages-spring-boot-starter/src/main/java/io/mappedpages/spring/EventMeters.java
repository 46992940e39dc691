package io.mappedpages.spring;

import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;

import io.mappedpages.RecoveryReport.Loss;

/** What is counted of pagers of one name. All of these meters are there from the start, at zero. */
final class EventMeters implements SharedMeters.MeterSet {

    /** The tag that tells pagers apart: the bean name. */
    static final String TAG = "pager";

    private static final String LOSS = "loss";

    private final Timer commits;
    private final DistributionSummary callers;
    private final Timer checkpoints;
    private final Counter written;
    private final Counter syncs;
    private final Timer growths;
    private final Counter failures;
    private final Counter reopens;
    private final Counter dropped;
    private final Map<Loss, Counter> recoveries = new EnumMap<>(Loss.class);

    EventMeters(MeterRegistry registry, String pagerName) {
        commits = Timer.builder("mappedpages.commit")
                .description("Commits, from the first write to the end of the last sync")
                .tag(TAG, pagerName)
                .register(registry);
        callers = DistributionSummary.builder("mappedpages.commit.callers")
                .description("Calls that a commit carried")
                .baseUnit("callers")
                .tag(TAG, pagerName)
                .register(registry);
        checkpoints = Timer.builder("mappedpages.checkpoint")
                .description("Checkpoints of the journal, from the first write to the end of the last sync")
                .tag(TAG, pagerName)
                .register(registry);
        written = Counter.builder("mappedpages.written")
                .description("Bytes written by commits and checkpoints, metadata included")
                .baseUnit("bytes")
                .tag(TAG, pagerName)
                .register(registry);
        syncs = Counter.builder("mappedpages.syncs")
                .description("Syncs of commits and checkpoints")
                .baseUnit("syncs")
                .tag(TAG, pagerName)
                .register(registry);
        growths = Timer.builder("mappedpages.growth")
                .description("Growth of the file, from its beginning until the pages can be used")
                .tag(TAG, pagerName)
                .register(registry);
        failures = Counter.builder("mappedpages.failures")
                .description("How often the pager became unavailable")
                .tag(TAG, pagerName)
                .register(registry);
        reopens = Counter.builder("mappedpages.reopens")
                .description("How often the pager was opened anew, after a failure or a pause")
                .tag(TAG, pagerName)
                .register(registry);
        dropped = Counter.builder("mappedpages.dropped")
                .description("Commit events lost to slow listeners; other meters miss their commits")
                .baseUnit("events")
                .tag(TAG, pagerName)
                .register(registry);
        for (Loss loss : Loss.values()) {
            recoveries.put(loss, Counter.builder("mappedpages.recoveries")
                    .description("How often a file was opened that had not been left in order")
                    .tag(TAG, pagerName)
                    .tag(LOSS, loss.name().toLowerCase(Locale.ROOT))
                    .register(registry));
        }
    }

    /** Counts a commit. One that the pager makes for itself would only blur how many calls share one. */
    void commit(Duration duration, long bytesWritten, int calls, int synced) {
        commits.record(duration);
        written.increment((double) bytesWritten);
        syncs.increment(synced);
        if (calls > 0) {
            callers.record(calls);
        }
    }

    /** Counts a checkpoint of the journal. */
    void checkpoint(Duration duration, long bytesWritten, int synced) {
        checkpoints.record(duration);
        written.increment((double) bytesWritten);
        syncs.increment(synced);
    }

    /** Counts commits that nobody told of. */
    void dropped(long events) {
        dropped.increment((double) events);
    }

    /** Counts a growth. */
    void growth(Duration duration) {
        growths.record(duration);
    }

    /** Counts that it became unavailable. */
    void failure() {
        failures.increment();
    }

    /** Counts that it is open again. */
    void reopen() {
        reopens.increment();
    }

    /** Counts a recovery. */
    void recovery(Loss loss) {
        Counter counter = recoveries.get(loss);
        if (counter != null) {
            counter.increment();
        }
    }

    @Override
    public List<Meter> meters() {
        List<Meter> all = new ArrayList<>(List.of(commits, callers, checkpoints, written, syncs, growths, dropped,
                failures, reopens));
        all.addAll(recoveries.values());
        return all;
    }
}
