package io.mappedpages;

/** What a page of the file is used for. */
public enum PageUse {

    /** Nothing: it can be allocated. */
    FREE,

    /** A regular page. */
    REGULAR,

    /** One of the two copies of a protected page. */
    PROTECTED,

    /** The file itself: superblock, metadata, nodes of its trees. */
    INTERNAL,

    /** The journal. */
    JOURNAL,

    /** It cannot be told: the part of the file that says so is damaged or cannot be read. See {@link Pager#verify()}. */
    UNKNOWN
}
