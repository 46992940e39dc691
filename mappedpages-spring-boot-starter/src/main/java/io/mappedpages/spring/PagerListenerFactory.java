package io.mappedpages.spring;

import io.mappedpages.PagerListener;

/**
 * Makes a listener for each pager, where it has to know which one it listens to: for meters, say, which carry the
 * pager's name. A listener that does not care is simply a {@link PagerListener} bean. Neither may need the pager itself
 * to be made: the pager is made after them.
 */
@FunctionalInterface
public interface PagerListenerFactory {

    /**
     * Makes a listener.
     *
     * @param pagerName the bean name of the pager that is about to be opened
     * @return its listener
     */
    PagerListener listenerFor(String pagerName);
}
