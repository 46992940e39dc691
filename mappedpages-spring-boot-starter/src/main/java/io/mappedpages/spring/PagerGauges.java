package io.mappedpages.spring;

import java.util.Map;
import java.util.function.ToDoubleFunction;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.MeterBinder;
import org.jspecify.annotations.Nullable;

import io.mappedpages.Pager;

/** How large each pager's file is and how much of it is free. Not a number while a pager is not open. */
final class PagerGauges implements MeterBinder {

    private static final String PAGES = "pages";

    private final Map<String, Pager> pagers;

    PagerGauges(Map<String, Pager> pagers) {
        this.pagers = Map.copyOf(pagers);
    }

    @Override
    public void bindTo(MeterRegistry registry) {
        pagers.forEach((name, pager) -> {
            gauge(registry, "mappedpages.pages", "Pages in the file, its own included", name, pager,
                    open -> number(PagerStatus.of(open).pages()));
            gauge(registry, "mappedpages.free", "Pages that can be allocated before the file has to grow", name, pager,
                    open -> number(PagerStatus.of(open).free()));
        });
    }

    private static void gauge(MeterRegistry registry, String meter, String description, String name, Pager pager,
            ToDoubleFunction<Pager> value) {
        Gauge.builder(meter, pager, value)
                .description(description)
                .baseUnit(PAGES)
                .tag(PagerMeters.TAG, name)
                .register(registry);
    }

    private static double number(@Nullable Long count) {
        return count == null ? Double.NaN : count;
    }
}
