package io.mappedpages.spring;

import org.jspecify.annotations.Nullable;

import io.mappedpages.Pager;
import io.mappedpages.PagerState;
import io.mappedpages.PagerStats;
import io.mappedpages.RecoveryReport;

/**
 * What a pager can tell of itself at one moment, without reading anything of the file and without waiting.
 *
 * @param state its state
 * @param pages pages in the file, or null unless it is open
 * @param free free pages in the file, or null unless it is open
 * @param protectedPages protected pages in use, or null unless it is open
 * @param limit the most pages that the file may have, or null unless it is open
 * @param failure why it is unavailable, or null if it is not
 * @param recovery what the last opening recovered, or null if the file was in order
 * @param stats what it counts, whatever its state
 */
record PagerStatus(PagerState state, @Nullable Long pages, @Nullable Long free, @Nullable Long protectedPages,
        @Nullable Long limit, @Nullable Throwable failure, @Nullable RecoveryReport recovery, PagerStats stats) {

    static PagerStatus of(Pager pager) {
        PagerStats stats = pager.stats();
        RecoveryReport recovery = pager.recovery().orElse(null);
        return switch (stats.state()) {
            case OPEN -> new PagerStatus(PagerState.OPEN, stats.pages(), stats.freePages(), stats.protectedPages(),
                    stats.maxPages(), null, recovery, stats);
            case UNAVAILABLE -> without(PagerState.UNAVAILABLE, stats, pager.failure().orElse(null), recovery);
            case SUSPENDED -> without(PagerState.SUSPENDED, stats, null, recovery);
            case CLOSED -> without(PagerState.CLOSED, stats, null, recovery);
        };
    }

    private static PagerStatus without(PagerState state, PagerStats stats, @Nullable Throwable failure,
            @Nullable RecoveryReport recovery) {
        return new PagerStatus(state, null, null, null, null, failure, recovery, stats);
    }

    /** {@return the state as it is shown} */
    String word() {
        return word(state);
    }

    /** {@return a state as it is shown} */
    static String word(PagerState state) {
        return switch (state) {
            case OPEN -> "Open";
            case UNAVAILABLE -> "Unavailable";
            case SUSPENDED -> "Suspended";
            case CLOSED -> "Closed";
        };
    }
}
