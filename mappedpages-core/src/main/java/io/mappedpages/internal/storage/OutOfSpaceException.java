package io.mappedpages.internal.storage;

import java.io.IOException;

import org.jspecify.annotations.Nullable;

/** The disk is full, a quota is used up, or the file would be larger than the file system or the process may have it. */
public final class OutOfSpaceException extends IOException {

    private static final long serialVersionUID = 1L;

    /**
     * Makes the exception.
     *
     * @param message which file and what was refused
     * @param cause   the operating system's answer, if there is one
     */
    public OutOfSpaceException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
