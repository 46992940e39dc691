package io.mappedpages.spring;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.function.ToLongFunction;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;

import io.mappedpages.PagerClosedException;
import io.mappedpages.ReadOnlyPager;

/**
 * What pagers of one name see of a file that they only read. Gauges tell of the pager that was added last and is still there, and
 * are not a number while it is closed. They have the names of those in {@link StatsMeters} that mean the same.
 */
final class ReaderMeters implements BoundGauges.OfPagers<ReadOnlyPager> {

    private final Deque<ReadOnlyPager> pagers = new ArrayDeque<>();
    private final List<Meter> meters = new ArrayList<>();

    ReaderMeters(MeterRegistry registry, String pagerName) {
        gauge(registry, pagerName, StatsMeters.PAGE_COUNT, ReadOnlyPager::pageCount);
        gauge(registry, pagerName, StatsMeters.FREE_COUNT, ReadOnlyPager::freePageCount);
        gauge(registry, pagerName, StatsMeters.PROTECTED_COUNT, ReadOnlyPager::protectedPageCount);
        gauge(registry, pagerName, StatsMeters.PAGE_SIZE, ReaderMeters::pageSize);
    }

    private void gauge(MeterRegistry registry, String pagerName, StatsMeters.Named named,
            ToLongFunction<ReadOnlyPager> count) {
        meters.add(Gauge.builder(named.name(), () -> ofNewest(count)).baseUnit(named.unit())
                .description(named.description()).tag(EventMeters.TAG, pagerName).register(registry));
    }

    /** As all the others, it is told only of what is open. */
    private static long pageSize(ReadOnlyPager pager) {
        pager.generation();
        return pager.pageSize();
    }

    @Override
    public synchronized void add(ReadOnlyPager pager) {
        pagers.add(pager);
    }

    @Override
    public synchronized void remove(ReadOnlyPager pager) {
        pagers.removeLastOccurrence(pager);
    }

    @Override
    public List<Meter> meters() {
        return meters;
    }

    private synchronized double ofNewest(ToLongFunction<ReadOnlyPager> count) {
        ReadOnlyPager newest = pagers.peekLast();
        try {
            return newest == null ? Double.NaN : count.applyAsLong(newest);
        } catch (PagerClosedException e) {
            return Double.NaN;
        }
    }
}
