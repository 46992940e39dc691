package io.mappedpages;

import java.io.Serial;

import org.jspecify.annotations.Nullable;

/**
 * Thrown when a page is freed that is free already, or that is named twice in one bulk call. Nothing was freed.
 */
public final class DoubleFreeException extends MappedPageException {

    @Serial
    private static final long serialVersionUID = 1L;

    private final PageHandle page;

    DoubleFreeException(String message, PageHandle page, @Nullable Throwable cause) {
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
