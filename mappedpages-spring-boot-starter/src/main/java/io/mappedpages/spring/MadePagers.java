package io.mappedpages.spring;

import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;

import io.mappedpages.Pager;
import io.mappedpages.PagerState;

/** The pagers of one context that have been made, without those that only read. */
final class MadePagers extends MadeBeans<Pager> {

    MadePagers(ConfigurableListableBeanFactory beans) {
        super(beans, Pager.class);
    }

    @Override
    String closing(String name, Pager pager) {
        return pager.state() == PagerState.CLOSED ? "" : "pager '" + name + "' on " + pager.path();
    }
}
