package io.mappedpages.internal.engine;

import java.io.IOException;
import java.lang.System.Logger.Level;
import java.util.concurrent.locks.ReentrantLock;

import io.mappedpages.internal.engine.Fault.Limit;
import io.mappedpages.internal.format.Geometry;
import io.mappedpages.internal.format.MetadataPage;
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
final class Growth {

    private static final SafeLog LOG = SafeLog.of(Growth.class);

    /** An array of page numbers cannot be much longer. */
    private static final long MOST_AT_ONCE = Integer.MAX_VALUE - 8L;

    private final EngineConfig config;
    private final Lifecycle life;
    private final Exclusive exclusive;
    private final ReentrantLock sizeLock;

    Growth(EngineConfig config, Lifecycle life, Exclusive exclusive, ReentrantLock sizeLock) {
        this.config = config;
        this.life = life;
        this.exclusive = exclusive;
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
     * @throws EngineException {@link Fault.Full} or {@link Fault.Io}, and nothing has changed
     */
    void grow(Incarnation file, long seen, long wanted) {
        sizeLock.lock();
        try {
            if (file.pageCount() != seen) {
                return;
            }
            long begin = System.nanoTime();
            Step step = exclusive.on(file, _ -> next(file, wanted));
            long after = extend(file, step);
            exclusive.on(file, _ -> {
                publish(file, step.before, after);
                return after;
            });
            config.events().grew(step.before, after, System.nanoTime() - begin);
        } finally {
            sizeLock.unlock();
        }
    }

    private Step next(Incarnation file, long wanted) throws IOException {
        file.committer.settle(); // now, because it cuts off what lies behind the last page
        Geometry geometry = file.geometry;
        long before = file.pageCount();
        long limit = limit(geometry);
        long missing = Math.max(1, wanted - file.metadata.durable().freeCount());
        if (missing > limit - before) {
            throw full(limit == geometry.maxPages() ? new Limit.Format(limit)
                    : new Limit.MaxSize(config.maxBytes(), limit, geometry.pageSize(), before, missing));
        }
        long byPolicy = Math.min(before, Math.max(1, config.growthStepBytes() / geometry.pageSize()));
        return new Step(before, before + missing, Math.min(limit, before + Math.max(missing, byPolicy)));
    }

    /** {@return the page count for which there are blocks now} */
    private long extend(Incarnation file, Step step) {
        long after = step.preferred;
        if (!reserve(file, step.before, after)) {
            after = step.enough; // a nearly full disk may still have room for just these
            if (!reserve(file, step.before, after)) {
                throw full(new Limit.Disk(after - step.before, file.geometry.pageSize()));
            }
        }
        try {
            file.mapping.ensure(file.geometry.offsetOf(after));
            // All of the new blocks, and the length, before a commit counts on them.
            file.storage.sync();
            return after;
        } catch (IOException | RuntimeException | Error e) {
            throw life.fail(file, e);
        }
    }

    private void publish(Incarnation file, long before, long after) throws IOException {
        file.committer.settle(); // reserving may have taken long: the file must still be ours
        if (!config.reserve()) {
            file.committer.markSparse();
        }
        MetadataPage metadata = file.metadata.working();
        metadata.pageCount(after);
        metadata.freeCount(metadata.freeCount() + after - before);
        file.committer.commit();
        file.grewTo(after);
    }

    /** Refuses what could never fit, before memory is taken for the list of it. Needs no lock. */
    void requirePossible(Incarnation file, long wanted) {
        long most = Math.max(limit(file.geometry), file.pageCount());
        if (wanted > most || wanted > MOST_AT_ONCE) {
            throw full(new Limit.AtOnce(wanted, most, MOST_AT_ONCE));
        }
    }

    private long limit(Geometry geometry) {
        return Math.min(geometry.maxPages(), config.maxBytes() / geometry.pageSize());
    }

    /** {@return false if there is no room, and then nothing has changed} */
    private boolean reserve(Incarnation file, long before, long after) {
        try {
            file.storage.extend(file.geometry.offsetOf(before), file.geometry.offsetOf(after), config.reserve());
            return true;
        } catch (OutOfSpaceException e) {
            cutBack(file, before);
            LOG.log(Level.DEBUG, life.path() + ": no room for " + after + " pages", e);
            return false;
        } catch (IOException e) {
            if (!file.isLending()) {
                throw life.refusal();
            }
            cutBack(file, before);
            throw new EngineException(new Fault.Io(life.path(), Fault.Doing.EXTENDING), e);
        }
    }

    private void cutBack(Incarnation file, long pages) {
        try {
            long end = file.geometry.offsetOf(pages);
            long shortest = file.shortestWhileMapped();
            file.storage.truncate(shortest);
            if (end < shortest) { // there were more pages before a trim
                file.storage.punchHole(new ByteRange(end, shortest - end));
            }
        } catch (IOException e) {
            // A file that is longer than its page count is valid; the next growth or a close cuts it.
            LOG.log(Level.WARNING, "could not cut " + life.path() + " back to its " + pages + " pages", e);
        }
    }

    private EngineException full(Limit limit) {
        return new EngineException(new Fault.Full(life.path(), limit));
    }
}
