package io.mappedpages.internal.fault;

import java.io.IOException;

/** A tree node is not what its parent says of it. */
public final class CorruptNodeException extends IOException {

    private static final long serialVersionUID = 1L;

    private final long page;

    /** The node in {@code page} is bad; {@code cause} says how. */
    public CorruptNodeException(long page, Exception cause) {
        super("tree node in page " + page + ": " + cause.getMessage(), cause);
        this.page = page;
    }

    /** {@return the page that was read} */
    public long page() {
        return page;
    }
}
