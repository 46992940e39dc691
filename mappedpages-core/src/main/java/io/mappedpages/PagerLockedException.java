package io.mappedpages;

import java.io.Serial;
import java.nio.file.Path;

import org.jspecify.annotations.Nullable;

/**
 * Thrown on opening a file that a pager has open already, in this JVM or in another process.
 */
public final class PagerLockedException extends MappedPageException {

    @Serial
    private static final long serialVersionUID = 1L;

    private final String path;

    PagerLockedException(String message, Path path, @Nullable Throwable cause) {
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
