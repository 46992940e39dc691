package io.mappedpages;

import java.io.Serial;
import java.nio.file.Path;
import java.util.OptionalLong;

import org.jspecify.annotations.Nullable;

/**
 * Thrown when the file's own records of which page is what are damaged: on opening, if neither of the two copies can be
 * used; later, if a node of the page map or of the directory does not match its parent. Nothing is guessed: the pager
 * does not hand out what hangs below.
 */
public final class CorruptMetadataException extends MappedPageException {

    @Serial
    private static final long serialVersionUID = 1L;

    private static final long NO_SINGLE_PAGE = -1;

    private final String path;
    private final String reason;
    private final long page;

    CorruptMetadataException(String message, Path path, String reason, @Nullable Throwable cause) {
        this(message, path, reason, NO_SINGLE_PAGE, cause);
    }

    CorruptMetadataException(String message, Path path, String reason, long page, @Nullable Throwable cause) {
        super(message, cause);
        this.path = path.toString();
        this.reason = reason;
        this.page = page;
    }

    /**
     * The file.
     *
     * @return the pager's file
     */
    public Path path() {
        return Path.of(path);
    }

    /**
     * What is wrong with the metadata.
     *
     * @return the reason, in words
     */
    public String reason() {
        return reason;
    }

    /**
     * The damaged page, if it is a single one.
     *
     * @return its number in the file, or empty if it is the metadata as a whole
     */
    public OptionalLong page() {
        return page == NO_SINGLE_PAGE ? OptionalLong.empty() : OptionalLong.of(page);
    }
}
