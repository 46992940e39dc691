package io.mappedpages;

import java.io.Serial;
import java.time.Duration;

import org.jspecify.annotations.Nullable;

/**
 * Thrown when a page could not be borrowed or freed because others held it for longer than the borrow timeout. A thread
 * that asks for a page it holds itself gets this too: borrows are not reentrant.
 *
 * <p>
 * With {@link PagerBuilder#overdueBorrow(Duration)} there is a {@linkplain #getSuppressed() suppressed} exception for each
 * borrow that was in the way, which names its thread and has the stack trace of the call that took it.
 */
public final class PageBorrowedException extends MappedPageException {

    @Serial
    private static final long serialVersionUID = 1L;

    private final PageHandle page;
    private final boolean byWriter;
    private final int readers;
    private final Duration waited;

    PageBorrowedException(String message, PageHandle page, boolean byWriter, int readers, Duration waited,
            @Nullable Throwable cause) {
        super(message, cause);
        this.page = page;
        this.byWriter = byWriter;
        this.readers = readers;
        this.waited = waited;
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
     * Who held the page.
     *
     * @return true if a writer, false if readers
     */
    public boolean byWriter() {
        return byWriter;
    }

    /**
     * How many readers held the page.
     *
     * @return readers at the end of the wait; 0 if a writer held it
     */
    public int readers() {
        return readers;
    }

    /**
     * How long this call waited.
     *
     * @return the time waited, at least the borrow timeout
     */
    public Duration waited() {
        return waited;
    }
}
