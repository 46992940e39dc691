package io.mappedpages.internal.engine;

import java.io.IOException;
import java.lang.System.Logger.Level;
import java.nio.file.Path;
import java.time.Duration;

import org.jspecify.annotations.Nullable;

import io.mappedpages.internal.engine.Opener.Identity;
import io.mappedpages.internal.engine.Opener.Opened;
import io.mappedpages.internal.fault.Fault;
import io.mappedpages.internal.fault.Fault.Stop;
import io.mappedpages.internal.fault.FaultException;
import io.mappedpages.internal.fault.LostFile;
import io.mappedpages.internal.fault.LostFileException;
import io.mappedpages.internal.format.Geometry;
import io.mappedpages.internal.format.MetadataPage;
import io.mappedpages.internal.latch.OpenBorrows;
import io.mappedpages.internal.latch.WaitCounts;
import io.mappedpages.internal.log.QuietLock;
import io.mappedpages.internal.log.SafeLog;
import io.mappedpages.internal.mapping.LentMapping;
import io.mappedpages.internal.recovery.Recovery;
import io.mappedpages.internal.thread.Deadline;
import io.mappedpages.internal.thread.StackRoom;
import io.mappedpages.internal.transaction.Leadership;
import io.mappedpages.internal.transaction.OpenFile;
import io.mappedpages.internal.transaction.Openings;

/**
 * Open, unavailable, suspended, closed: which opening of the file is current and what becomes of it.
 *
 * <p>Lock order: the lifecycle lock (one closing or reopening at a time), leading the commit queue, the engine lock. Nothing
 * of the application's runs under any of them: a listener has a thread of its own, and a line of the log is written when
 * they are given back.
 */
final class Lifecycle implements Openings {

    private static final SafeLog LOG = SafeLog.of(Lifecycle.class);

    /** More nanoseconds than this cannot be counted: 292 years. */
    private static final Duration FOREVER = Duration.ofNanos(Long.MAX_VALUE);

    /** So many borrowed pages are named when a file cannot be closed. */
    private static final int MOST_NAMED = 5;

    private final EngineConfig config;
    private final Opener opener;
    private final Path path;
    private final QuietLock engineLock;
    private final Leadership leadership;
    private final QuietLock lifecycleLock = new QuietLock();
    private final long borrowNanos;

    private volatile boolean shuttingDown;
    private volatile boolean suspending;
    private volatile Current current;
    /** Of the current opening. Under the lifecycle lock. */
    private Ending ending;
    /** What a file must be to be opened again. Under the engine lock. */
    private Identity identity;

    /** State, opening and failure, changed together. The opening's mapping is here, too: each borrow begins with it. */
    private record Current(EngineState state, OpenFile file, LentMapping mapping, @Nullable Throwable failure) {

        Current(EngineState state, OpenFile file, @Nullable Throwable failure) {
            this(state, file, file.mapping(), failure);
        }
    }

    Lifecycle(EngineConfig config, Opener opener, Opened opened, QuietLock engineLock, Leadership leadership) {
        this.config = config;
        this.opener = opener;
        this.path = opened.realPath();
        this.engineLock = engineLock;
        this.leadership = leadership;
        this.identity = opened.identity();
        Duration timeout = config.borrowTimeout();
        this.borrowNanos = timeout.compareTo(FOREVER) < 0 ? timeout.toNanos() : Long.MAX_VALUE;
        this.current = new Current(EngineState.OPEN, opened.file(), null);
        this.ending = new Ending(opened.file());
        report(opened.file());
    }

    @Override
    public Path path() {
        return path;
    }

    Geometry geometry() {
        return current.file.geometry();
    }

    /** {@return how long a call may wait for a page that is borrowed} */
    @Override
    public Duration borrowTimeout() {
        return config.borrowTimeout();
    }

    /** {@return the patience of one call} */
    @Override
    public Deadline deadline() {
        return Deadline.of(borrowNanos);
    }

    EngineState state() {
        return current.state;
    }

    /** {@return what can be counted} Takes no lock. */
    EngineStats stats() {
        Current now = current;
        MetadataPage durable = now.file.state().metadata().durable();
        OpenBorrows borrows = now.file.latches().openBorrows();
        WaitCounts waits = opener.waitCounts();
        long length = now.state == EngineState.OPEN ? now.file.length() : now.file.knownLength();
        return new EngineStats(now.state, now.file.geometry().pageSize(), durable.pageCount(),
                now.file.state().map().availableCount(durable),
                durable.protectedCount(), length, durable.generation(),
                now.file.recordsSinceCheckpoint(), borrows.borrows(), borrows.pages(),
                waits.waits(), waits.nanos(), waits.timeouts(),
                Math.max(durable.pageCount(), config.growth().mostPages(now.file.geometry())));
    }

    @Nullable Throwable failure() {
        return current.failure;
    }

    @Nullable Recovery recovery() {
        return current.file.adopted().recovery();
    }

    /** {@return the latest opening, whatever became of it} */
    @Override
    public OpenFile current() {
        return current.file;
    }

    @Override
    public LentMapping mapping() {
        return current.mapping;
    }

