package io.mappedpages.internal.storage;

import java.io.IOException;
import java.nio.file.Path;

import org.jspecify.annotations.Nullable;

/** The disk is full, a quota is used up, or the file would be larger than the file system or the process may have it. */
public final class OutOfSpaceException extends IOException {

    private static final long serialVersionUID = 1L;

    private final String reason;

    /**
     * Makes the exception.
     *
     * @param message which file and what was refused
     * @param cause   the operating system's answer, if there is one
     */
    public OutOfSpaceException(String message, @Nullable Throwable cause) {
        super(message, cause);
        this.reason = message;
    }

    /**
     * Makes the exception.
     *
     * @param path   the file
     * @param reason what was refused, and why
     * @param cause  the operating system's answer, if there is one
     */
    OutOfSpaceException(Path path, String reason, @Nullable Throwable cause) {
        super(path + ": " + reason, cause);
        this.reason = reason;
    }

    /** {@return what was refused, and why, without the name of the file where it is known apart} */
    public String reason() {
        return reason;
    }
}
