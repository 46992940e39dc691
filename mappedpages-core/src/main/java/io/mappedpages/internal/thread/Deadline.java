package io.mappedpages.internal.thread;

import java.time.Duration;

/**
 * How long one call may wait, all its waits together. The clock starts at the first wait, so a call that never waits
 * never reads it. Used by one thread.
 */
public final class Deadline {

    private final long nanos;
    private long deadline;
    private boolean started;

    private Deadline(long nanos) {
        this.nanos = nanos;
    }

    /** {@return a deadline {@code nanos} nanoseconds after the first wait} */
    public static Deadline of(long nanos) {
        return new Deadline(nanos);
    }

    /** {@return a deadline of one who does not wait at all, but does something else} */
    public static Deadline none() {
        return new Deadline(-1);
    }

    /** {@return whether this is of one who never meant to wait} */
    public boolean isNone() {
        return nanos < 0;
    }

    /** {@return nanoseconds left to wait; 0 or less when patience is at its end} */
    public long left() {
        if (!started) {
            started = true;
            deadline = System.nanoTime() + nanos;
            return nanos;
        }
        return deadline - System.nanoTime();
    }

    /** {@return how long the call was prepared to wait} */
    public Duration total() {
        return Duration.ofNanos(nanos);
    }
}
