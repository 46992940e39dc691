package io.mappedpages;

/** How commits become durable. Both keep the same promises. */
public enum CommitMode {

    /**
     * A commit writes what users changed, and one record of all else to the journal, and syncs once. Every few hundred
     * commits a checkpoint brings the file's own structures up to date. Files below 1 MiB have no journal; there each
     * commit is a checkpoint.
     */
    JOURNAL,

    /**
     * Each commit writes all that it changes, users' pages and the file's own structures, and syncs twice. The file has no
     * journal; one that is there is given up.
     */
    CHECKPOINT
}
