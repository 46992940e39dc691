package io.mappedpages.spring;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.boot.autoconfigure.condition.SearchStrategy;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.ApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.core.env.Environment;

import io.mappedpages.Pager;
import io.mappedpages.PagerListener;

/**
 * Auto-configuration of the bean {@code pager}, for applications that set {@code mappedpages.path} and have no
 * {@link Pager} of their own.
 */
@AutoConfiguration
@EnableConfigurationProperties(MappedPagesProperties.class)
public final class MappedPagesAutoConfiguration {

    private static final String PAGER = "pager";

    /** For the container. */
    public MappedPagesAutoConfiguration() {
    }

    // Each context's own: a parent's would not know of the listeners here.
    @Bean
    @ConditionalOnMissingBean(search = SearchStrategy.CURRENT)
    PagerBuilderConfigurer pagerBuilderConfigurer(ObjectProvider<PagerBuilderCustomizer> customizers,
            ObjectProvider<PagerListener> listeners, ObjectProvider<PagerListenerFactory> listenerFactories) {
        return new PagerBuilderConfigurer(customizers, listeners, listenerFactories);
    }

    @Bean
    TasksBeforePagers pagerShutdownOrder(ApplicationContext context,
            ConfigurableListableBeanFactory beanFactory) {
        return new TasksBeforePagers(context, beanFactory);
    }

    @Bean
    MissingPagerWarning pagerMissingWarning(Environment environment,
            ConfigurableListableBeanFactory beanFactory) {
        return new MissingPagerWarning(environment, beanFactory);
    }

    // Closed when beans are destroyed. Web servers drain and stop before that, among the lifecycle beans; what has the
    // pager injected, and executors, are destroyed before the pager.
    @Bean(name = PAGER, destroyMethod = "close")
    @ConditionalOnMissingBean
    @ConditionalOnProperty("mappedpages.path")
    @ConditionalOnBooleanProperty(name = "mappedpages.enabled", matchIfMissing = true)
    Pager pager(MappedPagesProperties properties, PagerBuilderConfigurer configurer) {
        return PagerOpener.open(PAGER, properties, configurer);
    }
}
