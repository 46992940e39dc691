package io.mappedpages.spring;

import java.time.Duration;

/** What is done about a pager that has become unavailable: nothing, or it is opened anew after a while. */
public class ReopenOptions {

    /**
     * Whether a pager that has become unavailable, after a failed write, say, is opened anew by itself. It is tried until it
     * succeeds or the pager is closed.
     */
    private boolean automatic;

    /** How long to wait before the first attempt; before each further one it is twice as long. */
    private Duration initialDelay = Duration.ofSeconds(1);

    /** How long to wait at most before an attempt. */
    private Duration maxDelay = Duration.ofMinutes(1);

    /** With the defaults, for the binder. */
    public ReopenOptions() {
    }

    /** {@return whether it is opened anew by itself} */
    public boolean isAutomatic() {
        return automatic;
    }

    /**
     * Sets it.
     *
     * @param automatic whether it is opened anew by itself
     */
    public void setAutomatic(boolean automatic) {
        this.automatic = automatic;
    }

    /** {@return the wait before the first attempt} */
    public Duration getInitialDelay() {
        return initialDelay;
    }

    /**
     * Sets it.
     *
     * @param initialDelay the wait before the first attempt
     */
    public void setInitialDelay(Duration initialDelay) {
        this.initialDelay = initialDelay;
    }

    /** {@return the longest wait before an attempt} */
    public Duration getMaxDelay() {
        return maxDelay;
    }

    /**
     * Sets it.
     *
     * @param maxDelay the longest wait before an attempt
     */
    public void setMaxDelay(Duration maxDelay) {
        this.maxDelay = maxDelay;
    }
}
