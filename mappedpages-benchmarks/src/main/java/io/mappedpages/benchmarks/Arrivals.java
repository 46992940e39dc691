package io.mappedpages.benchmarks;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * Calls that arrive at a steady rate, whether the one before has come to its end or not. Each counts from the moment when it
 * should have begun: a call that is held up for a second holds up all that would have come in that second, and a percentile has
 * to know that.
 */
final class Arrivals {

    private static final long PERIOD = TimeUnit.MICROSECONDS.toNanos(250);

    private Arrivals() {
    }

    /** What arrives. */
    interface Arrival {
        /**
         * Makes the call.
         *
         * @param begin when it should have begun, as {@link System#nanoTime} says it
         */
        void run(long begin) throws Exception;
    }

    /** Four thousand a second. */
    static void during(long millis, Arrival arrival) throws Exception {
        long first = System.nanoTime();
        long end = first + TimeUnit.MILLISECONDS.toNanos(millis);
        for (long next = first; next < end; next += PERIOD) {
            arrival.run(awaited(next));
        }
    }

    /** {@return when the call begins} That this thread was woken too late is not the call's fault. */
    private static long awaited(long next) {
        long now = System.nanoTime();
        if (now >= next) {
            return next;
        }
        while (now < next) {
            LockSupport.parkNanos(next - now);
            now = System.nanoTime();
        }
        return now;
    }
}
