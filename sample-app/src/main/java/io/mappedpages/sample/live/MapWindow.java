package io.mappedpages.sample.live;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;

import org.jspecify.annotations.Nullable;

import io.mappedpages.PageRange;
import io.mappedpages.PageUse;
import io.mappedpages.Pager;

/**
 * The part of the map that a browser shows, as cells of one page or of several neighbours, and what of it the browser
 * knows. It takes a byte a cell, whatever the file. Not for several threads.
 */
final class MapWindow {

    /** Cells that a browser can ask for. */
    static final int MOST_CELLS = 16_384;

    private static final byte OUTSIDE = 6;

    private final long from;
    private final long pagesPerCell;
    private final byte[] known;
    private boolean anythingKnown;

    /**
     * Begins with nothing known.
     *
     * @param from the first page, 0 or more
     * @param cells how many cells, 1 to {@link #MOST_CELLS}
     * @param pagesPerCell how many pages a cell stands for, 1 or more
     */
    MapWindow(long from, int cells, long pagesPerCell) {
        this.from = from;
        this.pagesPerCell = pagesPerCell;
        this.known = new byte[cells];
    }

    /**
     * What a browser does not know yet.
     *
     * @param whole whether these are all cells, and not only those that are different from before
     * @param from the first page of the window
     * @param pagesPerCell how many pages a cell stands for; if several, it shows what most of them are used for
     * @param runs first cell, number of cells and use, and so on: 0 free, 1 regular, 2 protected, 3 internal, 4 journal,
     *        5 unknown, 6 beyond the end of the file
     */
    record Change(boolean whole, long from, long pagesPerCell, List<Integer> runs) {
    }

    /** Looks at the map. Null if there is nothing new. */
    @Nullable Change look(Pager pager) {
        byte[] cells = cells(pager);
        List<Integer> runs = new ArrayList<>();
        int i = 0;
        while (i < cells.length) {
            int end = i + 1;
            if (isNews(cells, i)) {
                while (end < cells.length && cells[end] == cells[i] && isNews(cells, end)) {
                    end++;
                }
                runs.addAll(List.of(i, end - i, (int) cells[i]));
            }
            i = end;
        }
        boolean whole = !anythingKnown;
        System.arraycopy(cells, 0, known, 0, cells.length);
        anythingKnown = true;
        return runs.isEmpty() ? null : new Change(whole, from, pagesPerCell, runs);
    }

    private boolean isNews(byte[] cells, int i) {
        return !anythingKnown || cells[i] != known[i];
    }

    private byte[] cells(Pager pager) {
        byte[] cells = new byte[known.length];
        Arrays.fill(cells, OUTSIDE);
        long end = from + cells.length * pagesPerCell;
        long[] uses = new long[OUTSIDE];
        int counted = 0;
        Iterator<PageRange> ranges = pager.pageMap(from).iterator();
        long at = from;
        while (at < end && ranges.hasNext()) {
            PageRange range = ranges.next();
            at = Math.max(at, range.first());
            long rangeEnd = Math.min(end, range.end());
            while (at < rangeEnd) {
                int cell = (int) ((at - from) / pagesPerCell);
                if (cell != counted) {
                    settle(cells, counted, uses);
                    counted = cell;
                }
                long next = Math.min(rangeEnd, from + (cell + 1) * pagesPerCell);
                uses[code(range.use())] += next - at;
                at = next;
            }
        }
        settle(cells, counted, uses);
        return cells;
    }

    /** A cell shows what most of its pages are used for. */
    private static void settle(byte[] cells, int cell, long[] uses) {
        byte most = OUTSIDE;
        long count = 0;
        for (byte use = 0; use < OUTSIDE; use++) {
            if (uses[use] > count) {
                most = use;
                count = uses[use];
            }
        }
        if (count > 0) {
            cells[cell] = most;
        }
        Arrays.fill(uses, 0);
    }

    private static int code(PageUse use) {
        return switch (use) {
            case FREE -> 0;
            case REGULAR -> 1;
            case PROTECTED -> 2;
            case INTERNAL -> 3;
            case JOURNAL -> 4;
            case UNKNOWN -> 5;
        };
    }
}
