package io.mappedpages;

import java.io.Serial;
import java.nio.file.Path;

import org.jspecify.annotations.Nullable;

/**
 * Thrown when there is no room for more pages: the disk is full, a quota is reached, or the file has reached its
 * {@linkplain PagerBuilder#maxSize(long) maximum size}. Nothing was allocated, and the pager stays usable.
 *
 * <p>Also thrown when there are free pages that cannot be used for what is protected as long as anything is borrowed; the
 * message says so, and how much that is. See {@link Pager#freePageCount()}.
 */
public final class PagerFullException extends MappedPageException {

    @Serial
    private static final long serialVersionUID = 1L;

    private final String path;

    PagerFullException(String message, Path path, @Nullable Throwable cause) {
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
