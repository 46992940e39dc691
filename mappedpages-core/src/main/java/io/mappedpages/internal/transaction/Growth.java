package io.mappedpages.internal.transaction;

import java.io.IOException;
import java.lang.System.Logger.Level;

import io.mappedpages.internal.commit.Batch;
import io.mappedpages.internal.commit.JournalPolicy;
import io.mappedpages.internal.fault.Fault;
import io.mappedpages.internal.fault.Fault.Limit;
import io.mappedpages.internal.fault.FaultException;
import io.mappedpages.internal.fault.InjectedFaults;
import io.mappedpages.internal.format.Geometry;
import io.mappedpages.internal.log.QuietLock;
import io.mappedpages.internal.log.SafeLog;
import io.mappedpages.internal.storage.ByteRange;
import io.mappedpages.internal.storage.OutOfSpaceException;

/**
 * Makes the file longer: it doubles while that is a small step, then grows by the configured step. Blocks are reserved,
 * mapped and made durable outside of the engine lock, so that others read, write and free meanwhile; then the new pages
 * are published by a commit of their own.
 *
 * <p>If there is no room the file is cut back and nothing has changed; only a mapping or a sync that fails after the file
 * was extended stops the pager.
 *
 * <p>Lock order: the size lock (one change of the file's size at a time), then the engine lock.
 */
public final class Growth {

    private static final SafeLog LOG = SafeLog.of(Growth.class);

    /** An array of page numbers cannot be much longer. */
    private static final long MOST_AT_ONCE = Integer.MAX_VALUE - 8L;

    private final GrowthPolicy policy;
    private final GrowthEvents events;
    private final Openings openings;
    private final CommitQueue queue;
    private final QuietLock sizeLock;

    /** @param sizeLock admits one growth or trim at a time */
    public Growth(GrowthPolicy policy, GrowthEvents events, Openings openings, CommitQueue queue,
            QuietLock sizeLock) {
        this.policy = policy;
        this.events = events;
        this.openings = openings;
        this.queue = queue;
        this.sizeLock = sizeLock;
    }

    /** From {@code before} pages to {@code enough} at the least and {@code preferred} if there is room. */
    private record Step(long before, long enough, long preferred) {
    }

    /**
     * Adds pages: as many as the policy says, more if more are missing at once, fewer if there is no room for more than
     * these. Does nothing if the file has grown since the caller looked. Without the engine lock.
     *
     * @param seen   the page count for which the caller found too few free pages
     * @param wanted free pages there must be afterwards, at the least; if the caller finds that more are needed for tree
     *               nodes, it comes again
     * @throws FaultException {@link Fault.Full} or {@link Fault.Io}, and nothing has changed
     */
    void grow(OpenFile file, long seen, long wanted) {
        Trim.requireNot(sizeLock);
        sizeLock.lock();
        try {
            if (file.pageCount() != seen) {
                return;
            }
            long begin = System.nanoTime();
            Step step = queue.settled(file, _ -> next(file, wanted)); // which cuts off what lies behind the last page
            long after = extend(file, step);
            queue.submit(file, new MorePages(file, step.before, after, !policy.reserve()));
            events.grew(step.before, after, System.nanoTime() - begin);
            JournalMove.makeIfWanted(queue, file, step.before, openings.path()); // the pages are there, whatever comes of it
        } finally {
            sizeLock.unlock();
        }
    }

    /** Gives a new file the journal that it is to have, if that is too long to be made with the file. */
    public void makeJournal() {
        OpenFile file = openings.current();
        if (file.committer().wantsOtherRings()) {
            sizeLock.lock();
            try {
                JournalMove.makeIfWanted(queue, file, 0, openings.path());
            } finally {
                sizeLock.unlock();
            }
        }
    }

