package io.mappedpages.spring;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.SearchStrategy;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.ApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.context.annotation.Lazy;
import org.springframework.core.annotation.Order;

import io.mappedpages.Pager;
import io.mappedpages.PagerListener;

/**
 * Auto-configuration of pagers: the bean {@code pager}, for applications that set {@code mappedpages.path} and have no
 * {@link Pager} of their own, and a bean for each name below {@code mappedpages.instances}. Those that are
 * {@code read-only} are of type {@link io.mappedpages.ReadOnlyPager}.
 */
@AutoConfiguration
@EnableConfigurationProperties(MappedPagesProperties.class)
public final class MappedPagesAutoConfiguration {

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
    static MadePagers madePagers(ConfigurableListableBeanFactory beanFactory) {
        return new MadePagers(beanFactory);
    }

    @Bean
    static MadeReaders madeReaders(ConfigurableListableBeanFactory beanFactory) {
        return new MadeReaders(beanFactory);
    }

    // Pagers that only read have no lock that anybody could wait for, so they are not paused.
    @Bean
    @Lazy(false)
    PagerPauses pagerPauses(ApplicationContext context, MadePagers madePagers, ObjectProvider<Openings> openings) {
        return new PagerPauses(context, madePagers, openings);
    }

    // Pagers are closed when beans are destroyed. Web servers drain and stop before that, among the lifecycle beans; what has a
    // pager injected, and executors, are destroyed before the pager.

    /** The pager at {@code mappedpages.path}. */
    @Configuration(proxyBeanMethods = false)
    @ConditionalOnMissingBean(Pager.class)
    @Order(1) // before the others are there
    @Import(DefaultPagerRegistrar.class)
    static class DefaultPager {
    }

    /** Those beside it. Not those of a parent context, whose properties a child has too. */
    @Configuration(proxyBeanMethods = false)
    @ConditionalOnMissingBean(PagerInstances.class)
    @Order(2)
    @Import(PagerInstancesRegistrar.class)
    static class PagerInstances {
    }
}
