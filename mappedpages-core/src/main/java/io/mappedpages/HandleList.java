package io.mappedpages;

import java.util.AbstractList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import java.util.RandomAccess;
import java.util.function.LongFunction;

/**
 * An immutable list of handles that stores their numbers only, 8 bytes each: a million pages in one bulk call must not
 * cost a million objects. Handles are made when asked for.
 */
final class HandleList<H extends PageHandle> extends AbstractList<H> implements RandomAccess {

    private final long[] numbers;
    private final int from;
    private final int to;
    private final LongFunction<H> handle;

    /** Takes the array over; nobody else may change it afterwards. */
    HandleList(long[] numbers, LongFunction<H> handle) {
        this(numbers, 0, numbers.length, handle);
    }

    private HandleList(long[] numbers, int from, int to, LongFunction<H> handle) {
        this.numbers = numbers;
        this.from = from;
        this.to = to;
        this.handle = handle;
    }

    /** The numbers of any collection of handles, in its order, in a new array. */
    static long[] numbersOf(Collection<? extends PageHandle> handles) {
        if (handles instanceof HandleList<?> list) {
            return Arrays.copyOfRange(list.numbers, list.from, list.to);
        }
        return handles.stream().mapToLong(PageHandle::number).toArray();
    }

    @Override
    public H get(int index) {
        return handle.apply(numbers[from + Objects.checkIndex(index, size())]);
    }

    @Override
    public int size() {
        return to - from;
    }

    @Override
    public List<H> subList(int start, int end) {
        Objects.checkFromToIndex(start, end, size());
        return new HandleList<>(numbers, from + start, from + end, handle);
    }
}
