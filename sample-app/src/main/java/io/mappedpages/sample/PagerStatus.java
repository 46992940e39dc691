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
 * @param state what it can do at the moment: {@code Open}, {@code Unavailable}, {@code Suspended} or {@code Closed}
 * @param pageSize bytes per page
 * @param counts how its pages are used; absent unless the state is {@code Open}
 * @param failure why the state is {@code Unavailable}; absent otherwise
 * @param recovery what the last open had to put in order; absent if the file was in order
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record PagerStatus(String state, int pageSize, @Nullable Counts counts, @Nullable String failure,
        @Nullable RecoveryReport recovery) {

    /**
     * How the pages are used, all as of one commit.
     *
     * @param pages pages in the file, the file's own included
     * @param free pages to be allocated before the file has to grow
     * @param protectedPages protected pages in use, of which each takes two pages of the file
     */
    public record Counts(long pages, long free, long protectedPages) {
    }

    /**
     * What it is now.
     *
     * @param pager the pager, in any state
     * @return what clients may see of it
     */
    public static PagerStatus of(Pager pager) {
        PagerStats stats = pager.stats();
        return new PagerStatus(word(stats.state()), stats.pageSize(),
                stats.state() == PagerState.OPEN
                        ? new Counts(stats.pages(), stats.freePages(), stats.protectedPages())
                        : null,
                pager.failure().map(Throwable::getMessage).orElse(null), pager.recovery().orElse(null));
    }

    /**
     * A state as it is shown, here and by health.
     *
     * @param state the state
     * @return its word
     */
    public static String word(PagerState state) {
        return switch (state) {
            case OPEN -> "Open";
            case UNAVAILABLE -> "Unavailable";
            case SUSPENDED -> "Suspended";
            case CLOSED -> "Closed";
        };
    }
}
