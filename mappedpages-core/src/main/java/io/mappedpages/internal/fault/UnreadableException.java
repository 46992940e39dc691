package io.mappedpages.internal.fault;

import java.io.IOException;

/**
 * A read failed, and failed again when it was tried once more. Nobody knows what is there: it may be as good as ever. So
 * this is not damage, and nothing may be given up for it unless the user says so.
 */
public final class UnreadableException extends IOException {

    private static final long serialVersionUID = 1L;

    private final Fault.Part part;
    private final long page;
    private final long offset;

    /** Bytes of {@code page} could not be read, from {@code offset} in the file on. */
    public UnreadableException(Fault.Part part, long page, long offset, IOException cause) {
        super("bytes from " + offset + " on, in page " + page + ", could not be read: " + cause.getMessage(), cause);
        this.part = part;
        this.page = page;
        this.offset = offset;
    }

    /** {@return what the page is used for} */
    public Fault.Part part() {
        return part;
    }

    /** {@return the page in which that is} */
    public long page() {
        return page;
    }

    /** {@return the first byte of the read that failed} */
    public long offset() {
        return offset;
    }

    /** {@return what the operating system said} */
    public String why() {
        Throwable cause = getCause();
        String message = cause == null ? null : cause.getMessage();
        return message == null ? String.valueOf(cause) : message;
    }
}
