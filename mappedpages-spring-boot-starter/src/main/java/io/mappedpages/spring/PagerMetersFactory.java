package io.mappedpages.spring;

import java.util.ArrayList;
import java.util.List;

import io.micrometer.core.instrument.MeterRegistry;

import io.mappedpages.PagerListener;

/**
 * Gives the pagers of one context their meters, and takes the meters away with the context. It is made before the
 * pagers, and so destroyed after them: what they tell while they are closed is counted still.
 */
final class PagerMetersFactory implements PagerListenerFactory, AutoCloseable {

    private static final SharedMeters<EventMeters> SHARED = new SharedMeters<>(EventMeters::new);

    private final MeterRegistry registry;
    private final List<String> taken = new ArrayList<>();

    PagerMetersFactory(MeterRegistry registry) {
        this.registry = registry;
    }

    @Override
    public synchronized PagerListener listenerFor(String pagerName) {
        PagerListener listener = new PagerMeters(SHARED.take(registry, pagerName));
        taken.add(pagerName);
        return listener;
    }

    @Override
    public synchronized void close() {
        taken.forEach(pagerName -> SHARED.giveBack(registry, pagerName, _ -> {
        }));
        taken.clear();
    }
}
