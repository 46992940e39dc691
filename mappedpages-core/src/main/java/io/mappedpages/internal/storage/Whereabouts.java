package io.mappedpages.internal.storage;

import java.nio.file.Path;

import org.jspecify.annotations.Nullable;

/**
 * Whether the name by which an open file was opened still leads to it, and where the file is if not.
 *
 * @param name what the name leads to now
 * @param now  another name of the file, if one is known: it was renamed to that; null if it has none that can be told
 */
public record Whereabouts(Name name, @Nullable Path now) {

    /** The file is where it was opened. */
    public static final Whereabouts IN_PLACE = new Whereabouts(Name.LEADS_TO_IT, null);

    /** What the name by which the file was opened leads to now. */
    public enum Name {
        /** Still the file that is open. */
        LEADS_TO_IT,
        /** Nothing: the file was deleted or renamed. */
        LEADS_NOWHERE,
        /** Another file, which took its place. */
        LEADS_TO_ANOTHER
    }

    /** {@return whether the file is where it was opened} */
    public boolean isInPlace() {
        return name == Name.LEADS_TO_IT;
    }
}
