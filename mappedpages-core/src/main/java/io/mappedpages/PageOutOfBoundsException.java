package io.mappedpages;

import java.io.Serial;

import org.jspecify.annotations.Nullable;

/**
 * Thrown when a handle's number is negative or not below the number of pages there are.
 */
public final class PageOutOfBoundsException extends MappedPageException {

    @Serial
    private static final long serialVersionUID = 1L;

    private final PageHandle page;
    private final long limit;

    PageOutOfBoundsException(String message, PageHandle page, long limit, @Nullable Throwable cause) {
        super(message, cause);
        this.page = page;
        this.limit = limit;
    }

    /**
     * The page.
     *
     * @return the handle that was used
     */
    public PageHandle page() {
        return page;
    }

    /**
     * The bound at the time of the call.
     *
     * @return the smallest number that is too large
     */
    public long limit() {
        return limit;
    }
}
