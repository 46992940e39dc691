package io.mappedpages;

import java.io.Serial;
import java.nio.file.Path;

import org.jspecify.annotations.Nullable;

/**
 * Thrown on opening a file of a format version, or with a feature, that this version of the library does not know. The
 * file was not changed.
 */
public final class UnsupportedFormatException extends MappedPageException {

    @Serial
    private static final long serialVersionUID = 1L;

    private final String path;

    UnsupportedFormatException(String message, Path path, @Nullable Throwable cause) {
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
