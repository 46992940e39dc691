package io.mappedpages;

import java.io.Serializable;

/**
 * The name of one page of a file: a {@link PageId} or a {@link ProtectedPageId}.
 *
 * <p>
 * A handle is a number with a type and nothing else. It does not know its pager, so it can be written into a page and
 * made again from that number after the file was opened anew. Nothing is checked when a handle is made; a pager checks
 * it when it is used, and answers with {@link PageOutOfBoundsException}, {@link ReservedPageException} or
 * {@link PageNotAllocatedException}.
 *
 * <p>
 * The two kinds are numbered apart: {@code PageId(7)} and {@code ProtectedPageId(7)} are different pages.
 */
public sealed interface PageHandle extends Serializable permits PageId, ProtectedPageId {

    /**
     * The number to store in order to find the page again.
     *
     * @return the page's number; from a pager always 0 or more, and below 2^48
     */
    long number();
}
