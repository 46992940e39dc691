package io.mappedpages;

/**
 * What {@link Pager#backup} copied.
 *
 * @param generation the last commit that is in the backup
 * @param pages pages in it, the file's own included
 * @param bytesCopied bytes that were written to it; what was changed meanwhile may be among them several times
 * @param pagesSaved pages that were written over before they were copied, and so saved first
 * @param beingWritten regular pages that somebody had borrowed for writing for all the time that a call waits: they were copied as
 *        they were, perhaps in the middle of a change
 */
public record BackupReport(long generation, long pages, long bytesCopied, long pagesSaved, long beingWritten) {
}
