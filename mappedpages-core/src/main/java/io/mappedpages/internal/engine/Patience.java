package io.mappedpages.internal.engine;

import java.time.Duration;

/**
 * How long one call may wait, all its waits together. The clock starts at the first wait, so a call that never waits
 * never reads it. Used by one thread.
 */
final class Patience {

    private final long nanos;
    private long deadline;
    private boolean started;

    private Patience(long nanos) {
        this.nanos = nanos;
    }

    static Patience of(long nanos) {
        return new Patience(nanos);
    }

    /** {@return nanoseconds left to wait; 0 or less when patience is at its end} */
    long left() {
        if (!started) {
            started = true;
            deadline = System.nanoTime() + nanos;
            return nanos;
        }
        return deadline - System.nanoTime();
    }

    /** {@return how long the call was prepared to wait} */
    Duration total() {
        return Duration.ofNanos(nanos);
    }
}
