package io.mappedpages.internal.commit;

import java.util.Map;
import java.util.TreeMap;

/** A set of pages, as ranges: how much memory it takes depends on how many ranges there are, not on how many pages. */
final class PageRanges {

    /** Where each range ends, by its first page. They neither overlap nor touch. */
    private final TreeMap<Long, Long> ends = new TreeMap<>();

    /** Adds the pages {@code [first, end)}. */
    void add(long first, long end) {
        long from = first;
        long to = end;
        for (Map.Entry<Long, Long> range = ends.floorEntry(to); range != null && range.getValue() >= from; range = ends
                .floorEntry(to)) {
            from = Math.min(from, range.getKey());
            to = Math.max(to, range.getValue());
            ends.remove(range.getKey());
        }
        ends.put(from, to);
    }

    /** {@return the first page at or after {@code page} that is not in the set} */
    long nextOutside(long page) {
        Map.Entry<Long, Long> range = ends.floorEntry(page);
        return range == null ? page : Math.max(page, range.getValue());
    }

    /** {@return how many ranges there are} */
    int count() {
        return ends.size();
    }
}
