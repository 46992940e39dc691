package io.mappedpages.spring;

import java.util.LinkedHashMap;
import java.util.Map;

import org.springframework.beans.factory.BeanFactoryUtils;
import org.springframework.beans.factory.ListableBeanFactory;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.beans.factory.support.SimpleAutowireCandidateResolver;

import io.mappedpages.Pager;

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

    /** {@return those among them that no parent context has gauges for} */
    static Map<String, Pager> withoutGauges(ConfigurableListableBeanFactory beanFactory) {
        Map<String, Pager> pagers = new LinkedHashMap<>(of(beanFactory));
        if (beanFactory.getParentBeanFactory() instanceof ListableBeanFactory parent
                && BeanFactoryUtils.beanNamesForTypeIncludingAncestors(parent, PagerGauges.class, false,
                        false).length > 0) {
            pagers.keySet().removeIf(name -> !beanFactory.containsLocalBean(name));
        }
        return pagers;
    }
}
