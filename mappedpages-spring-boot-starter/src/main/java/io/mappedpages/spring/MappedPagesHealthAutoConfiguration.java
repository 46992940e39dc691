package io.mappedpages.spring;

import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.SearchStrategy;
import org.springframework.boot.health.autoconfigure.contributor.CompositeHealthContributorConfiguration;
import org.springframework.boot.health.autoconfigure.contributor.ConditionalOnEnabledHealthIndicator;
import org.springframework.boot.health.autoconfigure.contributor.HealthContributorAutoConfiguration;
import org.springframework.boot.health.contributor.HealthContributor;
import org.springframework.context.annotation.Bean;

import io.mappedpages.Pager;

/**
 * Auto-configuration of the health contributor {@code mappedpages}: the state of the {@link Pager} bean, or of each of
 * them by its bean name. Switched off by {@code management.health.mappedpages.enabled=false}.
 */
@AutoConfiguration(after = MappedPagesAutoConfiguration.class, before = HealthContributorAutoConfiguration.class)
@ConditionalOnClass({HealthContributor.class, ConditionalOnEnabledHealthIndicator.class})
@ConditionalOnBean(Pager.class)
public final class MappedPagesHealthAutoConfiguration
        extends CompositeHealthContributorConfiguration<PagerHealthIndicator, Pager> {

    /** For the container. */
    public MappedPagesHealthAutoConfiguration() {
        super(PagerHealthIndicator::new);
    }

    // The name without its suffix is the contributor's. A parent's knows nothing of the pagers here.
    @Bean
    @ConditionalOnEnabledHealthIndicator("mappedpages")
    @ConditionalOnMissingBean(name = {"mappedpagesHealthContributor",
        "mappedpagesHealthIndicator"}, search = SearchStrategy.CURRENT)
    HealthContributor mappedpagesHealthContributor(ConfigurableListableBeanFactory beanFactory) {
        return createContributor(beanFactory, Pager.class);
    }
}
