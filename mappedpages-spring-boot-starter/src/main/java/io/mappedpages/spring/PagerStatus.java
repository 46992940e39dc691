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
 * @param failure why it is unavailable, or null if it is not
 * @param recovery what the last opening recovered, or null if the file was in order
 */
record PagerStatus(PagerState state, @Nullable Long pages, @Nullable Long free, @Nullable Long protectedPages,
        @Nullable Throwable failure, @Nullable RecoveryReport recovery) {

    static PagerStatus of(Pager pager) {
        PagerStats stats = pager.stats();
        RecoveryReport recovery = pager.recovery().orElse(null);
        return switch (stats.state()) {
            case OPEN -> new PagerStatus(PagerState.OPEN, stats.pages(), stats.freePages(), stats.protectedPages(),
                    null, recovery);
            case UNAVAILABLE -> new PagerStatus(PagerState.UNAVAILABLE, null, null, null,
                    pager.failure().orElse(null), recovery);
            case CLOSED -> new PagerStatus(PagerState.CLOSED, null, null, null, null, recovery);
        };
    }

    /** {@return the state as it is shown} */
    String word() {
        return switch (state) {
            case OPEN -> "Open";
            case UNAVAILABLE -> "Unavailable";
            case CLOSED -> "Closed";
        };
    }
}
