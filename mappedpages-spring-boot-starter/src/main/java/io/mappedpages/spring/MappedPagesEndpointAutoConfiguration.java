package io.mappedpages.spring;

import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.boot.actuate.autoconfigure.endpoint.condition.ConditionalOnAvailableEndpoint;
import org.springframework.boot.actuate.endpoint.annotation.Endpoint;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.SearchStrategy;
import org.springframework.context.annotation.Bean;

import io.mappedpages.Pager;

/** Auto-configuration of the actuator endpoint {@code mappedpages}, where it is exposed and there is a {@link Pager}. */
@AutoConfiguration(after = MappedPagesAutoConfiguration.class)
@ConditionalOnClass({Endpoint.class, ConditionalOnAvailableEndpoint.class})
@ConditionalOnBean(Pager.class)
public final class MappedPagesEndpointAutoConfiguration {

    /** For the container. */
    public MappedPagesEndpointAutoConfiguration() {
    }

    @Bean
    @ConditionalOnAvailableEndpoint
    @ConditionalOnMissingBean(search = SearchStrategy.CURRENT) // a parent's knows nothing of the pagers here
    MappedPagesEndpoint mappedpagesEndpoint(ConfigurableListableBeanFactory beanFactory) {
        return new MappedPagesEndpoint(PagerBeans.of(beanFactory));
    }
}
