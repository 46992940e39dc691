package io.mappedpages.sample;

import java.util.List;

import com.fasterxml.jackson.annotation.JsonInclude;
import org.jspecify.annotations.Nullable;

/**
 * A part of the list of pages.
 *
 * @param ids pages in use, in ascending order
 * @param next the id with which the list goes on; absent at its end
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
record PageList(List<Long> ids, @Nullable Long next) {

    /** How many ids a client gets that does not say how many it wants. */
    static final int USUAL = 100;

    /** How many ids a client gets at most. */
    static final int MOST = 1000;

    /** Of one id more than were asked for: it shows that the list goes on, and where. */
    static PageList of(List<Long> oneMore, int limit) {
        return oneMore.size() > limit
                ? new PageList(oneMore.subList(0, limit), oneMore.get(limit))
                : new PageList(oneMore, null);
    }
}
