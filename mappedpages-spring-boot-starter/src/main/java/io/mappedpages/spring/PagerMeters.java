package io.mappedpages.spring;

import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;

import io.mappedpages.PagerListener;
import io.mappedpages.RecoveryReport.Loss;

/** Counts what one pager does. All of its meters are there from the start, at zero. */
final class PagerMeters implements PagerListener {

    /** The tag that tells pagers apart: the bean name. */
    static final String TAG = "pager";

    private static final String LOSS = "loss";

    private final Timer commits;
    private final Counter written;
    private final Counter growths;
    private final Counter dropped;
    private final Map<Loss, Counter> recoveries = new EnumMap<>(Loss.class);
    /** The total that the last event told. Events come one at a time. */
    private long droppedSoFar;

    PagerMeters(MeterRegistry registry, String pagerName) {
        commits = Timer.builder("mappedpages.commit")
                .description("Commits, from the first write to the end of the last sync")
                .tag(TAG, pagerName)
                .register(registry);
        written = Counter.builder("mappedpages.written")
                .description("Bytes written by commits, metadata included")
                .baseUnit("bytes")
                .tag(TAG, pagerName)
                .register(registry);
        growths = Counter.builder("mappedpages.growths")
                .description("How often the file grew")
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

    @Override
    public void onCommit(CommitEvent event) {
        commits.record(event.duration());
        written.increment((double) event.bytesWritten());
        dropped.increment((double) (event.droppedBefore() - droppedSoFar));
        droppedSoFar = event.droppedBefore();
    }

    @Override
    public void onGrowth(GrowthEvent event) {
        growths.increment();
    }

    @Override
    public void onRecovery(RecoveryEvent event) {
        Counter counter = recoveries.get(event.report().loss());
        if (counter != null) {
            counter.increment();
        }
    }
}
