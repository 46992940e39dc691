package io.mappedpages.spring;

import io.micrometer.observation.ObservationRegistry;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.SearchStrategy;
import org.springframework.context.annotation.Bean;

/**
 * Auto-configuration of the observations in {@link PagerObservationDocumentation}, where there is an {@link ObservationRegistry}.
 * Switched off, as all of Boot's, by {@code management.observations.enable.mappedpages=false}.
 */
@AutoConfiguration(after = MappedPagesAutoConfiguration.class, // by name: a registry needs no module of Boot's
        afterName = "org.springframework.boot.micrometer.observation.autoconfigure.ObservationAutoConfiguration")
@ConditionalOnClass(ObservationRegistry.class)
@ConditionalOnBean(ObservationRegistry.class)
public final class MappedPagesObservationAutoConfiguration {

    /** For the container. */
    public MappedPagesObservationAutoConfiguration() {
    }

    // Each context's own: a parent's would not know of a convention here.
    @Bean
    @ConditionalOnMissingBean(search = SearchStrategy.CURRENT)
    ObservedOpenings mappedpagesObservations(ObjectProvider<ObservationRegistry> registry,
            ObjectProvider<PagerOpenObservationConvention> convention) {
        return new ObservedOpenings(registry, convention);
    }
}
