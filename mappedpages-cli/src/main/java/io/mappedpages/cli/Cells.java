package io.mappedpages.cli;

import java.util.stream.Stream;

import io.mappedpages.PageRange;
import io.mappedpages.PageUse;

/** The file in as many equal pieces as can be shown, and how many pages of each use are in each. */
final class Cells {

    private static final PageUse[] USES = PageUse.values();

    private final long pages;
    private final long pagesEach;
    private final long[][] counts;

    private Cells(long pages, long pagesEach) {
        this.pages = pages;
        this.pagesEach = pagesEach;
        this.counts = new long[Math.toIntExact(Math.ceilDiv(pages, pagesEach))][USES.length];
    }

    /**
     * Divides a file.
     *
     * @param ranges what its pages are used for, from page 0 on
     * @param pages  how many there are, 1 or more
     * @param most   how many pieces can be shown, 1 or more
     */
    static Cells of(Stream<PageRange> ranges, long pages, int most) {
        Cells cells = new Cells(pages, Math.ceilDiv(pages, most));
        ranges.forEach(cells::add);
        return cells;
    }

    private void add(PageRange range) {
        long end = Math.min(range.end(), pages); // it may have grown since it was divided
        for (long at = range.first(); at < end;) {
            int cell = (int) (at / pagesEach);
            long next = Math.min(end, (cell + 1) * pagesEach);
            counts[cell][indexOf(range.use())] += next - at;
            at = next;
        }
    }

    private static int indexOf(PageUse use) {
        int index = 0;
        while (USES[index] != use) {
            index++;
        }
        return index;
    }

    int count() {
        return counts.length;
    }

    /** {@return pages in a piece; the last one may have fewer} */
    long pagesEach() {
        return pagesEach;
    }

    /** {@return how many pages of a piece are used so} */
    long of(int cell, PageUse use) {
        return counts[cell][indexOf(use)];
    }

    /** {@return what most pages of a piece are used for} */
    PageUse mostOf(int cell) {
        PageUse most = PageUse.FREE;
        for (PageUse use : USES) {
            most = of(cell, use) > of(cell, most) ? use : most;
        }
        return most;
    }

    /** {@return whether all pages of a piece are used for the same} */
    boolean isPure(int cell) {
        int uses = 0;
        for (long count : counts[cell]) {
            uses += count > 0 ? 1 : 0;
        }
        return uses <= 1;
    }
}
