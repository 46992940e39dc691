package io.mappedpages.internal.tree;

/**
 * How far a search has come that looks at one leaf at a time.
 *
 * @param found what was sought, or -1
 * @param next  where to go on, or -1 if there is nothing more to look at
 */
public record Sought(long found, long next) {

    /** There is nothing. */
    public static final Sought NOTHING = new Sought(-1, -1);

    /** {@return whether there is nothing more to look for} */
    public boolean isOver() {
        return found >= 0 || next < 0;
    }
}
