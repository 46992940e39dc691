package io.mappedpages;

import java.io.Serial;

import org.jspecify.annotations.Nullable;

/**
 * Everything a pager throws about its file and its pages. Each message says what happened, to which file or page, and
 * what can be done about it; each subclass has the same as values.
 *
 * <p>
 * The hierarchy is sealed, so a {@code switch} over it is complete. Mistakes in the arguments of a call, and use of a
 * view after it was given back, are {@link IllegalArgumentException} and {@link IllegalStateException} instead.
 */
public abstract sealed class MappedPageException extends RuntimeException
        permits InvalidPageSizeException, CorruptSuperblockException, CorruptMetadataException, CorruptPageException,
        PageOutOfBoundsException, ReservedPageException, DoubleFreeException, PageNotAllocatedException,
        PageBorrowedException, PagerUnavailableException, PagerFullException, PagerLockedException,
        UnsupportedFormatException, PagerClosedException, PagerIoException {

    @Serial
    private static final long serialVersionUID = 1L;

    MappedPageException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
