package io.mappedpages.spring;

import java.util.Map;

import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.beans.factory.support.SimpleAutowireCandidateResolver;

import io.mappedpages.Pager;
import io.mappedpages.ReadOnlyPager;

/** Finds the application's pagers. */
final class PagerBeans {

    private PagerBeans() {
    }

    /**
     * {@return all pagers by bean name} Those that are no default candidates, as a second pager may well be, are among
     * them.
     */
    static Map<String, Pager> of(ConfigurableListableBeanFactory beanFactory) {
        return SimpleAutowireCandidateResolver.resolveAutowireCandidates(beanFactory, Pager.class);
    }

    /** {@return all that only read, by bean name} */
    static Map<String, ReadOnlyPager> readers(ConfigurableListableBeanFactory beanFactory) {
        return SimpleAutowireCandidateResolver.resolveAutowireCandidates(beanFactory, ReadOnlyPager.class);
    }
}
