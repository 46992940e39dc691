package io.mappedpages.internal.tree;

import io.mappedpages.internal.table.NumberRanges;

/**
 * Numbers of pages, or of protected pages, that are free in every generation and promised to a transaction all the same, or just
 * being cleaned: a search for something free passes over them. Only in memory. Under the engine lock, but for {@link #promised()}.
 */
public final class ReservedNumbers {

    private final NumberRanges numbers = new NumberRanges();
    private long count;
    /** With those that a commit is taking. */
    private volatile long promised;

    ReservedNumbers() {
    }

    /** {@return how many there are that a search passes over} */
    long count() {
        return count;
    }

    /** {@return how many there are, with those that a commit is taking} Any thread. */
    long promised() {
        return promised;
    }

    /** Promises {@code number}, which is free. */
    void add(long number) {
        if (contains(number)) {
            throw new IllegalStateException(number + " is reserved already");
        }
        numbers.add(number, number + 1);
        count++;
        promised = promised() + 1;
    }

    /** Keeps {@code number}, which is free, from being found, for a moment, and counts it as free all the same. */
    void hide(long number) {
        numbers.add(number, number + 1);
        count++;
    }

    /** The commit that is being put together takes {@code number}, for which it was promised. */
    public void take(long number) {
        if (!numbers.remove(number)) {
            throw new IllegalStateException(number + " is not reserved");
        }
        count--;
    }

    /** So many that were {@linkplain #take taken} are used by now, durably. */
    public void used(long taken) {
        promised = promised() - taken;
    }

    /** Takes the promise of {@code number} back. */
    void release(long number) {
        take(number);
        used(1);
    }

    /** {@return the first number at or after {@code from} that is not promised} */
    long nextOutside(long from) {
        return count == 0 ? from : numbers.nextOutside(from);
    }

    /** {@return the first number at or after {@code from} that is promised, but at most {@code limit}} */
    long nextInside(long from, long limit) {
        return count == 0 ? limit : numbers.nextInside(from, limit);
    }

    /** {@return whether {@code number} is promised} */
    public boolean contains(long number) {
        return count > 0 && numbers.contains(number);
    }

    /** Shows all that are promised to {@code consumer}, in ranges. */
    public void forEachRange(NumberRanges.RangeConsumer consumer) {
        numbers.forEachRange(consumer);
    }

    /** {@return behind the last of them, or 0 if there is none} */
    public long end() {
        return numbers.end();
    }
}
