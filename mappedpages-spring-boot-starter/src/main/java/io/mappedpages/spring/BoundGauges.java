package io.mappedpages.spring;

import java.util.HashSet;
import java.util.Set;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.MeterBinder;
import org.springframework.beans.BeansException;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.SmartInitializingSingleton;

/**
 * Registers what one context's pagers count of themselves, as soon as each is made, and takes it away
 * with it. Boot binds this to the registries of its own context; to one that a parent context or nobody's context owns it binds
 * itself.
 *
 * @param <P> the type of the pagers
 * @param <S> their meters
 */
abstract class BoundGauges<P, S extends BoundGauges.OfPagers<P>>
        implements MeterBinder, SmartInitializingSingleton, MadeBeans.Watcher<P>, AutoCloseable {

    /** The meters of pagers of one name. */
    interface OfPagers<P> extends SharedMeters.MeterSet {

        /** Tells of this one too. */
        void add(P pager);

        /** Tells of it no longer. */
        void remove(P pager);
    }

    private final SharedMeters<S> shared;
    private final ObjectProvider<MeterRegistry> registry;
    private final MadeBeans<P> made;
    private final Set<MeterRegistry> bound = new HashSet<>();
    private final Set<Shown<P>> shown = new HashSet<>();

    /** A pager that has its meters in a registry. */
    private record Shown<P>(MeterRegistry registry, String name, P pager) {
    }

    BoundGauges(SharedMeters<S> shared, ObjectProvider<MeterRegistry> registry, MadeBeans<P> made) {
        this.shared = shared;
        this.registry = registry;
        this.made = made;
        made.watch(this);
    }

    @Override
    public final void afterSingletonsInstantiated() {
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
    public final synchronized void bindTo(MeterRegistry any) {
        if (bound.add(any)) {
            made.pagers().forEach((name, pager) -> show(any, name, pager));
        }
    }

    @Override
    public final void made(String name, P pager) {
        if (isUnbound()) {
            bindOnesSelf(); // which may make the registry, so not under this lock
        }
        showEverywhere(name, pager);
    }

    private synchronized boolean isUnbound() {
        return bound.isEmpty();
    }

    private synchronized void showEverywhere(String name, P pager) {
        bound.forEach(any -> show(any, name, pager));
    }

    private void show(MeterRegistry any, String name, P pager) {
        if (shown.add(new Shown<>(any, name, pager))) {
            shared.take(any, name).add(pager);
        }
    }

    @Override
    public final synchronized void going(String name, P pager) {
        shown.removeIf(some -> {
            boolean goes = some.pager().equals(pager);
            if (goes) {
                hide(some);
            }
            return goes;
        });
    }

    private void hide(Shown<P> some) {
        shared.giveBack(some.registry(), some.name(), meters -> meters.remove(some.pager()));
    }

    @Override
    public final synchronized void close() {
        shown.forEach(this::hide);
        shown.clear();
        bound.clear();
    }
}
