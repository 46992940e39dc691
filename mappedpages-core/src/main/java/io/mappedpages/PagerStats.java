package io.mappedpages;

import java.time.Duration;

/**
 * What can be counted of a pager, as it was at one moment: see {@link Pager#stats()}. What is said of pages is of one
 * commit, the last one; what is said of borrows is counted beside it, and a borrow that was taken or given back meanwhile
 * may be counted or not.
 *
 * @param state what the pager can do
 * @param pageSize bytes per page, 2^10 to 2^30
 * @param pages pages in the file, the three reserved ones included
 * @param freePages pages that can be allocated before the file has to grow, see {@link Pager#freePageCount()}
 * @param protectedPages protected pages in use, each counted once
 * @param fileBytes length of the file in bytes. While it is open it may be longer than its pages need, because more of it
 *        was mapped than is used; closing cuts that off
 * @param generation number of the last commit that changed something, 1 or more; each commit, which may be one for many
 *        calls, adds 1, or more if a journal got a checkpoint in between. After opening it may be the number of the last
 *        checkpoint
 * @param recordsSinceCheckpoint commits since the last checkpoint, which are in the journal alone and would be made again if
 *        the file was opened now; always 0 in {@link CommitMode#CHECKPOINT}
 * @param openBorrows borrows that are open: each reader of a page, each writer, and each page that a call is just freeing
 * @param borrowedPages pages of the file that are borrowed; at most as many as there are open borrows
 * @param borrowWaits how often a call found a page borrowed and had to wait for it, since the pager was built. A call that
 *        needs several pages may wait several times
 * @param borrowWaitTime how long the calls that had to wait for a page waited together, since the pager was built; those that wait
 *        now are not counted yet
 * @param borrowTimeouts how often a call did not get a page in time and threw {@link PageBorrowedException}, since the
 *        pager was built; with a borrow timeout of zero there are timeouts and no waits
 * @param maxPages the most pages that the file may have, by {@link PagerBuilder#maxSize} and by the format; as many as it has, if
 *        it has more already
 */
public record PagerStats(PagerState state, int pageSize, long pages, long freePages, long protectedPages,
        long fileBytes, long generation, long recordsSinceCheckpoint, long openBorrows, long borrowedPages,
        long borrowWaits, Duration borrowWaitTime, long borrowTimeouts, long maxPages) {
}
