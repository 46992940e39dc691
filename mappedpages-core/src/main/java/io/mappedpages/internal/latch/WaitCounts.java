package io.mappedpages.internal.latch;

import java.util.concurrent.atomic.LongAdder;

/** Counts waits for latches. One for all openings of a file, so that reopening loses none. Any thread. */
public final class WaitCounts {

    private final LongAdder waits = new LongAdder();
    private final LongAdder timeouts = new LongAdder();
    private final LongAdder nanos = new LongAdder();

    void began() {
        waits.increment();
    }

    void ended(long time) {
        nanos.add(time);
    }

    void timedOut() {
        timeouts.increment();
    }

    /** {@return how often somebody had to wait for a latch} */
    public long waits() {
        return waits.sum();
    }

    /** {@return nanoseconds that all of those waited together; not of those that wait now} */
    public long nanos() {
        return nanos.sum();
    }

    /** {@return how often a latch was not granted in time} */
    public long timeouts() {
        return timeouts.sum();
    }
}
