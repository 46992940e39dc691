package io.mappedpages.internal.latch;

/**
 * What is borrowed at one moment.
 *
 * @param borrows how many borrows are open; each reader is one
 * @param pages   of how many pages
 */
public record OpenBorrows(long borrows, long pages) {

    static final OpenBorrows NONE = new OpenBorrows(0, 0);

    OpenBorrows plus(OpenBorrows other) {
        return other.borrows == 0 ? this : new OpenBorrows(borrows + other.borrows, pages + other.pages);
    }
}
