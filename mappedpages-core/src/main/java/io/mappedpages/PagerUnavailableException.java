package io.mappedpages;

import java.io.Serial;
import java.nio.file.Path;

import org.jspecify.annotations.Nullable;

/**
 * Thrown by every call that needs the file after a remap, a write or a sync failed, or after the file was deleted,
 * renamed, replaced, truncated or overwritten while it was open, or after {@link Pager#suspend()}, until
 * {@link Pager#reopen()} succeeds. The cause is the failure, if there was one. After a failed remap, write or sync what was committed is intact; otherwise the message says where it is.
 *
 * <p>
 * Also thrown, once, by a call that began, or whose page was borrowed, before a reopen; the pager is open then.
 */
public final class PagerUnavailableException extends MappedPageException {

    @Serial
    private static final long serialVersionUID = 1L;

    private final String path;

    PagerUnavailableException(String message, Path path, @Nullable Throwable cause) {
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
