package io.mappedpages.internal.transaction;

import java.io.IOException;

import io.mappedpages.internal.commit.Batch;
import io.mappedpages.internal.fault.FaultException;

/**
 * Something that becomes durable as a whole or not at all, in steps: it is planned, which changes nothing; it is applied in
 * memory, which cannot be refused any more; and when it is durable it is told so. Made by a caller, who has taken the
 * latches that it needs, and given to the {@link CommitQueue}; the steps may be taken by another thread.
 *
 * <p>From then on the latches are the change's. It gives them back when it has come to its end: who sees what was published
 * must not have to wait for the caller's thread to wake up.
 */
public interface Change {

    /**
     * Does part of what {@link #prepare} does, on the caller's own thread before it stands in line, and with others' commits
     * beside it. Fails only if the caller is to be refused and nobody else has to know; what failed otherwise is told by
     * {@code prepare}.
     */
    default void prepareAhead() {
    }

    /**
     * Writes what needs no plan: to copies that are not current. Without the engine lock, and no other commit runs.
     *
     * @return whether anything was written
     */
    default boolean prepare(Batch batch) throws IOException {
        return false;
    }

    /**
     * Works out what to do. May be called again, if the change has to wait for another batch; the file may have changed
     * then. It may also be broken off and called again, where a tree node has to be read, so it changes nothing that cannot be
     * done twice. Under the engine lock, as what follows.
     *
     * <p> Reads whatever may be damaged or unreadable, so that this shows before anything is changed.
     *
     * @return whether there is something to apply
     * @throws FaultException if the change is refused
     */
    boolean plan() throws IOException;

    /** {@return the first page that the plan does not write to as a tree node} */
    default long nodesBelow() {
        return 0;
    }

    /**
     * What was planned has to wait: this commit raises the high-water mark for it, and the next one begins with it,
     * {@linkplain #plan planned} anew.
     */
    default void postponed() {
    }

    /** {@return whether it frees pages, which no other change of the same commit may then take} */
    default boolean isFreeing() {
        return false;
    }

    /** {@return whether no other change may be in the same commit} */
    default boolean isAlone() {
        return false;
    }

    /** {@return whether a call asked for it, and not the engine for itself} */
    default boolean isCall() {
        return true;
    }

    /** Carries the plan out in memory, and names to {@code batch} what of users' pages has to be written. */
    void apply(Batch batch) throws IOException;

    /** {@return whether the generation to fall back to must have the change, too, before anything else may happen} */
    default boolean isPair() {
        return false;
    }

    /** The change is durable, and visible in a moment. */
    default void durable() {
    }

    /** The change is visible; of a pair, the first is. */
    default void published() {
    }

    /**
     * The change has come to its end, published or not: gives back what it has borrowed, before anybody else is told. Never
     * throws; what could not be given back now is left to the caller, who gives back as well. Again does nothing. With or
     * without the engine lock, by the thread that leads.
     */
    default void giveBack() {
    }
}
