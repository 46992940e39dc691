package io.mappedpages.internal.format;

/**
 * Bytes that are not the record they were read as. The message says what is wrong with the bytes and names no file: the
 * caller knows which file and page they came from, and says so.
 */
public final class FormatException extends Exception {

    private static final long serialVersionUID = 1L;

    private final String reason;

    /**
     * Says no to some bytes.
     *
     * @param reason what is wrong with the bytes, in words for a log line
     */
    public FormatException(String reason) {
        super(reason);
        this.reason = reason;
    }

    /** {@return the message, which is never null here} */
    public String reason() {
        return reason;
    }
}
