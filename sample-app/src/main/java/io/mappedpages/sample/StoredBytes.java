package io.mappedpages.sample;

import java.util.concurrent.atomic.LongAdder;

import org.springframework.stereotype.Component;

/** Counts the bytes that users of the service have stored in protected pages, beside which one can hold what the device got. */
@Component
public final class StoredBytes {

    private final LongAdder sum = new LongAdder();

    /** None yet. */
    public StoredBytes() {
    }

    /**
     * Counts some that became durable.
     *
     * @param bytes how many
     */
    public void add(long bytes) {
        sum.add(bytes);
    }

    /**
     * All so far.
     *
     * @return bytes since the start
     */
    public long sum() {
        return sum.sum();
    }
}
