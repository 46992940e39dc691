package io.mappedpages;

/**
 * Neighbouring pages of the file that are used for the same: see {@link Pager#pageMap(long)}.
 *
 * @param first the number of the first page, 0 or more: a place in the file, and not a {@link ProtectedPageId}
 * @param count how many there are, 1 or more
 * @param use what for
 */
public record PageRange(long first, long count, PageUse use) {

    /**
     * Where they end.
     *
     * @return the number of the first page behind them
     */
    public long end() {
        return first + count;
    }
}
