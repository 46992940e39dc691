package io.mappedpages.internal.transaction;

import java.io.IOException;

import io.mappedpages.internal.commit.Batch;

/** A part of a trim, planned and applied a piece at a time. */
interface TrimStep extends Change {

    /** {@return whether there is no piece after the one that was planned last} */
    boolean isLast();

    @Override
    default void apply(Batch batch) throws IOException {
        throw new IllegalStateException("nothing was planned");
    }
}