    /** {@return the opening to work on} @throws FaultException if there is none */
    @Override
    public OpenFile usable() {
        Current now = current;
        if (now.state != EngineState.OPEN) {
            throw refusal();
        }
        return now.file;
    }

    /** {@return why a call is refused now} */
    @Override
    public FaultException refusal() {
        Current now = current;
        return switch (now.state) {
            case CLOSED -> new FaultException(new Fault.Closed(path));
            case UNAVAILABLE -> new FaultException(new Fault.Unavailable(path, stop(now.failure)), now.failure);
            case SUSPENDED -> new FaultException(new Fault.Unavailable(path, new Stop.Suspended()));
            // The opening that the caller began on is being closed under it, or was, by a reopen.
            case OPEN -> new FaultException(shuttingDown ? new Fault.Closed(path)
                    : new Fault.Unavailable(path, suspending ? new Stop.Suspended() : new Stop.Reopened()));
        };
    }

    private static Stop stop(@Nullable Throwable failure) {
        if (failure instanceof FaultException e) {
            return e.fault() instanceof Fault.Unavailable same ? same.stop() : new Stop.HalfMade(e.fault());
        }
        return new Stop.Failed(failure == null ? "it failed" : String.valueOf(failure.getMessage()));
    }

    /** Stops the engine because of {@code cause}. {@return what to throw} */
    @Override
    public FaultException fail(OpenFile file, Throwable cause) {
        if (!leadership.isLeading() && !engineLock.isHeldByCurrentThread()) {
            StackRoom.forChange(); // the others have looked, and must get through
        }
        engineLock.lock();
        try {
            Current now = current;
            if (now.state == EngineState.OPEN && now.file == file) {
                Throwable failure = cause;
                try {
                    LostFile lost = cause instanceof LostFileException e ? e.lost() : file.lostOutside();
                    failure = lost == null ? cause : lost(lost, cause);
                } catch (IOException e) {
                    // That cannot be told now. The cause says enough.
                } finally {
                    change(new Current(EngineState.UNAVAILABLE, file, failure));
                }
            }
            return refusal();
        } finally {
            engineLock.unlock();
        }
    }

    private FaultException lost(LostFile lost, Throwable cause) {
        return new FaultException(new Fault.Unavailable(path, new Stop.Lost(lost)), cause);
    }

    /**
     * Looks whether the file is still what it was, and stops the engine if not. Waits for nobody: a commit that is under
     * way has looked itself. {@return the state}
     */
    EngineState check() {
        StackRoom.forChange();
        Current now = current;
        if (now.state == EngineState.OPEN && engineLock.tryLock()) {
            try {
                LostFile lost = now.file.lost();
                if (lost != null) {
                    fail(now.file, new LostFileException(lost));
                }
            } catch (IOException e) {
                // It cannot be told now. The next call that needs the file meets the same trouble and reports it.
            } finally {
                engineLock.unlock();
            }
        }
        return current.state;
    }

    /** Closes and opens again; the file must be the one it was. If that fails the engine is unavailable. */
    void reopen() {
        reopen(false);
    }

    /** As {@link #reopen()}, if the engine is unavailable once nobody else closes or opens it. {@return whether it was} */
    boolean reopenIfUnavailable() {
        return reopen(true);
    }

    private boolean reopen(boolean onlyIfUnavailable) {
        leadership.requireMayWait(); // now, while everything is as it was
        lifecycleLock.lock();
        try {
            if (current.state == EngineState.CLOSED) {
                throw refusal();
            }
            if (onlyIfUnavailable && current.state != EngineState.UNAVAILABLE) {
                return false;
            }
            OpenFile old = current.file;
            if (!ending.isUnmapped()) {
                requireInPlace(old, Fault.Ending.REOPEN);
            }
            endLending(old);
            leadership.occupy(); // no commit is under way then
            engineLock.lock();
            try {
                EngineState before = current.state;
                Opened opened = openAnew(old);
                ending = new Ending(opened.file());
                current = new Current(EngineState.OPEN, opened.file(), null);
                if (before != EngineState.OPEN) {
                    config.events().stateChanged(before, EngineState.OPEN, null);
                }
                report(opened.file());
                return true;
            } finally {
                engineLock.unlock();
                leadership.vacate();
            }
        } finally {
            lifecycleLock.unlock();
        }
    }

    /** A file that has lost its name must not be closed: nobody could ever get at it again. */
    private void requireInPlace(OpenFile file, Fault.Ending asked) {
        engineLock.lock();
        try {
            LostFile lost = file.lostPlace();
            if (lost != null) {
                change(new Current(EngineState.UNAVAILABLE, file, lost(lost, new LostFileException(lost))));
                throw new FaultException(new Fault.Lost(path, lost, asked));
            }
        } catch (IOException e) {
            throw new FaultException(new Fault.Io(path, Fault.Doing.LOOKING_FOR_IT),
                    e);
        } finally {
            engineLock.unlock();
        }
    }

