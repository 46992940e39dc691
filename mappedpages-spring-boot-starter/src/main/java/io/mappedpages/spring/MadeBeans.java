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

/**
 * Knows the pagers of one context that have been made, and tells others when one is made or about to be closed. So nobody has to
 * ask for pagers only to look after them, which would open files that nobody needs yet.
 *
 * @param <P> their type: those that write, or those that only read
 */
abstract class MadeBeans<P> implements DestructionAwareBeanPostProcessor, SmartInitializingSingleton {

    private final Log log = LogFactory.getLog(getClass());

    private final ConfigurableListableBeanFactory beans;
    private final Class<P> type;
    private final Map<String, P> pagers = new LinkedHashMap<>();
    private final List<Watcher<? super P>> watchers = new ArrayList<>();

    MadeBeans(ConfigurableListableBeanFactory beans, Class<P> type) {
        this.beans = beans;
        this.type = type;
    }

    /** Wants to know of pagers. */
    interface Watcher<P> {

        /** A pager was made. */
        void made(String name, P pager);

        /** A pager is about to be closed by its context. */
        void going(String name, P pager);
    }

    /** {@return what the log calls one on its file that is about to be closed, or an empty text if it was closed before} */
    abstract String closing(String name, P pager);

    /** From now on {@code watcher} is told, and first of the pagers that are there. */
    final void watch(Watcher<? super P> watcher) {
        Map<String, P> there;
        synchronized (pagers) {
            watchers.add(watcher);
            there = new LinkedHashMap<>(pagers);
        }
        there.forEach(watcher::made);
    }

    /** {@return those that are there, in the order in which they were made} */
    final Map<String, P> pagers() {
        synchronized (pagers) {
            return new LinkedHashMap<>(pagers);
        }
    }

    @Override
    public final Object postProcessAfterInitialization(Object bean, String beanName) {
        if (type.isInstance(bean)) {
            note(beanName, type.cast(bean));
        }
        return bean;
    }

    /** Those that nobody made here: an application may register one that it has opened itself. */
    @Override
    public final void afterSingletonsInstantiated() {
        for (String name : beans.getBeanNamesForType(type, false, false)) {
            Object bean = beans.getSingleton(name);
            if (type.isInstance(bean)) {
                note(name, type.cast(bean));
            }
        }
    }

    private void note(String name, P pager) {
        List<Watcher<? super P>> told;
        synchronized (pagers) {
            if (pager.equals(pagers.put(name, pager))) {
                return; // known already
            }
            told = List.copyOf(watchers);
        }
        told.forEach(watcher -> watcher.made(name, pager));
    }

    @Override
    public final boolean requiresDestruction(Object bean) {
        return type.isInstance(bean);
    }

    @Override
    public final void postProcessBeforeDestruction(Object bean, String beanName) {
        if (type.isInstance(bean)) {
            P pager = type.cast(bean);
            String line = closing(beanName, pager);
            if (!line.isEmpty()) {
                log.info("Closing " + line);
            }
            List<Watcher<? super P>> told;
            synchronized (pagers) {
                pagers.remove(beanName, pager);
                told = List.copyOf(watchers);
            }
            told.forEach(watcher -> watcher.going(beanName, pager));
        }
    }
}
