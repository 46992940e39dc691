package io.mappedpages.sample;

import java.io.Serial;

/** Thrown when a page does not hold what the client's {@code If-Match} expects; nothing was changed. */
final class PreconditionFailedException extends RuntimeException {

    @Serial
    private static final long serialVersionUID = 1L;

    private final String currentTag;

    PreconditionFailedException(String currentTag) {
        super("The page's entity tag is " + currentTag);
        this.currentTag = currentTag;
    }

    /** The page's entity tag as it was when it was compared, quoted. */
    String currentTag() {
        return currentTag;
    }
}
