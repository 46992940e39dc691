package io.mappedpages.internal.transaction;

import java.io.IOException;

import io.mappedpages.internal.commit.Batch;

/** A part of a trim, planned and applied a piece at a time. */
interface TrimStep extends Change {

    /** {@return whether there is no piece after the one that was planned last} */
    boolean isLast();

    /** Nodes are moved and dropped, and pages given up for good: nothing else may count on any of them meanwhile. */
    @Override
    default boolean isAlone() {
        return true;
    }

    @Override
    default void apply(Batch batch) throws IOException {
        throw new IllegalStateException("nothing was planned");
    }
}
