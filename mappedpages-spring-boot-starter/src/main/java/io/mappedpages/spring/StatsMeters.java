package io.mappedpages.spring;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.function.ToLongFunction;

import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.FunctionTimer;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import org.jspecify.annotations.Nullable;

import io.mappedpages.Pager;
import io.mappedpages.PagerState;
import io.mappedpages.PagerStats;

/**
 * What pagers of one name count of themselves, asked for when somebody reads a meter. Gauges tell of the pager that was
 * added last and is still there, and are not a number while it is not open. Counters count for all pagers, those that are
 * gone included.
 */
final class StatsMeters implements BoundGauges.OfPagers<Pager> {

    private static final String PAGES = "pages";
    private static final String BYTES = "bytes";

    static final Named PAGE_COUNT = new Named("mappedpages.pages", PAGES, "Pages in the file, its own included");
    static final Named FREE_COUNT = new Named("mappedpages.free", PAGES,
            "Pages that can be allocated before the file has to grow");
    static final Named PROTECTED_COUNT = new Named("mappedpages.protected", PAGES,
            "Protected pages in use, each counted once");
    static final Named PAGE_SIZE = new Named("mappedpages.page.size", BYTES, "Size of a page");

    /** A meter of pagers that write and of those that only read: a registry has it once. */
    record Named(String name, String unit, String description) {
    }

    private final String pagerName;
    private final MeterRegistry registry;
    private final Deque<Pager> pagers = new ArrayDeque<>();
    private long waitsOfGone;
    private Duration waitTimeOfGone = Duration.ZERO;
    private long timeoutsOfGone;
    private final List<Meter> meters = new ArrayList<>();

    StatsMeters(MeterRegistry registry, String pagerName) {
        this.registry = registry;
        this.pagerName = pagerName;
        gauge(PAGE_COUNT, PagerStats::pages);
        gauge(FREE_COUNT, PagerStats::freePages);
        gauge(PROTECTED_COUNT, PagerStats::protectedPages);
        gauge("mappedpages.limit", PAGES, "The most pages that the file may have", PagerStats::maxPages);
        gauge(PAGE_SIZE, PagerStats::pageSize);
        gauge("mappedpages.file.size", BYTES, "Length of the file", PagerStats::fileBytes);
        gauge("mappedpages.journal.records", "records", "Commits since the last checkpoint",
                PagerStats::recordsSinceCheckpoint);
        gauge("mappedpages.borrows", "borrows", "Borrows that are open, each reader and each writer of a page",
                PagerStats::openBorrows);
        add(Gauge.builder("mappedpages.disk.usable", this::usableDisk)
                .description("Room that is left on the disk of the file").baseUnit(BYTES)
                .tag(EventMeters.TAG, pagerName).register(registry));
        for (PagerState state : PagerState.values()) {
            add(Gauge.builder("mappedpages.state", () -> isInState(state))
                    .description("1 for the state that the pager is in, 0 for the others")
                    .tag(EventMeters.TAG, pagerName).tag("state", state.name().toLowerCase(Locale.ROOT))
                    .register(registry));
        }
        add(FunctionTimer.builder("mappedpages.borrow.wait", this, StatsMeters::waits, StatsMeters::waitNanos,
                TimeUnit.NANOSECONDS)
                .description("Waits for borrowed pages")
                .tag(EventMeters.TAG, pagerName).register(registry));
        add(FunctionCounter.builder("mappedpages.borrow.timeouts", this, StatsMeters::timeouts)
                .description("How often a call did not get a borrowed page in time")
                .tag(EventMeters.TAG, pagerName).register(registry));
    }

    @Override
    public synchronized void add(Pager pager) {
        pagers.add(pager);
    }

    @Override
    public synchronized void remove(Pager pager) {
        if (pagers.removeLastOccurrence(pager)) {
            PagerStats last = pager.stats();
            waitsOfGone += last.borrowWaits();
            waitTimeOfGone = waitTimeOfGone.plus(last.borrowWaitTime());
            timeoutsOfGone += last.borrowTimeouts();
        }
    }

    @Override
    public List<Meter> meters() {
        return meters;
    }

    private void gauge(Named named, ToLongFunction<PagerStats> count) {
        gauge(named.name(), named.unit(), named.description(), count);
    }

    private void gauge(String name, String unit, String description, ToLongFunction<PagerStats> count) {
        add(Gauge.builder(name, () -> ofNewest(count)).baseUnit(unit).description(description)
                .tag(EventMeters.TAG, pagerName).register(registry));
    }

    private void add(Meter meter) {
        meters.add(meter);
    }

    private double usableDisk() {
        Pager newest = newest();
        return newest == null ? Double.NaN : FileFacts.usableBytes(newest.path()); // which may hang, so not under this lock
    }

    private synchronized @Nullable Pager newest() {
        return pagers.peekLast();
    }

    private synchronized double isInState(PagerState state) {
        Pager newest = pagers.peekLast();
        return newest == null ? Double.NaN : newest.state() == state ? 1 : 0;
    }

    private synchronized double ofNewest(ToLongFunction<PagerStats> count) {
        Pager newest = pagers.peekLast();
        PagerStats stats = newest == null ? null : newest.stats();
        return stats == null || stats.state() != PagerState.OPEN ? Double.NaN : count.applyAsLong(stats);
    }

    private synchronized long waits() {
        return waitsOfGone + ofAll(PagerStats::borrowWaits);
    }

    private synchronized double waitNanos() {
        return waitTimeOfGone.toNanos() + ofAll(stats -> stats.borrowWaitTime().toNanos());
    }

    private synchronized double timeouts() {
        return timeoutsOfGone + ofAll(PagerStats::borrowTimeouts);
    }

    private long ofAll(ToLongFunction<PagerStats> count) {
        return pagers.stream().map(Pager::stats).mapToLong(count).sum();
    }
}
