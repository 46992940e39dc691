package io.mappedpages;

import java.io.Serial;

import org.jspecify.annotations.Nullable;

/**
 * Thrown when a {@link PageId} names a page the file uses for itself: the superblock, metadata, a tree node, or a copy
 * of a protected page.
 */
public final class ReservedPageException extends MappedPageException {

    @Serial
    private static final long serialVersionUID = 1L;

    private final PageId page;
    private final String reason;

    ReservedPageException(String message, PageId page, String reason, @Nullable Throwable cause) {
        super(message, cause);
        this.page = page;
        this.reason = reason;
    }

    /**
     * The page.
     *
     * @return the handle that was used
     */
    public PageId page() {
        return page;
    }

    /**
     * What the page is used for.
     *
     * @return the reason, in words
     */
    public String reason() {
        return reason;
    }
}
