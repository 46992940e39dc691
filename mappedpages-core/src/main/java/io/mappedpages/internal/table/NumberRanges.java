package io.mappedpages.internal.table;

import java.util.Map;
import java.util.TreeMap;
import java.util.stream.LongStream;

/** A set of numbers, as ranges: how much memory it takes depends on how many ranges there are, not on how many numbers. */
public final class NumberRanges {

    /** Where each range ends, by its first number. They neither overlap nor touch. */
    private final TreeMap<Long, Long> ends = new TreeMap<>();

    /** Adds the numbers {@code [first, end)}. */
    public void add(long first, long end) {
        long from = first;
        long to = end;
        for (Map.Entry<Long, Long> range = ends.floorEntry(to); range != null && range.getValue() >= from; range = ends
                .lowerEntry(range.getKey())) {
            from = Math.min(from, range.getKey());
            to = Math.max(to, range.getValue());
        }
        ends.put(from, to); // first: without memory for it nothing has changed
        ends.subMap(from, false, to, true).clear();
    }

    /** Takes {@code number} out. {@return whether it was there} */
    public boolean remove(long number) {
        Map.Entry<Long, Long> range = ends.floorEntry(number);
        if (range == null || range.getValue() <= number) {
            return false;
        }
        long first = range.getKey();
        long end = range.getValue();
        if (number + 1 < end) {
            ends.put(number + 1, end); // first: without memory for it nothing has changed
        }
        if (first < number) {
            ends.put(first, number);
        } else {
            ends.remove(first);
        }
        return true;
    }

    /** Takes the numbers {@code [first, end)} out, as far as they are there. */
    public void remove(long first, long end) {
        Map.Entry<Long, Long> before = ends.lowerEntry(first);
        if (before != null && before.getValue() > first) {
            if (before.getValue() > end) {
                ends.put(end, before.getValue());
            }
            ends.put(before.getKey(), first);
        }
        Map.Entry<Long, Long> last = ends.lowerEntry(end);
        if (last != null && last.getKey() >= first && last.getValue() > end) {
            ends.put(end, last.getValue());
        }
        ends.subMap(first, true, Math.max(first, end), false).clear();
    }

    /** {@return whether {@code number} is in the set} */
    public boolean contains(long number) {
        return nextOutside(number) > number;
    }

    /** {@return whether there is no number in the set} */
    public boolean isEmpty() {
        return ends.isEmpty();
    }

    /** {@return the first number at or after {@code number} that is not in the set} */
    public long nextOutside(long number) {
        Map.Entry<Long, Long> range = ends.floorEntry(number);
        return range == null ? number : Math.max(number, range.getValue());
    }

    /** {@return the first number at or after {@code number} that is in the set, but at most {@code limit}} */
    public long nextInside(long number, long limit) {
        if (contains(number)) {
            return Math.min(number, limit);
        }
        Long first = ends.ceilingKey(number);
        return first == null ? limit : Math.min(first, limit);
    }

    /** {@return what is behind the highest number, or 0 if there is none} */
    public long end() {
        return ends.isEmpty() ? 0 : ends.lastEntry().getValue();
    }

    /** {@return all numbers, in ascending order} */
    public LongStream numbers() {
        return ends.entrySet().stream().flatMapToLong(range -> LongStream.range(range.getKey(), range.getValue()));
    }

    /** Takes a range, from its first number to what is behind its last. */
    public interface RangeConsumer {
        void accept(long first, long end);
    }

    /** Shows all ranges, in ascending order. */
    public void forEachRange(RangeConsumer consumer) {
        ends.forEach(consumer::accept);
    }

    /** {@return how many ranges there are} */
    public int count() {
        return ends.size();
    }
}
