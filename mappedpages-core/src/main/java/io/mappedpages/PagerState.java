package io.mappedpages;

/** What a {@link Pager} can do at the moment. */
public enum PagerState {

    /** Everything works. */
    OPEN,

    /**
     * A remap, a write or a sync failed, and what is in memory can no longer be trusted to be what is in the file.
     * Every call that needs the file throws {@link PagerUnavailableException} until {@link Pager#reopen()} succeeds.
     * What was committed before is intact.
     */
    UNAVAILABLE,

    /** {@link Pager#close()} was called. Every call that needs the file throws {@link PagerClosedException}. */
    CLOSED
}
