package io.mappedpages.spring;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiFunction;
import java.util.function.Consumer;

import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;

/**
 * Meters of one kind, for all pagers of this JVM. A registry has each meter once and may serve several contexts, which
 * may have pagers of one name. So those of one name in one registry share a set of meters, and the last to give the set
 * back removes it from the registry.
 *
 * @param <S> the kind
 */
final class SharedMeters<S extends SharedMeters.MeterSet> {

    /** Meters that come and go together. */
    interface MeterSet {

        /** {@return all of them, as the registry gave them} */
        List<Meter> meters();
    }

    private record Key(MeterRegistry registry, String pagerName) {
    }

    private record Share<S>(S set, int holders) {
    }

    private final BiFunction<MeterRegistry, String, S> register;
    private final Map<Key, Share<S>> shares = new HashMap<>();

    /** Makes what hands out such sets, each made by this function when it is first needed. */
    SharedMeters(BiFunction<MeterRegistry, String, S> register) {
        this.register = register;
    }

    /** {@return the meters of this name, to be given back once} */
    synchronized S take(MeterRegistry registry, String pagerName) {
        Share<S> share = shares.compute(new Key(registry, pagerName),
                (_, before) -> before == null ? new Share<>(register.apply(registry, pagerName), 1)
                        : new Share<>(before.set(), before.holders() + 1));
        return share.set();
    }

    /**
     * Removes the meters from the registry if nobody else has them.
     *
     * @param leave what the giver undoes in the set before
     */
    synchronized void giveBack(MeterRegistry registry, String pagerName, Consumer<S> leave) {
        shares.computeIfPresent(new Key(registry, pagerName), (_, before) -> {
            leave.accept(before.set());
            if (before.holders() > 1) {
                return new Share<>(before.set(), before.holders() - 1);
            }
            before.set().meters().forEach(registry::remove);
            return null;
        });
    }
}
