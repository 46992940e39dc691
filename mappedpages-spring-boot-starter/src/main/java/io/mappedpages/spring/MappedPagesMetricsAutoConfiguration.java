package io.mappedpages.spring;

import io.micrometer.core.instrument.MeterRegistry;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.SearchStrategy;
import org.springframework.boot.micrometer.metrics.autoconfigure.CompositeMeterRegistryAutoConfiguration;
import org.springframework.boot.micrometer.metrics.autoconfigure.MetricsAutoConfiguration;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Lazy;

import io.mappedpages.Pager;

/**
 * Auto-configuration of meters for every {@link Pager} bean, where there is a {@link MeterRegistry}. A pager that was
 * not built with {@link PagerBuilderConfigurer} has those only that it can be asked for: gauges, and counters of waits.
 */
@AutoConfiguration(after = {MappedPagesAutoConfiguration.class, MetricsAutoConfiguration.class,
    CompositeMeterRegistryAutoConfiguration.class})
@ConditionalOnClass(MeterRegistry.class)
@ConditionalOnBean(MeterRegistry.class)
public final class MappedPagesMetricsAutoConfiguration {

    /** For the container. */
    public MappedPagesMetricsAutoConfiguration() {
    }

    // All are each context's own, though a parent may have them too: the container closes them with the context, and
    // they take their meters out of a registry that may live longer.

    // Made before the pager, which it counts from its first moment on; so it must not ask for the pager.
    @Bean
    @ConditionalOnMissingBean(name = "mappedpagesMeters", search = SearchStrategy.CURRENT)
    PagerMetersFactory mappedpagesMeters(MeterRegistry registry) {
        return new PagerMetersFactory(registry);
    }

    // Not lazily: else nobody would make it who has no registry of Boot's.
    @Bean
    @Lazy(false)
    @ConditionalOnMissingBean(search = SearchStrategy.CURRENT)
    PagerGauges mappedpagesGauges(ObjectProvider<MeterRegistry> registry, MadePagers madePagers) {
        return new PagerGauges(registry, madePagers);
    }

    @Bean
    @Lazy(false)
    @ConditionalOnMissingBean(search = SearchStrategy.CURRENT)
    ReaderGauges mappedpagesReaderGauges(ObjectProvider<MeterRegistry> registry, MadeReaders madeReaders) {
        return new ReaderGauges(registry, madeReaders);
    }
}
