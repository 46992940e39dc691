package io.mappedpages.spring;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.function.ToLongFunction;

import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;

import io.mappedpages.Pager;
import io.mappedpages.PagerState;
import io.mappedpages.PagerStats;

/**
 * What pagers of one name count of themselves, asked for when somebody reads a meter. Gauges tell of the pager that was
 * added last and is still there, and are not a number while it is not open. Counters count for all pagers, those that are
 * gone included.
 */
final class StatsMeters implements SharedMeters.MeterSet {

    private static final String PAGES = "pages";

    private final Deque<Pager> pagers = new ArrayDeque<>();
    private long waitsOfGone;
    private long timeoutsOfGone;
    private final List<Meter> meters;

    StatsMeters(MeterRegistry registry, String pagerName) {
        meters = List.of(
                gauge("mappedpages.pages", PAGES, PagerStats::pages)
                        .description("Pages in the file, its own included")
                        .tag(EventMeters.TAG, pagerName).register(registry),
                gauge("mappedpages.free", PAGES, PagerStats::freePages)
                        .description("Pages that can be allocated before the file has to grow")
                        .tag(EventMeters.TAG, pagerName).register(registry),
                gauge("mappedpages.borrows", "borrows", PagerStats::openBorrows)
                        .description("Borrows that are open, each reader and each writer of a page")
                        .tag(EventMeters.TAG, pagerName).register(registry),
                FunctionCounter.builder("mappedpages.borrow.waits", this, StatsMeters::waits)
                        .description("How often a call had to wait for a borrowed page")
                        .tag(EventMeters.TAG, pagerName).register(registry),
                FunctionCounter.builder("mappedpages.borrow.timeouts", this, StatsMeters::timeouts)
                        .description("How often a call did not get a borrowed page in time")
                        .tag(EventMeters.TAG, pagerName).register(registry));
    }

    synchronized void add(Pager pager) {
        pagers.add(pager);
    }

    synchronized void remove(Pager pager) {
        if (pagers.removeLastOccurrence(pager)) {
            PagerStats last = pager.stats();
            waitsOfGone += last.borrowWaits();
            timeoutsOfGone += last.borrowTimeouts();
        }
    }

    @Override
    public List<Meter> meters() {
        return meters;
    }

    private Gauge.Builder<?> gauge(String name, String unit, ToLongFunction<PagerStats> count) {
        return Gauge.builder(name, () -> ofNewest(count)).baseUnit(unit);
    }

    private synchronized double ofNewest(ToLongFunction<PagerStats> count) {
        Pager newest = pagers.peekLast();
        PagerStats stats = newest == null ? null : newest.stats();
        return stats == null || stats.state() != PagerState.OPEN ? Double.NaN : count.applyAsLong(stats);
    }

    private synchronized double waits() {
        return waitsOfGone + ofAll(PagerStats::borrowWaits);
    }

    private synchronized double timeouts() {
        return timeoutsOfGone + ofAll(PagerStats::borrowTimeouts);
    }

    private long ofAll(ToLongFunction<PagerStats> count) {
        return pagers.stream().map(Pager::stats).mapToLong(count).sum();
    }
}
