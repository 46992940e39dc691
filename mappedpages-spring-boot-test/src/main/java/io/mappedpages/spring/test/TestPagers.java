package io.mappedpages.spring.test;

import org.springframework.aot.AotDetector;
import org.springframework.beans.factory.support.BeanDefinitionRegistryPostProcessor;
import org.springframework.beans.factory.support.DefaultListableBeanFactory;
import org.springframework.beans.factory.support.RootBeanDefinition;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.core.env.MutablePropertySources;
import org.springframework.test.context.ContextCustomizer;
import org.springframework.test.context.MergedContextConfiguration;

import io.mappedpages.FaultInjection;

/**
 * Gives a context its page files and its faults. All are equal, because this is a part of the key by which the test framework finds
 * a context again.
 */
record TestPagers() implements ContextCustomizer {

    @Override
    public void customizeContext(ConfigurableApplicationContext context, MergedContextConfiguration mergedConfig) {
        DefaultListableBeanFactory beans = (DefaultListableBeanFactory) context.getBeanFactory();
        TemporaryDirectory directory = new TemporaryDirectory();
        // Those registered last are destroyed first. This is the first, as nothing has been made yet: it outlives all pagers,
        // also if the context fails while it starts.
        beans.registerDisposableBean(TemporaryDirectory.class.getName(), directory);
        MutablePropertySources sources = context.getEnvironment().getPropertySources();
        TestPaths paths = new TestPaths(directory, sources);
        sources.addFirst(paths);
        // Once more: others may have put theirs before it by then.
        context.addBeanFactoryPostProcessor((BeanDefinitionRegistryPostProcessor) _ -> sources.addFirst(paths));
        if (!AotDetector.useGeneratedArtifacts()) { // they are among those
            beans.registerBeanDefinition(TestFaults.INJECTION, new RootBeanDefinition(FaultInjection.class));
            beans.registerBeanDefinition(TestFaults.class.getName(), new RootBeanDefinition(TestFaults.class));
            beans.registerBeanDefinition(TestReaders.class.getName(), new RootBeanDefinition(TestReaders.class));
        }
    }
}
