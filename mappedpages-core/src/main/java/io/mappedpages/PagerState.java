package io.mappedpages;

/** What a {@link Pager} can do at the moment. */
public enum PagerState {

    /** Everything works. */
    OPEN,

    /**
     * A remap, a write or a sync failed, and what is in memory can no longer be trusted to be what is in the file; or
     * the file was deleted, renamed, replaced, truncated or overwritten while it was open. Every call that needs the file
     * throws {@link PagerUnavailableException} until {@link Pager#reopen()} succeeds. After a failed remap, write or
     * sync what was committed is intact; otherwise {@link Pager#failure()} says where it is.
     */
    UNAVAILABLE,

    /**
     * {@link Pager#suspend()} was called: the file is closed and its lock is given up. Every call that needs the file throws
     * {@link PagerUnavailableException} until {@link Pager#reopen()} succeeds.
     */
    SUSPENDED,

    /**
     * {@link Pager#close()} was called. Every call that needs the file throws {@link PagerClosedException}. The file is
     * closed, too, unless that call said otherwise.
     */
    CLOSED
}
