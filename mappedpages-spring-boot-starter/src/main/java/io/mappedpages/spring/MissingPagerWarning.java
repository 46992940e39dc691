package io.mappedpages.spring;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.springframework.beans.factory.BeanFactoryUtils;
import org.springframework.beans.factory.SmartInitializingSingleton;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.core.env.Environment;

import io.mappedpages.Pager;

/**
 * Says so when a path is set and there is no pager. Whether there is one is decided by the properties at the time when
 * beans are decided: in an application that is processed ahead of time, when it is built. A path that is given only when
 * it starts comes too late.
 */
final class MissingPagerWarning implements SmartInitializingSingleton {

    private static final Log LOG = LogFactory.getLog(MissingPagerWarning.class);

    private final Environment environment;
    private final ConfigurableListableBeanFactory beans;

    MissingPagerWarning(Environment environment, ConfigurableListableBeanFactory beans) {
        this.environment = environment;
        this.beans = beans;
    }

    @Override
    public void afterSingletonsInstantiated() {
        boolean wanted = environment.containsProperty("mappedpages.path")
                && environment.getProperty("mappedpages.enabled", Boolean.class, true);
        if (wanted
                && BeanFactoryUtils.beanNamesForTypeIncludingAncestors(beans, Pager.class, true, false).length == 0) {
            LOG.warn(
                    "mappedpages.path is set, but there is no pager: it was not set when the beans of this application "
                            + "were decided. If the application is processed ahead of time, set mappedpages.path then too, to "
                            + "any value; the one given at the start is used.");
        }
    }
}
