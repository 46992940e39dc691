package io.mappedpages.cli;

import java.util.Arrays;

/** How long something took, each time. */
final class Latencies {

    private static final int FIRST_ROOM = 1024;

    private long[] nanos = new long[FIRST_ROOM];
    private int count;
    private long total;

    void add(long took) {
        if (count == nanos.length) {
            nanos = Arrays.copyOf(nanos, 2 * count);
        }
        nanos[count++] = took;
        total += took;
    }

    int count() {
        return count;
    }

    /**
     * In numbers.
     *
     * @param count     how often it was measured
     * @param perSecond how many fit in a second, one after the other
     * @param p50       half of them took no longer, nanoseconds
     * @param p90       nine of ten
     * @param p99       99 of 100
     * @param max       the longest
     */
    record Summary(int count, double perSecond, long p50, long p90, long p99, long max) {
    }

    Summary summary() {
        long[] sorted = Arrays.copyOf(nanos, count);
        Arrays.sort(sorted);
        return new Summary(count, total == 0 ? 0 : count * 1e9 / total, at(sorted, 50), at(sorted, 90), at(sorted, 99),
                at(sorted, 100));
    }

    /** The smallest that so many percent do not exceed. */
    private static long at(long[] sorted, int percent) {
        return sorted.length == 0 ? 0 : sorted[Math.max(0, Math.ceilDiv(sorted.length * percent, 100) - 1)];
    }
}
