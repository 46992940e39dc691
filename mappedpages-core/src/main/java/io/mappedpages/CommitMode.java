package io.mappedpages;

/** How commits become durable. */
public enum CommitMode {

    /**
     * A commit writes what users changed, and one record of all else to the journal, and syncs once. Every few hundred
     * commits a checkpoint brings the file's own structures up to date. Files below 1 MiB have no journal; there each
     * commit is a checkpoint. A file that is larger and has no journal, because it was used with {@link #CHECKPOINT} until
     * now, gets one when it grows next.
     *
     * <p>
     * A page that the very last commit before a crash wrote, and that is damaged or cannot be read when the file is opened,
     * looks like one of a commit that was never finished: that commit is undone. What cannot be read is reported as a possible
     * loss.
     */
    JOURNAL,

    /**
     * Each commit writes all that it changes, users' pages and the file's own structures, and syncs twice. The file has no
     * journal; one that is there is given up.
     */
    CHECKPOINT
}
