package io.mappedpages.spring;

import java.nio.file.Path;
import java.util.function.Supplier;

import io.mappedpages.Pager;

/**
 * Sees the starter open files, at the start and anew. What pagers tell of themselves they tell when it is over, with a duration;
 * this is there from the beginning, on the thread that waits for it.
 */
@FunctionalInterface
interface Openings {

    /** Nobody wants to see it. */
    Openings UNSEEN = (_, _, _, opening) -> opening.get();

    /**
     * Lets a file be opened.
     *
     * @param pagerName the name of the pager's bean
     * @param path      its file
     * @param trigger   why it is opened
     * @param opening   opens it, is called once, and returns the pager
     * @return that pager
     */
    Pager open(String pagerName, Path path, PagerOpenTrigger trigger, Supplier<Pager> opening);

    /** Lets the file of a pager be opened anew. */
    default void reopen(String pagerName, Pager pager, PagerOpenTrigger trigger) {
        open(pagerName, pager.path(), trigger, () -> {
            pager.reopen();
            return pager;
        });
    }
}
