package io.mappedpages.cli;

import java.util.EnumMap;
import java.util.Map;
import java.util.stream.Stream;

import io.mappedpages.PageRange;
import io.mappedpages.PageUse;

/** How many pages there are of each use, and in how many pieces. */
final class Uses {

    private final Map<PageUse, Long> pages = new EnumMap<>(PageUse.class);
    private long runs;
    private long freeRuns;
    private long longestFree;

    private Uses() {
    }

    static Uses of(Stream<PageRange> ranges) {
        Uses uses = new Uses();
        ranges.forEach(uses::add);
        return uses;
    }

    private void add(PageRange range) {
        pages.merge(range.use(), range.count(), Long::sum);
        runs++;
        if (range.use() == PageUse.FREE) {
            freeRuns++;
            longestFree = Math.max(longestFree, range.count());
        }
    }

    long of(PageUse use) {
        return pages.getOrDefault(use, 0L);
    }

    /** {@return rows of neighbouring pages that are used for the same} */
    long runs() {
        return runs;
    }

    /** {@return how many of those are of free pages} */
    long freeRuns() {
        return freeRuns;
    }

    /** {@return pages in the longest of those} */
    long longestFree() {
        return longestFree;
    }

    /** What a use is called. */
    static String name(PageUse use) {
        return switch (use) {
            case FREE -> "free";
            case REGULAR -> "regular";
            case PROTECTED -> "protected";
            case INTERNAL -> "internal";
            case JOURNAL -> "journal";
            case UNKNOWN -> "unknown";
        };
    }
}
