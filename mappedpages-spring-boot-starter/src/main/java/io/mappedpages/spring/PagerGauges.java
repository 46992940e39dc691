package io.mappedpages.spring;

import java.util.HashSet;
import java.util.Set;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.MeterBinder;
import org.springframework.beans.BeansException;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.SmartInitializingSingleton;

import io.mappedpages.Pager;

/**
 * Registers gauges and counters of what one context's pagers count of themselves, as soon as each is made, and takes them away
 * with it. Boot binds this to the registries of its own context; to one that a parent context or nobody's context owns it binds
 * itself.
 */
final class PagerGauges implements MeterBinder, SmartInitializingSingleton, MadePagers.Watcher, AutoCloseable {

    private static final SharedMeters<StatsMeters> SHARED = new SharedMeters<>(StatsMeters::new);

    private final ObjectProvider<MeterRegistry> registry;
    private final MadePagers made;
    private final Set<MeterRegistry> bound = new HashSet<>();
    private final Set<Shown> shown = new HashSet<>();

    /** A pager that has its meters in a registry. */
    private record Shown(MeterRegistry registry, String name, Pager pager) {
    }

    PagerGauges(ObjectProvider<MeterRegistry> registry, MadePagers made) {
        this.registry = registry;
        this.made = made;
        made.watch(this);
    }

    @Override
    public void afterSingletonsInstantiated() {
        bindOnesSelf();
    }

    private void bindOnesSelf() {
        try {
            registry.ifAvailable(this::bindTo);
        } catch (BeansException e) {
            if (!Circles.isOne(e)) {
                throw e;
            }
            // A pager that is made for the sake of the registry. It is in the context, so Boot binds this to it.
        }
    }

    @Override
    public synchronized void bindTo(MeterRegistry any) {
        if (bound.add(any)) {
            made.pagers().forEach((name, pager) -> show(any, name, pager));
        }
    }

    @Override
    public void made(String name, Pager pager) {
        if (isUnbound()) {
            bindOnesSelf(); // which may make the registry, so not under this lock
        }
        showEverywhere(name, pager);
    }

    private synchronized boolean isUnbound() {
        return bound.isEmpty();
    }

    private synchronized void showEverywhere(String name, Pager pager) {
        bound.forEach(any -> show(any, name, pager));
    }

    private void show(MeterRegistry any, String name, Pager pager) {
        if (shown.add(new Shown(any, name, pager))) {
            SHARED.take(any, name).add(pager);
        }
    }

    @Override
    public synchronized void going(String name, Pager pager) {
        shown.removeIf(some -> {
            boolean goes = some.pager() == pager;
            if (goes) {
                hide(some);
            }
            return goes;
        });
    }

    private static void hide(Shown some) {
        SHARED.giveBack(some.registry(), some.name(), meters -> meters.remove(some.pager()));
    }

    @Override
    public synchronized void close() {
        shown.forEach(PagerGauges::hide);
        shown.clear();
        bound.clear();
    }
}
