package io.mappedpages.sample;

import com.fasterxml.jackson.annotation.JsonInclude;
import org.jspecify.annotations.Nullable;

import io.mappedpages.Pager;
import io.mappedpages.PagerState;
import io.mappedpages.PagerStats;
import io.mappedpages.RecoveryReport;

/**
 * A pager as clients may see it.
 *
 * @param state what it can do at the moment
 * @param pageSize bytes per page
 * @param counts how its pages are used; absent unless the state is {@code OPEN}
 * @param failure why the state is {@code UNAVAILABLE}; absent otherwise
 * @param recovery what the last open had to put in order; absent if the file was in order
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
record PagerStatus(PagerState state, int pageSize, @Nullable Counts counts, @Nullable String failure,
        @Nullable RecoveryReport recovery) {

    /**
     * How the pages are used, all as of one commit.
     *
     * @param pages pages in the file, the file's own included
     * @param freePages pages to be allocated before the file has to grow
     * @param protectedPages protected pages in use, of which each takes two pages of the file
     */
    record Counts(long pages, long freePages, long protectedPages) {
    }

    static PagerStatus of(Pager pager) {
        PagerStats stats = pager.stats();
        return new PagerStatus(stats.state(), stats.pageSize(),
                stats.state() == PagerState.OPEN
                        ? new Counts(stats.pages(), stats.freePages(), stats.protectedPages())
                        : null,
                pager.failure().map(Throwable::getMessage).orElse(null), pager.recovery().orElse(null));
    }
}
