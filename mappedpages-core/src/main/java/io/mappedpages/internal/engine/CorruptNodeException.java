package io.mappedpages.internal.engine;

import java.io.IOException;

import io.mappedpages.internal.format.FormatException;

/** A tree node is not what its parent says of it. */
final class CorruptNodeException extends IOException {

    private static final long serialVersionUID = 1L;

    private final long page;

    CorruptNodeException(long page, FormatException cause) {
        super("tree node in page " + page + ": " + cause.getMessage(), cause);
        this.page = page;
    }

    long page() {
        return page;
    }
}