    private Step next(OpenFile file, long wanted) {
        Geometry geometry = file.geometry();
        long before = file.pageCount();
        long limit = limit(geometry);
        long missing = Math.max(1, wanted - file.state().map().searchableCount());
        if (missing > limit - before) {
            throw full(limit == geometry.maxPages() ? new Limit.Format(limit)
                    : new Limit.MaxSize(policy.maxBytes(), limit, geometry.pageSize(), before, missing));
        }
        long byPolicy = Math.min(before, Math.max(1, policy.stepBytes() / geometry.pageSize()));
        long preferred = before + Math.max(missing, byPolicy) + pagesForJournal(file);
        return new Step(before, before + missing, Math.min(limit, preferred));
    }

    /** {@return pages for a journal that should have been made or be longer, and for which there was no place so far} */
    private static long pagesForJournal(OpenFile file) {
        return file.committer().wantsOtherRings()
                ? JournalPolicy.pagesInARow(file.geometry(), file.committer().suitableRingPages())
                : 0;
    }

    /** {@return the page count for which there are blocks now} */
    private long extend(OpenFile file, Step step) {
        long after = step.preferred;
        if (!reserve(file, step.before, after)) {
            after = step.enough; // a nearly full disk may still have room for just these
            if (!reserve(file, step.before, after)) {
                throw full(new Limit.Disk(after - step.before, file.geometry().pageSize()));
            }
        }
        try {
            file.mapping().ensure(after);
            // All of the new blocks, and the length, before a commit counts on them.
            long from = file.geometry().offsetOf(step.before);
            file.storage().syncAdded(new ByteRange(from, file.geometry().offsetOf(after) - from));
            return after;
        } catch (IOException | RuntimeException | Error e) {
            throw openings.fail(file, e);
        }
    }

    /** Pages that are there, and durable, become part of the file. */
    private record MorePages(OpenFile file, long before, long after, boolean sparse) implements Change {

        @Override
        public boolean plan() {
            return true;
        }

        @Override
        public boolean isCall() {
            return false;
        }

        @Override
        public void apply(Batch batch) {
            if (sparse) {
                batch.markSparse();
            }
            file.state().metadata().addPages(after - before);
        }

        @Override
        public void published() {
            file.mapping().grewTo(after);
        }
    }

    /** Refuses what could never fit, before memory is taken for the list of it. Needs no lock. */
    void requirePossible(OpenFile file, long wanted) {
        long most = Math.max(limit(file.geometry()), file.pageCount());
        if (wanted > most || wanted > MOST_AT_ONCE) {
            throw full(new Limit.AtOnce(wanted, most, MOST_AT_ONCE));
        }
        if (wanted > 0 && policy.faults().strikes(InjectedFaults.Point.ALLOCATION)) {
            throw full(new Limit.Injected());
        }
    }

    private long limit(Geometry geometry) {
        return policy.mostPages(geometry);
    }

    /** {@return false if there is no room, and then nothing has changed} */
    private boolean reserve(OpenFile file, long before, long after) {
        try {
            file.storage().extend(file.geometry().offsetOf(before), file.geometry().offsetOf(after), policy.reserve());
            return true;
        } catch (OutOfSpaceException e) {
            cutBack(file, before);
            LOG.log(Level.DEBUG, openings.path() + ": no room for " + after + " pages", e);
            return false;
        } catch (IOException e) {
            if (!file.mapping().isLending()) {
                throw openings.refusal();
            }
            cutBack(file, before);
            throw new FaultException(new Fault.Io(openings.path(), Fault.Doing.EXTENDING), e);
        }
    }

    private void cutBack(OpenFile file, long pages) {
        try {
            long end = file.geometry().offsetOf(pages);
            long shortest = file.shortestWhileMapped();
            file.storage().truncate(shortest);
            if (end < shortest) { // there were more pages before a trim
                file.storage().punchHole(new ByteRange(end, shortest - end));
            }
        } catch (IOException e) {
            // A file that is longer than its page count is valid; the next growth or a close cuts it.
            LOG.log(Level.WARNING, "could not cut " + openings.path() + " back to its " + pages + " pages", e);
        }
    }

    private FaultException full(Limit limit) {
        return new FaultException(new Fault.Full(openings.path(), limit));
    }
}
