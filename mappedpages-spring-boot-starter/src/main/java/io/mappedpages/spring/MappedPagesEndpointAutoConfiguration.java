package io.mappedpages.spring;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.boot.actuate.autoconfigure.endpoint.condition.ConditionalOnAvailableEndpoint;
import org.springframework.boot.actuate.endpoint.annotation.Endpoint;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.SearchStrategy;
import org.springframework.context.annotation.Bean;

/** Auto-configuration of the actuator endpoint {@code mappedpages}, where it is exposed. */
@AutoConfiguration(after = MappedPagesAutoConfiguration.class)
@ConditionalOnClass({Endpoint.class, ConditionalOnAvailableEndpoint.class})
public final class MappedPagesEndpointAutoConfiguration {

    /** For the container. */
    public MappedPagesEndpointAutoConfiguration() {
    }

    @Bean
    @ConditionalOnAvailableEndpoint
    @ConditionalOnMissingBean(search = SearchStrategy.CURRENT) // a parent's knows nothing of the pagers here
    MappedPagesEndpoint mappedpagesEndpoint(ConfigurableListableBeanFactory beanFactory, RecentEvents events,
            ObjectProvider<Openings> openings) {
        return new MappedPagesEndpoint(() -> PagerBeans.of(beanFactory), () -> PagerBeans.readers(beanFactory), events,
                () -> openings.getIfAvailable(() -> Openings.UNSEEN));
    }

    // Made before the pagers, to which it listens; so it must not ask for them.
    @Bean
    @ConditionalOnAvailableEndpoint(endpoint = MappedPagesEndpoint.class)
    RecentEvents mappedpagesEvents() {
        return new RecentEvents();
    }
}
