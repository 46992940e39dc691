package io.mappedpages.spring;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.springframework.beans.factory.SmartInitializingSingleton;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.beans.factory.config.DestructionAwareBeanPostProcessor;

import io.mappedpages.Pager;
import io.mappedpages.PagerState;

/**
 * Knows the pagers of one context that have been made, and tells others when one is made or about to be closed. So nobody has to
 * ask for pagers only to look after them, which would open files that nobody needs yet.
 */
final class MadePagers implements DestructionAwareBeanPostProcessor, SmartInitializingSingleton {

    private static final Log LOG = LogFactory.getLog(MadePagers.class);

    private final ConfigurableListableBeanFactory beans;
    private final Map<String, Pager> pagers = new LinkedHashMap<>();
    private final List<Watcher> watchers = new ArrayList<>();

    MadePagers(ConfigurableListableBeanFactory beans) {
        this.beans = beans;
    }

    /** Wants to know of pagers. */
    interface Watcher {

        /** A pager was made. */
        void made(String name, Pager pager);

        /** A pager is about to be closed by its context. */
        void going(String name, Pager pager);
    }

    /** From now on {@code watcher} is told, and first of the pagers that are there. */
    void watch(Watcher watcher) {
        Map<String, Pager> there;
        synchronized (pagers) {
            watchers.add(watcher);
            there = new LinkedHashMap<>(pagers);
        }
        there.forEach(watcher::made);
    }

    /** {@return those that are there, in the order in which they were made} */
    Map<String, Pager> pagers() {
        synchronized (pagers) {
            return new LinkedHashMap<>(pagers);
        }
    }

    @Override
    public Object postProcessAfterInitialization(Object bean, String beanName) {
        if (bean instanceof Pager pager) {
            note(beanName, pager);
        }
        return bean;
    }

    /** Those that nobody made here: an application may register one that it has opened itself. */
    @Override
    public void afterSingletonsInstantiated() {
        for (String name : beans.getBeanNamesForType(Pager.class, false, false)) {
            if (beans.getSingleton(name) instanceof Pager pager) {
                note(name, pager);
            }
        }
    }

    private void note(String name, Pager pager) {
        List<Watcher> told;
        synchronized (pagers) {
            if (pagers.put(name, pager) == pager) {
                return; // known already
            }
            told = List.copyOf(watchers);
        }
        told.forEach(watcher -> watcher.made(name, pager));
    }

    @Override
    public boolean requiresDestruction(Object bean) {
        return bean instanceof Pager;
    }

    @Override
    public void postProcessBeforeDestruction(Object bean, String beanName) {
        if (bean instanceof Pager pager) {
            if (pager.state() != PagerState.CLOSED) {
                LOG.info("Closing pager '" + beanName + "' on " + pager.path());
            }
            List<Watcher> told;
            synchronized (pagers) {
                pagers.remove(beanName, pager);
                told = List.copyOf(watchers);
            }
            told.forEach(watcher -> watcher.going(beanName, pager));
        }
    }
}
