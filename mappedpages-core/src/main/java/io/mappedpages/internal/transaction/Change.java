package io.mappedpages.internal.transaction;

import java.io.IOException;

import io.mappedpages.internal.commit.Batch;
import io.mappedpages.internal.fault.FaultException;

/**
 * Something that becomes durable as a whole or not at all, in three steps, each under the engine lock: it is planned, which
 * changes nothing; it is applied in memory, which cannot be refused any more; and when it is durable it is told so.
 * Made by a caller, who has taken the latches that it needs, and given to the {@link CommitQueue}.
 */
public interface Change {

    /**
     * Works out what to do. Reads whatever may be damaged or unreadable, so that this shows before anything is changed.
     *
     * @return whether there is something to apply
     * @throws FaultException if the change is refused
     */
    boolean plan() throws IOException;

    /** {@return the first page that the plan does not write to as a tree node} */
    default long nodesBelow() {
        return 0;
    }

    /** Carries the plan out in memory, and names to {@code batch} what of users' pages has to be written. */
    void apply(Batch batch) throws IOException;

    /** {@return whether the generation to fall back to must have the change, too, before anything else may happen} */
    default boolean isPair() {
        return false;
    }

    /** The change is durable, and visible. */
    default void published() {
    }
}
