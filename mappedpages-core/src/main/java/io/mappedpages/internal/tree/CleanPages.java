package io.mappedpages.internal.tree;

import java.util.Iterator;
import java.util.TreeSet;

/**
 * A few free pages that are zeros on the medium, so that who gets one need not wait for its zeros to become durable before
 * anything else is. Only in memory. Under the engine lock.
 */
public final class CleanPages {

    /** So many are made at most: they are written for nothing if nobody wants them. */
    public static final int MOST = 64;

    /** Of those that were never used so many more may be noted. */
    private static final int ROOM = 2 * MOST;

    private final TreeSet<Long> pages = new TreeSet<>();

    CleanPages() {
    }

    /** Notes that {@code page}, which is free, is zeros. */
    public void add(long page) {
        if (pages.size() < ROOM) {
            pages.add(page);
        }
    }

    /** {@return whether {@code page} is known to be zeros} */
    public boolean contains(long page) {
        return pages.contains(page);
    }

    /** Fills {@code into} with the lowest of these pages. {@return false if there are too few below {@code limit}} */
    public boolean lowest(long[] into, long limit) {
        if (into.length > pages.size()) {
            return false;
        }
        int found = 0;
        for (Iterator<Long> all = pages.iterator(); found < into.length && all.hasNext();) {
            long page = all.next();
            if (page >= limit) {
                return false;
            }
            into[found++] = page;
        }
        return found == into.length;
    }

    /** {@return how many there are} */
    public int count() {
        return pages.size();
    }

    /** Pages {@code [from, limit)} are not free any more, or not there, or are not to be handed out before others. */
    public void forget(long from, long limit) {
        pages.subSet(from, limit).clear();
    }
}
