package io.mappedpages.spring;

import io.micrometer.core.instrument.MeterRegistry;
import org.springframework.beans.factory.ObjectProvider;

import io.mappedpages.Pager;

/** Gauges and counters of what one context's pagers count of themselves. */
final class PagerGauges extends BoundGauges<Pager, StatsMeters> {

    private static final SharedMeters<StatsMeters> SHARED = new SharedMeters<>(StatsMeters::new);

    PagerGauges(ObjectProvider<MeterRegistry> registry, MadePagers made) {
        super(SHARED, registry, made);
    }
}
