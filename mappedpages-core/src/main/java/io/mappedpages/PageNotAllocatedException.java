package io.mappedpages;

import java.io.Serial;

import org.jspecify.annotations.Nullable;

/**
 * Thrown when a page is borrowed that is not allocated: it was freed, or never handed out.
 */
public final class PageNotAllocatedException extends MappedPageException {

    @Serial
    private static final long serialVersionUID = 1L;

    private final PageHandle page;

    PageNotAllocatedException(String message, PageHandle page, @Nullable Throwable cause) {
        super(message, cause);
        this.page = page;
    }

    /**
     * The page.
     *
     * @return the handle that was used
     */
    public PageHandle page() {
        return page;
    }
}