    private Opened openAnew(OpenFile old) {
        EngineState before = current.state;
        boolean failed = current.failure != null;
        try {
            identity = new Identity(identity.fileId(), identity.key(),
                    Math.max(identity.lastChange(), old.lastChange()));
            IOException failure = ending.advance(before == EngineState.OPEN, false, Duration.ofNanos(borrowNanos));
            if (!ending.isUnmapped()) {
                throw inUse(old, failure, Fault.Ending.REOPEN);
            }
            if (before != EngineState.UNAVAILABLE && failure != null) {
                throw new FaultException(new Fault.ClosedBadly(path), failure);
            }
            return opener.reopen(path, identity, failed, old.journalSalt());
        } catch (FaultException e) {
            Fault fault = new Fault.Unavailable(path, new Stop.NotReopened(e.fault()));
            change(new Current(EngineState.UNAVAILABLE, old, new FaultException(fault, e)));
            throw e;
        } catch (RuntimeException | Error e) {
            change(new Current(EngineState.UNAVAILABLE, old, e));
            throw e;
        }
    }

    /** Closes the file, to be opened again, after waiting for what is borrowed. Again goes on where it could not. */
    void suspend() {
        leadership.requireMayWait(); // now, while everything is as it was
        lifecycleLock.lock();
        try {
            if (current.state == EngineState.CLOSED) {
                throw refusal();
            }
            OpenFile file = current.file;
            if (!ending.isUnmapped()) {
                requireInPlace(file, Fault.Ending.SUSPEND);
            }
            suspending = true;
            endLending(file);
            IOException failure = end(EngineState.SUSPENDED, Duration.ofNanos(borrowNanos));
            requireEnded(file, failure, Fault.Ending.SUSPEND);
        } finally {
            suspending = false;
            lifecycleLock.unlock();
        }
    }

    void close() {
        leadership.requireMayWait(); // now, while everything is as it was
        lifecycleLock.lock();
        try {
            OpenFile file = current.file;
            if (isOver()) {
                return;
            }
            shuttingDown = true;
            endLending(file);
            IOException failure = end(EngineState.CLOSED, Duration.ofNanos(borrowNanos));
            requireEnded(file, failure, Fault.Ending.CLOSE);
        } finally {
            lifecycleLock.unlock();
        }
    }

    private void endLending(OpenFile file) {
        if (!ending.isOver()) {
            file.mapping().stopLending();
            file.latches().awaitIdle(deadline());
        }
    }

    private void requireEnded(OpenFile file, @Nullable IOException failure, Fault.Ending asked) {
        if (!ending.isUnmapped()) {
            FaultException inUse = inUse(file, failure, asked);
            LOG.log(Level.WARNING, path + " stays mapped and locked", inUse);
            throw inUse;
        }
        if (failure != null) {
            Fault fault = failure instanceof LostFileException e ? new Fault.Lost(path, e.lost(), Fault.Ending.CLOSE)
                    : new Fault.ClosedBadly(path);
            LOG.log(Level.WARNING, path + " was not closed in order", failure);
            throw new FaultException(fault, failure);
        }
    }

    /** {@return whether it is closed and there is nothing left to do} */
    boolean isOver() {
        lifecycleLock.lock();
        try {
            return current.state == EngineState.CLOSED && ending.isOver();
        } finally {
            lifecycleLock.unlock();
        }
    }

    /** Closes what nobody can reach any more, unless something of it is borrowed or in use. {@return whether it is closed} */
    boolean closeForgotten() {
        lifecycleLock.lock();
        try {
            OpenFile file = current.file;
            if (file.latches().awaitIdle(Deadline.of(0))) {
                file.mapping().stopLending();
                IOException failure = end(EngineState.CLOSED, Duration.ZERO);
                if (failure != null && ending.isUnmapped()) {
                    LOG.log(Level.WARNING, path + " was not closed in order", failure);
                }
            }
            return isOver();
        } finally {
            lifecycleLock.unlock();
        }
    }

    private @Nullable IOException end(EngineState asked, Duration patience) {
        leadership.occupy();
        engineLock.lock();
        try {
            Current before = current;
            if (before.state != asked) {
                change(new Current(asked, before.file, before.failure));
            }
            IOException failure = ending.advance(before.state == EngineState.OPEN, true, patience);
            if (failure != null && before.failure == null) {
                Throwable told = failure instanceof LostFileException e ? lost(e.lost(), e) : failure;
                current = new Current(asked, before.file, told);
            }
            return failure;
        } finally {
            engineLock.unlock();
            leadership.vacate();
        }
    }

    private FaultException inUse(OpenFile file, @Nullable IOException failure, Fault.Ending asked) {
        IOException busy = new IOException("a buffer of a page is still in use by an I/O operation", failure);
        return new FaultException(new Fault.InUse(path, file.latches().held(MOST_NAMED), asked), busy);
    }

    /** To another state than open. */
    private void change(Current next) {
        EngineState from = current.state;
        next.file.mapping().stopLending();
        current = next;
        if (from != next.state) {
            config.events().stateChanged(from, next.state, next.failure);
        }
    }

    private void report(OpenFile file) {
        Recovery recovery = file.adopted().recovery();
        if (recovery != null) {
            config.events().recovered(recovery);
        }
    }
}
