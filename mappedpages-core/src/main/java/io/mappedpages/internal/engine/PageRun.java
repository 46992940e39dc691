package io.mappedpages.internal.engine;

import io.mappedpages.internal.format.PageState;
import io.mappedpages.internal.reading.ReadOnlyFile;
import io.mappedpages.internal.tree.StateRun;

/**
 * Neighbouring pages that are used for the same.
 *
 * @param first the first of them
 * @param end   the first behind them
 * @param use   what for
 */
public record PageRun(long first, long end, Use use) {

    /** What pages are used for. */
    public enum Use {
        /** Nobody's. */
        FREE,
        /** A user's regular pages. */
        DATA,
        /** Copies of protected pages. */
        COPY,
        /** The file's own, but the journal. */
        INTERNAL,
        /** A ring of the journal. */
        JOURNAL,
        /** The tree node that says so is damaged or cannot be read. */
        UNKNOWN
    }

    /** {@return the pages of {@code file} from {@code from} on that are used for the same, perhaps not all; none behind the end} */
    public static PageRun in(ReadOnlyFile file, long from) {
        StateRun run = file.nextRun(from);
        return run == null ? none(from) : of(run);
    }

    static PageRun of(StateRun run) {
        return new PageRun(run.first(), run.end(), switch (run.state()) {
            case PageState.FREE -> Use.FREE;
            case PageState.DATA -> Use.DATA;
            case PageState.COPY -> Use.COPY;
            case PageState.INTERNAL -> Use.INTERNAL;
            case StateRun.JOURNAL -> Use.JOURNAL;
            default -> Use.UNKNOWN;
        });
    }

    /** {@return no pages} */
    static PageRun none(long from) {
        return new PageRun(from, from, Use.UNKNOWN);
    }

    /** {@return whether these are no pages} */
    public boolean isEmpty() {
        return first == end;
    }
}
