package io.mappedpages.spring;

import java.util.LinkedHashMap;
import java.util.Map;

import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.SearchStrategy;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.health.autoconfigure.contributor.CompositeHealthContributorConfiguration;
import org.springframework.boot.health.autoconfigure.contributor.ConditionalOnEnabledHealthIndicator;
import org.springframework.boot.health.autoconfigure.contributor.HealthContributorAutoConfiguration;
import org.springframework.boot.health.contributor.HealthContributor;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.context.annotation.Bean;
import org.springframework.core.env.Environment;

import io.mappedpages.Pager;
import io.mappedpages.ReadOnlyPager;

/**
 * Auto-configuration of the health contributor {@code mappedpages}: the state of the {@link Pager} or
 * {@link ReadOnlyPager} bean, or of each of them by its bean name. Switched off by {@code management.health.mappedpages.enabled=false}.
 */
@AutoConfiguration(after = MappedPagesAutoConfiguration.class, before = HealthContributorAutoConfiguration.class)
@ConditionalOnClass({HealthContributor.class, ConditionalOnEnabledHealthIndicator.class})
@EnableConfigurationProperties(MappedPagesHealthProperties.class)
public final class MappedPagesHealthAutoConfiguration
        extends CompositeHealthContributorConfiguration<HealthIndicator, AutoCloseable> {

    /**
     * For the container.
     *
     * @param properties when to warn
     */
    public MappedPagesHealthAutoConfiguration(MappedPagesHealthProperties properties) {
        super(pager -> pager instanceof ReadOnlyPager reader ? new ReaderHealthIndicator(reader)
                : new PagerHealthIndicator((Pager) pager, properties));
    }

    // The name without its suffix is the contributor's. A parent's knows nothing of the pagers here.
    // Null, and so none, where there is no pager: that is known when the application starts, and a condition may be evaluated
    // long before.
    @Bean
    @ConditionalOnEnabledHealthIndicator("mappedpages")
    @ConditionalOnMissingBean(name = {"mappedpagesHealthContributor",
        "mappedpagesHealthIndicator"}, search = SearchStrategy.CURRENT)
    @Nullable HealthContributor mappedpagesHealthContributor(ConfigurableListableBeanFactory beanFactory,
            Environment environment) {
        Map<String, AutoCloseable> pagers = new LinkedHashMap<>(PagerBeans.of(beanFactory));
        pagers.putAll(PagerBeans.readers(beanFactory));
        pagers.keySet().removeIf(name -> !PagerSettings.haveHealth(name, environment));
        return pagers.isEmpty() ? null : createContributor(pagers);
    }
}
