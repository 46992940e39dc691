package io.mappedpages.internal.table;

/**
 * Something in a table from which what was not used lately is taken when there is too much: each use sets a bit, and a sweep
 * clears it and takes what it finds without (the clock algorithm; Corbató, A Paging Experiment with the Multics System,
 * 1968).
 */
public abstract class ClockEntry extends LongTable.Keyed {

    /** A hint; nobody minds a race. */
    private boolean used = true;

    /** Filed under {@code key}, and used just now. */
    protected ClockEntry(long key) {
        super(key);
    }

    /** Keeps this from being taken by the next sweep. Any thread. */
    public final void noteUse() {
        if (!used) { // a read is cheaper than a write that others see
            used = true;
        }
    }

    /** {@return whether this was not used since the last time this was asked} */
    public final boolean isIdleSinceLastAsked() {
        boolean idle = !used;
        used = false;
        return idle;
    }
}
