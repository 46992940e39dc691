package io.mappedpages.benchmarks;

import java.util.Arrays;

/** Times of one contender, collected while it takes turns with others. */
final class Turns {

    private long[] nanos = new long[64];
    private int count;

    /** What is timed. */
    interface Turn {
        void run() throws Exception;
    }

    /** Runs and times one turn. */
    void time(Turn turn) throws Exception {
        long begin = System.nanoTime();
        turn.run();
        add(System.nanoTime() - begin);
    }

    /** Adds a time taken elsewhere. */
    void add(long time) {
        if (count == nanos.length) {
            nanos = Arrays.copyOf(nanos, 2 * count);
        }
        nanos[count++] = time;
    }

    /** Adds all times of another one. */
    void addAll(Turns others) {
        for (int i = 0; i < others.count; i++) {
            add(others.nanos[i]);
        }
    }

    /** {@return nanoseconds, the middle of all turns; 0 if there was none} */
    double median() {
        return quantile(0.5);
    }

    /** {@return nanoseconds within which this share of all turns was done; 0 if there was none} */
    double quantile(double share) {
        if (count == 0) {
            return 0;
        }
        long[] sorted = Arrays.copyOf(nanos, count);
        Arrays.sort(sorted);
        return sorted[Math.min(count - 1, (int) (share * count))];
    }

    /** {@return how many there were} */
    int count() {
        return count;
    }

    void clear() {
        count = 0;
    }
}
