package io.mappedpages;

import java.io.Serial;
import java.nio.file.Path;

import org.jspecify.annotations.Nullable;

/**
 * Thrown when the operating system refuses: the file is missing, exists already, cannot be read or written. The cause
 * is the {@link java.io.IOException} behind it.
 */
public final class PagerIoException extends MappedPageException {

    @Serial
    private static final long serialVersionUID = 1L;

    private final String path;

    PagerIoException(String message, Path path, @Nullable Throwable cause) {
        super(message, cause);
        this.path = path.toString();
    }

    /**
     * The file.
     *
     * @return the pager's file
     */
    public Path path() {
        return Path.of(path);
    }
}
