package io.mappedpages.internal.fault;

/** Faults that a test asks for. Any thread. */
@FunctionalInterface
public interface InjectedFaults {

    /** None, ever. */
    InjectedFaults NONE = _ -> false;

    /** Where something fails. */
    enum Point {
        WRITE, SYNC, MAP, ALLOCATION
    }

    /** {@return whether what is about to be done is to fail} Each fault strikes once. */
    boolean strikes(Point point);
}
