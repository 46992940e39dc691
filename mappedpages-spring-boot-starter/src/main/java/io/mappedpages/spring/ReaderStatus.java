package io.mappedpages.spring;

import org.jspecify.annotations.Nullable;

import io.mappedpages.PagerClosedException;
import io.mappedpages.ReadOnlyPager;

/**
 * What a pager that only reads can tell of itself without reading anything. If it is brought to another commit just now, the
 * numbers may be of both.
 *
 * @param generation the commit that it sees
 * @param pages pages in the file
 * @param free free pages in the file
 * @param protectedPages protected pages in use
 */
record ReaderStatus(long generation, long pages, long free, long protectedPages) {

    /** {@return its status, or null if it is closed} */
    static @Nullable ReaderStatus of(ReadOnlyPager pager) {
        try {
            return new ReaderStatus(pager.generation(), pager.pageCount(), pager.freePageCount(),
                    pager.protectedPageCount());
        } catch (PagerClosedException e) {
            return null; // there is no other way to ask
        }
    }

    /** {@return the state as it is shown} */
    static String word(@Nullable ReaderStatus status) {
        return status == null ? "Closed" : "Open";
    }
}
