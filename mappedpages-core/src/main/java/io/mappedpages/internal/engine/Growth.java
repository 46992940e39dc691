package io.mappedpages.internal.engine;

import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.file.Path;

import io.mappedpages.internal.format.Geometry;
import io.mappedpages.internal.format.MetadataPage;
import io.mappedpages.internal.storage.OutOfSpaceException;

/**
 * Makes the file longer: it doubles while that is a small step, then grows by the configured step. Blocks are reserved
 * and the mapping is extended before the new pages are published by a commit of their own.
 *
 * <p>If there is no room the file is cut back and nothing has changed; only a mapping that fails after the file was
 * extended stops the pager.
 */
final class Growth {

    private static final Logger LOG = System.getLogger(Growth.class.getName());

    /** An array of page numbers cannot be much longer. */
    private static final long MOST_AT_ONCE = Integer.MAX_VALUE - 8L;

    private final Path path;
    private final EngineConfig config;

    Growth(Path path, EngineConfig config) {
        this.path = path;
        this.config = config;
    }

    /**
     * Adds pages: as many as the policy says, more if more are missing at once, fewer if there is no room for more than
     * these. Under the engine lock.
     *
     * @param wanted free pages there must be afterwards, at the least; if the caller finds that more are needed for tree
     *               nodes, it comes again
     * @throws EngineException {@link Fault.Full} or {@link Fault.Io}, and nothing has changed
     * @throws IOException     the pager cannot go on
     */
    void grow(Incarnation file, long wanted) throws IOException {
        long begin = System.nanoTime();
        long before = file.pageCount();
        Geometry geometry = file.geometry;
        long limit = limit(geometry);
        long missing = Math.max(1, wanted - file.metadata.durable().freeCount());
        if (missing > limit - before) {
            throw new EngineException(new Fault.Full(path, limit == Geometry.MAX_PAGES
                    ? "the format allows " + limit + " pages"
                    : "the configured maximum of " + config.maxBytes() + " bytes is " + limit + " pages of "
                            + geometry.pageSize() + " bytes, " + before + " are there and " + missing
                            + " more are needed"));
        }
        long step = Math.max(1, config.growthStepBytes() / geometry.pageSize());
        long after = Math.min(limit, before + Math.max(missing, Math.min(before, step)));
        if (!extend(file, before, after)) {
            after = before + missing; // a nearly full disk may still have room for just these
            if (!extend(file, before, after)) {
                throw new EngineException(new Fault.Full(path, "there is no space left for " + missing
                        + " more pages of " + geometry.pageSize() + " bytes"));
            }
        }
        file.mapping.ensure(geometry.offsetOf(after));
        // All of the new blocks, and the length, before a commit counts on them.
        file.storage.sync();
        Committer committer = file.committer;
        if (!config.reserve()) {
            committer.markSparse();
        }
        MetadataPage metadata = file.metadata.working();
        metadata.pageCount(after);
        metadata.freeCount(metadata.freeCount() + after - before);
        committer.commit();
        config.events().grew(before, after, System.nanoTime() - begin);
    }

    /** Refuses what could never fit, before memory is taken for the list of it. Needs no lock. */
    void requirePossible(Incarnation file, long wanted) {
        long most = Math.max(limit(file.geometry), file.pageCount());
        if (wanted > most || wanted > MOST_AT_ONCE) {
            throw new EngineException(new Fault.Full(path, wanted + " pages were asked for at once, and it can have "
                    + most + " at most, " + MOST_AT_ONCE + " in one call"));
        }
    }

    private long limit(Geometry geometry) {
        return Math.min(Geometry.MAX_PAGES, config.maxBytes() / geometry.pageSize());
    }

    /** {@return false if there is no room, and then nothing has changed} */
    private boolean extend(Incarnation file, long before, long after) {
        try {
            file.storage.extend(file.geometry.offsetOf(before), file.geometry.offsetOf(after), config.reserve());
            return true;
        } catch (OutOfSpaceException e) {
            cutBack(file, before);
            LOG.log(Level.DEBUG, path + ": no room for " + after + " pages", e);
            return false;
        } catch (IOException e) {
            cutBack(file, before);
            throw new EngineException(new Fault.Io(path, "the file could not be extended"), e);
        }
    }

    private void cutBack(Incarnation file, long pages) {
        try {
            file.storage.truncate(file.geometry.offsetOf(pages));
        } catch (IOException e) {
            // A file that is longer than its page count is valid; the next growth or a close cuts it.
            LOG.log(Level.WARNING, "could not cut " + path + " back to its " + pages + " pages", e);
        }
    }
}
