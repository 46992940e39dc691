package io.mappedpages.spring;

import org.jspecify.annotations.Nullable;

import io.mappedpages.Pager;
import io.mappedpages.PagerClosedException;
import io.mappedpages.PagerState;
import io.mappedpages.PagerUnavailableException;
import io.mappedpages.RecoveryReport;

/**
 * What a pager can tell of itself at one moment, without I/O and without waiting.
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
        try {
            return new PagerStatus(PagerState.OPEN, pager.pageCount(), pager.freePageCount(),
                    pager.protectedPageCount(), null, pager.recovery().orElse(null));
        } catch (PagerUnavailableException e) {
            return stopped(pager, PagerState.UNAVAILABLE, pager.failure().orElse(e));
        } catch (PagerClosedException e) {
            return stopped(pager, PagerState.CLOSED, null);
        }
    }

    /** {@return the state as it is shown} */
    String word() {
        return switch (state) {
            case OPEN -> "Open";
            case UNAVAILABLE -> "Unavailable";
            case CLOSED -> "Closed";
        };
    }

    private static PagerStatus stopped(Pager pager, PagerState state, @Nullable Throwable failure) {
        return new PagerStatus(state, null, null, null, failure, pager.recovery().orElse(null));
    }
}
