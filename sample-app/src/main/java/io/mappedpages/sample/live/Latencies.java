package io.mappedpages.sample.live;

import java.time.Duration;

/**
 * How often something took how long. Not for several threads. Durations are kept in eight steps for each doubling, so a
 * percentile is right within an eighth.
 */
final class Latencies {

    private static final int STEP_BITS = 3;
    private static final int STEPS = 1 << STEP_BITS;

    private final long[] counts;

    Latencies() {
        this(new long[Long.SIZE * STEPS]);
    }

    private Latencies(long[] counts) {
        this.counts = counts;
    }

    void add(Duration duration) {
        counts[stepOf(Math.max(0, duration.toNanos()))]++;
    }

    Latencies copy() {
        return new Latencies(counts.clone());
    }

    /** What was added since a copy was made. */
    Latencies since(Latencies earlier) {
        long[] added = counts.clone();
        for (int i = 0; i < added.length; i++) {
            added[i] -= earlier.counts[i];
        }
        return new Latencies(added);
    }

    long count() {
        long sum = 0;
        for (long count : counts) {
            sum += count;
        }
        return sum;
    }

    /**
     * The time that a part of all did not exceed.
     *
     * @param part above 0, up to 1
     * @return nanoseconds; 0 if there are none
     */
    long percentile(double part) {
        long rank = (long) Math.ceil(part * count());
        long seen = 0;
        for (int i = 0; i < counts.length; i++) {
            seen += counts[i];
            if (seen >= rank && seen > 0) {
                return endOf(i);
            }
        }
        return 0;
    }

    private static int stepOf(long nanos) {
        if (nanos < STEPS) {
            return (int) nanos;
        }
        int doubling = Long.SIZE - 1 - Long.numberOfLeadingZeros(nanos) - STEP_BITS;
        return (doubling << STEP_BITS) + (int) (nanos >>> doubling);
    }

    /** The longest that falls into a step. */
    private static long endOf(int step) {
        if (step < STEPS) {
            return step;
        }
        int doubling = (step >>> STEP_BITS) - 1;
        long first = STEPS + (step & (STEPS - 1L));
        return ((first + 1) << doubling) - 1;
    }
}
