package io.mappedpages.sample;

import java.io.Serial;

/** Thrown when a client sends more than fits into a page. */
final class ContentTooLargeException extends RuntimeException {

    @Serial
    private static final long serialVersionUID = 1L;

    private final int pageSize;

    ContentTooLargeException(int pageSize) {
        super("The content is longer than a page of " + pageSize + " bytes");
        this.pageSize = pageSize;
    }

    /** What would have fitted, in bytes. */
    int pageSize() {
        return pageSize;
    }
}
