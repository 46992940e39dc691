package io.mappedpages.internal.engine;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

/**
 * The latch words of 256 neighbouring pages. A word is
 *
 * <pre>
 * bit  31     a writer holds the page
 * bit  30     LENT: the page was lent writable since this opening, so somebody may keep a segment and store into it
 * bit  29     VERIFIED: the contents of this copy of a protected page were checked since this opening
 * bit  28     ALLOCATED: the page was seen to be a user's regular page; only who holds the latch exclusively can change that
 * bits 27..0  how many readers hold the page
 * </pre>
 *
 * VERIFIED and ALLOCATED spare a second look and may be forgotten at any time. A word of ones is none: the block was
 * {@linkplain #retire retired}, and another one stands for these pages.
 */
final class LatchBlock implements LongTable.Keyed {

    static final int BITS = 8;
    private static final int SIZE = 1 << BITS;

    static final int WRITER = 1 << 31;
    static final int LENT = 1 << 30;
    static final int VERIFIED = 1 << 29;
    static final int ALLOCATED = 1 << 28;
    static final int READERS = ALLOCATED - 1;
    static final int HELD = WRITER | READERS;
    static final int RETIRED = -1;

    private static final VarHandle WORD = MethodHandles.arrayElementVarHandle(int[].class);

    private final long key;
    private final int[] words = new int[SIZE];
    /** Whether anything was borrowed here since the last sweep came by. A hint; nobody minds a race. */
    private boolean used = true;
    private boolean lentBeforeRetired;

    LatchBlock(long key) {
        this.key = key;
    }

    static long keyOf(long page) {
        return page >>> BITS;
    }

    @Override
    public long key() {
        return key;
    }

    int word(long page) {
        return (int) WORD.getVolatile(words, index(page));
    }

    private boolean compareAndSet(long page, int word, int next) {
        return WORD.compareAndSet(words, index(page), word, next);
    }

    /** What became of one try to take a latch. */
    enum Try {
        GRANTED, REFUSED, RETIRED
    }

    /** Takes a shared latch if no writer holds it and the word has all bits of {@code required}. */
    Try tryShared(long page, int required) {
        noteUse();
        while (true) {
            int word = word(page);
            if (word < 0 || (word & required) != required || (word & READERS) == READERS) { // WRITER is the sign
                return refused(word);
            }
            if (compareAndSet(page, word, word + 1)) {
                return Try.GRANTED;
            }
        }
    }

    /** Takes the exclusive latch if nobody holds it and the word has all bits of {@code required}; sets {@code marks}. */
    Try tryExclusive(long page, int required, int marks) {
        noteUse();
        while (true) {
            int word = word(page);
            if ((word & HELD) != 0 || (word & required) != required) {
                return refused(word);
            }
            if (compareAndSet(page, word, word | WRITER | marks)) {
                return Try.GRANTED;
            }
        }
    }

    private static Try refused(int word) {
        return word == RETIRED ? Try.RETIRED : Try.REFUSED;
    }

    void releaseShared(long page) {
        WORD.getAndAdd(words, index(page), -1);
    }

    /** Gives the exclusive latch back, and clears {@code marks}. */
    void releaseExclusive(long page, int marks) {
        WORD.getAndBitwiseAnd(words, index(page), ~(WRITER | marks));
    }

    /** Sets {@code marks}; in a retired block that does nothing. */
    void mark(long page, int marks) {
        if ((word(page) & marks) != marks) {
            WORD.getAndBitwiseOr(words, index(page), marks);
        }
    }

    /** {@return whether all of {@code marks} are set} What is not held may have been forgotten at any time. */
    boolean isMarked(long page, int marks) {
        int word = word(page);
        return word != RETIRED && (word & marks) == marks;
    }

    private void noteUse() {
        if (!used) {
            used = true;
        }
    }

    /** {@return whether nothing was borrowed here since the last time this was asked} */
    boolean isIdleSinceLastAsked() {
        boolean idle = !used;
        used = false;
        return idle;
    }

    boolean isAnyHeld() {
        for (int i = 0; i < SIZE; i++) {
            if ((word(i) & HELD) != 0) {
                return true;
            }
        }
        return false;
    }

    /**
     * Makes every word {@link #RETIRED}, from which no latch can be taken, unless one is held. For one thread at a time.
     *
     * @return false if a latch is held; then the block is as it was, but for what may be forgotten
     */
    boolean retire() {
        if (isAnyHeld()) {
            return false;
        }
        boolean[] lent = new boolean[SIZE];
        boolean anyLent = false;
        for (int i = 0; i < SIZE; i++) {
            int word = word(i);
            while ((word & HELD) == 0 && !compareAndSet(i, word, RETIRED)) {
                word = word(i);
            }
            if ((word & HELD) != 0) {
                restore(lent, i);
                return false;
            }
            lent[i] = (word & LENT) != 0;
            anyLent |= lent[i];
        }
        lentBeforeRetired = anyLent;
        return true;
    }

    /** {@return whether one of the pages was lent writable before this block was retired} */
    boolean wasLentBeforeRetired() {
        return lentBeforeRetired;
    }

    private void restore(boolean[] lent, int count) {
        for (int i = 0; i < count; i++) {
            WORD.setVolatile(words, i, lent[i] ? LENT : 0);
        }
    }

    private static int index(long page) {
        return (int) page & (SIZE - 1);
    }
}
