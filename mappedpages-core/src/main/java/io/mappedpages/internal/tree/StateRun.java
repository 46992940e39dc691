package io.mappedpages.internal.tree;

import io.mappedpages.internal.format.PageState;

/**
 * Neighbouring pages of one state.
 *
 * @param first the first of them
 * @param end   the first behind them
 * @param state one of the {@link PageState} numbers, or of those below
 */
public record StateRun(long first, long end, int state) {

    /** Internal, and a part of the journal. */
    public static final int JOURNAL = PageState.INTERNAL + 1;
    /** The node with the state is damaged or cannot be read. */
    public static final int UNKNOWN = JOURNAL + 1;
}
