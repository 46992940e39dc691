package io.mappedpages.jcstress;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReferenceArray;

import io.mappedpages.PageAllocator;
import io.mappedpages.PageHandle;
import io.mappedpages.PageId;
import io.mappedpages.Pager;
import io.mappedpages.PagerFullException;
import io.mappedpages.ProtectedPageId;

/**
 * Pages that the states of a test have in turn. There are many times more of them than states at once, so a state has its page
 * for itself; it finds in it what the last one has left.
 */
final class PagePool<H extends PageHandle> {

    /** The harness has about 10,000 states at once. */
    private static final int PAGES = 1 << 14;

    private final PageAllocator<H> pages;
    private final AtomicReferenceArray<H> ids;
    private final AtomicInteger turns = new AtomicInteger();

    private PagePool(PageAllocator<H> pages, List<H> ids) {
        this.pages = pages;
        this.ids = new AtomicReferenceArray<>(ids.size());
        for (int i = 0; i < ids.size(); i++) {
            this.ids.set(i, ids.get(i));
        }
    }

    /** {@return regular pages of a file in which nothing else is free, so that what is freed is allocated next} */
    static PagePool<PageId> regular() {
        Pager pager = SharedFile.of(PAGES).create();
        return new PagePool<>(pager.pages(), allocAll(pager));
    }

    /** Allocates every page that is free, in ever smaller pieces: how many of them the page map needs itself is its own matter. */
    static List<PageId> allocAll(Pager pager) {
        List<PageId> all = new ArrayList<>();
        int piece = PAGES;
        while (piece > 0) {
            try {
                all.addAll(pager.allocBulk(piece));
            } catch (PagerFullException e) {
                piece /= 2;
            }
        }
        return all;
    }

    /** {@return protected pages} */
    static PagePool<ProtectedPageId> ofProtected() {
        Pager pager = SharedFile.of(3 * PAGES).create();
        return new PagePool<>(pager.protectedPages(), pager.allocProtectedBulk(PAGES));
    }

    /** {@return the pages of the pager that have handles of this kind} */
    PageAllocator<H> pages() {
        return pages;
    }

    /** {@return where the page for the next state stands} */
    int nextTurn() {
        return Math.floorMod(turns.getAndIncrement(), ids.length());
    }

    /** {@return the page that stands there} */
    H id(int turn) {
        return ids.get(turn);
    }

    /** From now on another page stands there. */
    void replace(int turn, H id) {
        ids.set(turn, id);
    }
}
