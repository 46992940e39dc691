package io.mappedpages.internal.engine;

/**
 * What can be counted of an engine. The counts of pages and the generation are of one generation; all is as it was last if
 * the engine is not open.
 *
 * @param state          where the engine is in its life
 * @param pageSize       bytes in a page
 * @param pages          pages in the file, the reserved ones included
 * @param freePages      pages that are free
 * @param protectedPages protected pages in use
 * @param fileBytes      length of the file, what is only mapped ahead included
 * @param generation     of what was committed last
 * @param recordsSinceCheckpoint commits that are in the journal alone
 * @param openBorrows    borrows that are open, each reader of a page counted
 * @param borrowedPages  pages that are borrowed
 * @param borrowWaits    how often a call had to wait for a borrowed page, over all openings
 * @param borrowWaitNanos how long all of those waited, over all openings
 * @param borrowTimeouts how often it did not get the page in time, over all openings
 * @param mostPages      pages that the file may have, by what it may grow to and by the format; more if it had more already
 */
public record EngineStats(EngineState state, int pageSize, long pages, long freePages, long protectedPages,
        long fileBytes, long generation, long recordsSinceCheckpoint, long openBorrows, long borrowedPages,
        long borrowWaits, long borrowWaitNanos, long borrowTimeouts, long mostPages) {
}
