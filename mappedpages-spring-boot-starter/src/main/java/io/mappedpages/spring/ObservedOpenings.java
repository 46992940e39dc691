package io.mappedpages.spring;

import java.nio.file.Path;
import java.util.function.Supplier;

import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationRegistry;
import org.springframework.beans.BeansException;
import org.springframework.beans.factory.ObjectProvider;

import io.mappedpages.Pager;

/** Makes an observation of each opening. The registry is asked for then, because what handles observations may need a pager. */
final class ObservedOpenings implements Openings {

    private static final PagerOpenObservationConvention DEFAULT = new DefaultPagerOpenObservationConvention();

    private final ObjectProvider<ObservationRegistry> registry;
    private final ObjectProvider<PagerOpenObservationConvention> convention;

    ObservedOpenings(ObjectProvider<ObservationRegistry> registry,
            ObjectProvider<PagerOpenObservationConvention> convention) {
        this.registry = registry;
        this.convention = convention;
    }

    @Override
    public Pager open(String pagerName, Path path, PagerOpenTrigger trigger, Supplier<Pager> opening) {
        PagerOpenObservationContext context = new PagerOpenObservationContext(pagerName, path, trigger);
        Observation observation = PagerObservationDocumentation.OPEN.observation(convention.getIfAvailable(), DEFAULT,
                () -> context, registry());
        return observation.observe(() -> {
            Pager pager = opening.get();
            context.setPager(pager);
            return pager;
        });
    }

    private ObservationRegistry registry() {
        try {
            ObservationRegistry found = registry.getIfAvailable();
            return found == null ? ObservationRegistry.NOOP : found;
        } catch (BeansException e) {
            if (!Circles.isOne(e)) {
                throw e;
            }
            return ObservationRegistry.NOOP; // this pager is made for the sake of the registry
        }
    }
}
