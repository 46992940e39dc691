package io.mappedpages.internal.engine;

import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.locks.ReentrantLock;

import org.jspecify.annotations.Nullable;

import io.mappedpages.internal.engine.Opener.Identity;
import io.mappedpages.internal.engine.Opener.Opened;
import io.mappedpages.internal.format.Geometry;

/**
 * Open, unavailable, closed: which opening of the file is current and what becomes of it.
 *
 * <p>Lock order: the lifecycle lock (one closing or reopening at a time), then the engine lock.
 */
final class Lifecycle {

    private static final Logger LOG = System.getLogger(Lifecycle.class.getName());

    /** More nanoseconds than this cannot be counted: 292 years. */
    private static final Duration FOREVER = Duration.ofNanos(Long.MAX_VALUE);

    private static final String CLOSED_BADLY = "what was stored into regular pages may not be durable";

    private final EngineConfig config;
    private final Opener opener;
    private final Path path;
    private final ReentrantLock engineLock;
    private final ReentrantLock lifecycleLock = new ReentrantLock();
    private final long borrowNanos;

    private volatile boolean shuttingDown;
    private volatile Current current;
    /** What a file must be to be opened again. Under the engine lock. */
    private Identity identity;

    /** State, opening and failure, changed together. */
    private record Current(EngineState state, Incarnation file, @Nullable Throwable failure) {
    }

    Lifecycle(EngineConfig config, Opener opener, Opened opened, ReentrantLock engineLock) {
        this.config = config;
        this.opener = opener;
        this.path = opened.realPath();
        this.engineLock = engineLock;
        this.identity = opened.identity();
        Duration timeout = config.borrowTimeout();
        this.borrowNanos = timeout.compareTo(FOREVER) < 0 ? timeout.toNanos() : Long.MAX_VALUE;
        this.current = new Current(EngineState.OPEN, opened.incarnation(), null);
        report(opened.incarnation());
    }

    Path path() {
        return path;
    }

    Geometry geometry() {
        return current.file.geometry;
    }

    /** {@return how long a call may wait for a page that is borrowed} */
    Duration borrowTimeout() {
        return config.borrowTimeout();
    }

    /** {@return the patience of one call} */
    Patience patience() {
        return Patience.of(borrowNanos);
    }

    EngineState state() {
        return current.state;
    }

    @Nullable Throwable failure() {
        return current.failure;
    }

    @Nullable Recovery recovery() {
        return current.file.adopted.recovery();
    }

    /** {@return the latest opening, whatever became of it} */
    Incarnation current() {
        return current.file;
    }

    /** {@return the opening to work on} @throws EngineException if there is none */
    Incarnation usable() {
        Current now = current;
        if (now.state != EngineState.OPEN) {
            throw refusal();
        }
        return now.file;
    }

    /** {@return why a call is refused now} */
    EngineException refusal() {
        Current now = current;
        return switch (now.state) {
            case CLOSED -> new EngineException(new Fault.Closed(path));
            case UNAVAILABLE -> new EngineException(new Fault.Unavailable(path, words(now.failure)), now.failure);
            // The opening that the caller began on is being closed under it, or was, by a reopen.
            case OPEN -> new EngineException(
                    shuttingDown ? new Fault.Closed(path)
                            : new Fault.Unavailable(path, "it was reopened since the call began; try again"));
        };
    }

    /** Stops the engine because of {@code cause}. {@return what to throw} */
    EngineException fail(Incarnation file, Throwable cause) {
        engineLock.lock();
        try {
            Current now = current;
            if (now.state == EngineState.OPEN && now.file == file) {
                change(new Current(EngineState.UNAVAILABLE, file, cause));
                LOG.log(Level.ERROR, path + " is unavailable until it is reopened", cause);
            }
            return refusal();
        } finally {
            engineLock.unlock();
        }
    }

    /** Closes and opens again; the file must be the one it was. If that fails the engine is unavailable. */
    void reopen() {
        lifecycleLock.lock();
        try {
            if (current.state == EngineState.CLOSED) {
                throw refusal();
            }
            Incarnation old = current.file;
            old.stopLending();
            old.latches.awaitIdle(patience());
            engineLock.lock();
            try {
                identity = new Identity(identity.fileId(), identity.key(),
                        Math.max(identity.generation(), old.metadata.durable().generation()));
                Current before = current;
                IOException failure = release(old, false);
                if (!old.mapping.isClosed()) {
                    throw new EngineException(new Fault.Io(path, "it could not be unmapped to be opened anew"),
                            failure);
                }
                Opened opened = opener.reopen(path, identity);
                current = new Current(EngineState.OPEN, opened.incarnation(), null);
                if (before.state != EngineState.OPEN) {
                    config.events().stateChanged(before.state, EngineState.OPEN, null);
                }
                report(opened.incarnation());
            } catch (RuntimeException | Error e) {
                Throwable cause = e instanceof EngineException && e.getCause() != null ? e.getCause() : e;
                change(new Current(EngineState.UNAVAILABLE, old, cause));
                throw e;
            } finally {
                engineLock.unlock();
            }
        } finally {
            lifecycleLock.unlock();
        }
    }

    void close() {
        lifecycleLock.lock();
        try {
            Current now = current;
            if (now.state == EngineState.CLOSED) {
                return;
            }
            shuttingDown = true;
            now.file.stopLending();
            now.file.latches.awaitIdle(patience());
            engineLock.lock();
            try {
                Current before = current;
                change(new Current(EngineState.CLOSED, before.file, before.failure));
                IOException failure = release(before.file, before.state == EngineState.OPEN);
                if (failure != null) {
                    throw new EngineException(new Fault.Io(path, CLOSED_BADLY), failure);
                }
            } finally {
                engineLock.unlock();
            }
        } finally {
            lifecycleLock.unlock();
        }
    }

    /**
     * Unmaps and closes the file, and, if all is well with it, leaves it durable and no longer than it needs to be.
     * {@return the first thing that failed, or null}
     */
    private @Nullable IOException release(Incarnation file, boolean healthy) {
        IOException failure = null;
        file.staging.close();
        try {
            if (healthy && (file.hasLent() || file.committer.hasWritten())) {
                file.storage.sync();
            }
        } catch (IOException e) {
            failure = e;
        }
        if (!file.mapping.close(Duration.ofNanos(borrowNanos))) {
            // Whoever keeps a segment can still store through it. So the file stays ours: nothing else may open it, and
            // no other opening of it, which would not know what is lent, may reuse pages.
            failure = new IOException("a buffer of a page is still in use by an I/O operation", failure);
            LOG.log(Level.WARNING, path + " stays mapped and locked", failure);
            return failure;
        }
        try {
            if (healthy && failure == null && file.committer.hasWritten()) {
                file.storage.truncate(file.committer.lengthInUse());
            }
        } catch (IOException e) {
            failure = e;
        }
        try {
            file.storage.close();
        } catch (IOException e) {
            failure = failure == null ? e : failure;
        }
        if (failure != null) {
            LOG.log(Level.WARNING, path + " was not closed in order: " + CLOSED_BADLY, failure);
        }
        return failure;
    }

    /** To another state than open. */
    private void change(Current next) {
        EngineState from = current.state;
        next.file.stopLending();
        current = next;
        if (from != next.state) {
            config.events().stateChanged(from, next.state, next.failure);
        }
    }

    private void report(Incarnation file) {
        Recovery recovery = file.adopted.recovery();
        if (recovery != null) {
            config.events().recovered(recovery);
        }
    }

    private static String words(@Nullable Throwable failure) {
        return failure == null ? "it failed" : String.valueOf(failure.getMessage());
    }
}
