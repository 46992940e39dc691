package io.mappedpages.spring;

import java.util.HashSet;
import java.util.Map;
import java.util.Set;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.MeterBinder;
import org.springframework.beans.factory.SmartInitializingSingleton;

import io.mappedpages.Pager;

/**
 * Registers gauges and counters of what one context's pagers count of themselves, and takes them away with the context. Boot binds it to the registries of
 * its own context; to one that a parent context or nobody's context owns it binds itself.
 */
final class PagerGauges implements MeterBinder, SmartInitializingSingleton, AutoCloseable {

    private static final SharedMeters<StatsMeters> SHARED = new SharedMeters<>(StatsMeters::new);

    private final MeterRegistry registry;
    private final Map<String, Pager> pagers;
    private final Set<MeterRegistry> bound = new HashSet<>();

    PagerGauges(MeterRegistry registry, Map<String, Pager> pagers) {
        this.registry = registry;
        this.pagers = Map.copyOf(pagers);
    }

    @Override
    public void afterSingletonsInstantiated() {
        bindTo(registry);
    }

    @Override
    public synchronized void bindTo(MeterRegistry any) {
        if (bound.add(any)) {
            pagers.forEach((name, pager) -> SHARED.take(any, name).add(pager));
        }
    }

    @Override
    public synchronized void close() {
        for (MeterRegistry any : bound) {
            pagers.forEach((name, pager) -> SHARED.giveBack(any, name, meters -> meters.remove(pager)));
        }
        bound.clear();
    }
}
