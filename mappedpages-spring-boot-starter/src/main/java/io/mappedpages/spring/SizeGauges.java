package io.mappedpages.spring;

import java.util.Deque;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.function.Function;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import org.jspecify.annotations.Nullable;

import io.mappedpages.Pager;

/**
 * How large a pager's file is and how much of it is free. Of several pagers of one name, they tell of the one that was
 * added last and is still there. Not a number while that pager is not open.
 */
final class SizeGauges implements SharedMeters.MeterSet {

    private static final String PAGES = "pages";

    private final Deque<Pager> pagers = new ConcurrentLinkedDeque<>();
    private final List<Meter> gauges;

    SizeGauges(MeterRegistry registry, String pagerName) {
        gauges = List.of(
                gauge(registry, "mappedpages.pages", "Pages in the file, its own included", pagerName,
                        PagerStatus::pages),
                gauge(registry, "mappedpages.free", "Pages that can be allocated before the file has to grow",
                        pagerName, PagerStatus::free));
    }

    void add(Pager pager) {
        pagers.add(pager);
    }

    void remove(Pager pager) {
        pagers.removeLastOccurrence(pager);
    }

    @Override
    public List<Meter> meters() {
        return gauges;
    }

    private Gauge gauge(MeterRegistry registry, String meter, String description, String pagerName,
            Function<PagerStatus, @Nullable Long> count) {
        return Gauge.builder(meter, () -> value(count))
                .description(description)
                .baseUnit(PAGES)
                .tag(EventMeters.TAG, pagerName)
                .register(registry);
    }

    private double value(Function<PagerStatus, @Nullable Long> count) {
        Pager newest = pagers.peekLast();
        Long pages = newest == null ? null : count.apply(PagerStatus.of(newest));
        return pages == null ? Double.NaN : pages;
    }
}
