package io.mappedpages.spring;

import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;

import io.mappedpages.ReadOnlyPager;

/** The pagers of one context that have been made and only read. */
final class MadeReaders extends MadeBeans<ReadOnlyPager> {

    MadeReaders(ConfigurableListableBeanFactory beans) {
        super(beans, ReadOnlyPager.class);
    }

    @Override
    String closing(String name, ReadOnlyPager pager) {
        return ReaderStatus.of(pager) == null ? "" : "read-only pager '" + name + "' on " + pager.path();
    }
}
