package io.mappedpages.comparison.measure;

import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;

/** What a store is asked to do in one turn, in the order in which it is done. */
public enum Step {

    /** A new store is made of all values; then all are replaced, which leaves a store that has been in use. */
    LOAD,
    /** Eight bytes of a random value. */
    WORD,
    /** A random value. */
    COPY,
    /** All values in order. */
    SUM,
    /** A random value is replaced, durably. */
    UPDATE,
    /** Of a hundred calls 95 copy a value and 5 replace one, durably. */
    MIXED,
    /** A value is added, durably. */
    INSERT,
    /** How often the store tells the system to make something durable, for each of some updates. */
    SYNCS,
    /** Opening what was closed in order, and reading one value. */
    OPEN,
    /** Updates by many callers until the process is killed; then opening, and reading one value. */
    KILL;

    /** {@return what it is called on the command line and in results} */
    public String id() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** {@return the one that is called so} */
    public static Step of(String id) {
        return Arrays.stream(values()).filter(one -> one.id().equals(id)).findAny()
                .orElseThrow(() -> new IllegalArgumentException("There is no workload \"" + id + "\". There are "
                        + Arrays.stream(values()).map(Step::id).collect(Collectors.joining(", ")) + "."));
    }

    /** {@return whether it is done by several numbers of callers, one after the other} */
    public boolean hasCallers() {
        return switch (this) {
            case WORD, COPY, UPDATE, MIXED, INSERT -> true;
            case LOAD, SUM, SYNCS, OPEN, KILL -> false;
        };
    }
}
