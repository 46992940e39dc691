package io.mappedpages;

import java.io.Serial;
import java.util.OptionalInt;

import org.jspecify.annotations.Nullable;

/**
 * Thrown when a page size is asked for that is not possible, or that an existing file does not have. No file was made
 * or changed.
 */
public final class InvalidPageSizeException extends MappedPageException {

    @Serial
    private static final long serialVersionUID = 1L;

    private static final int NO_FILE = -1;

    private final int requestedLog2;
    private final int fileLog2;

    InvalidPageSizeException(String message, int requestedLog2, @Nullable Throwable cause) {
        this(message, requestedLog2, NO_FILE, cause);
    }

    InvalidPageSizeException(String message, int requestedLog2, int fileLog2, @Nullable Throwable cause) {
        super(message, cause);
        this.requestedLog2 = requestedLog2;
        this.fileLog2 = fileLog2;
    }

    /**
     * The page size asked for.
     *
     * @return base-2 logarithm of the page size in bytes
     */
    public int requestedLog2() {
        return requestedLog2;
    }

    /**
     * The page size of the existing file.
     *
     * @return base-2 logarithm of the page size in bytes, or empty if the size asked for is not possible for any file
     */
    public OptionalInt fileLog2() {
        return fileLog2 == NO_FILE ? OptionalInt.empty() : OptionalInt.of(fileLog2);
    }
}
