package io.mappedpages.internal.engine;

import java.io.IOException;

/**
 * A read failed, and failed again when it was tried once more. Nobody knows what is there: it may be as good as ever. So
 * this is not damage, and nothing may be given up for it unless the user says so.
 */
final class UnreadableException extends IOException {

    private static final long serialVersionUID = 1L;

    private final Fault.Part part;
    private final long page;
    private final long offset;

    UnreadableException(Fault.Part part, long page, long offset, IOException cause) {
        super("bytes from " + offset + " on, in page " + page + ", could not be read: " + cause.getMessage(), cause);
        this.part = part;
        this.page = page;
        this.offset = offset;
    }

    /** {@return what the page is used for} */
    Fault.Part part() {
        return part;
    }

    long page() {
        return page;
    }

    /** {@return the first byte of the read that failed} */
    long offset() {
        return offset;
    }

    /** {@return what the operating system said} */
    String why() {
        Throwable cause = getCause();
        String message = cause == null ? null : cause.getMessage();
        return message == null ? String.valueOf(cause) : message;
    }

}
