package io.mappedpages.internal.transaction;

import java.io.IOException;

import org.jspecify.annotations.Nullable;

import io.mappedpages.internal.commit.LockedSteps;
import io.mappedpages.internal.engine.Forgotten;
import io.mappedpages.internal.fault.CorruptNodeException;
import io.mappedpages.internal.fault.Fault;
import io.mappedpages.internal.fault.FaultException;
import io.mappedpages.internal.fault.LostFile;
import io.mappedpages.internal.fault.LostFileException;
import io.mappedpages.internal.fault.UnreadableException;
import io.mappedpages.internal.log.QuietLock;
import io.mappedpages.internal.thread.StackRoom;
import io.mappedpages.internal.tree.ColdNodes;
import io.mappedpages.internal.tree.NodeMissing;

/**
 * The engine lock and what goes with it: everything but durable states and latches is read and changed in here, one
 * thread at a time. A failure after which memory and file may differ stops the engine.
 *
 * <p>All that a caller may have in hand, be it the engine or a borrow, leads here; when nothing leads here any more, the
 * pager was {@linkplain Forgotten forgotten}.
 *
 * <p>Before the lock is taken there must be room on the stack: an overflow between {@code lock()} and {@code unlock()}, or
 * in them, could leave the engine locked for ever, and one in the middle of a change would stop it.
 */
public final class EngineLock {

    private final Openings openings;
    private final QuietLock lock;
    @SuppressWarnings("unused") // only kept
    private final Object kept;

    /** @param kept what must live as long as anybody has the pager in hand */
    public EngineLock(Openings openings, QuietLock lock, Object kept) {
        this.openings = openings;
        this.lock = lock;
        this.kept = kept;
    }

    /** Something that reads or changes what the lock guards. */
    public interface Action<T extends @Nullable Object> {
        /** Runs under the engine lock. {@return what is asked for} */
        T run(OpenFile file) throws IOException;
    }

    /** As {@link #on}, on whatever opening is current. */
    public <T extends @Nullable Object> T onCurrent(Action<T> action) {
        return reading(null, action);
    }

    /**
     * Runs {@code action}, which changes nothing, if {@code file}, on which the caller began, still is the current opening.
     * Nodes that are not in memory are read without the lock, and then the action is begun anew.
     */
    public <T extends @Nullable Object> T on(OpenFile file, Action<T> action) {
        return reading(file, action);
    }

    private <T extends @Nullable Object> T reading(@Nullable OpenFile asked, Action<T> action) {
        StackRoom.forChange();
        OpenFile begunOn = null;
        ColdNodes.Fetched fetched = null;
        while (true) {
            NodeMissing missing;
            lock.lock();
            try {
                OpenFile file = openings.usable();
                if (asked != null && file != asked) {
                    throw openings.refusal();
                }
                if (fetched == null || file != begunOn) { // else the nodes are of another opening
                    begunOn = file;
                    fetched = file.state().coldNodes().forAction();
                }
                return run(file, fetched, action);
            } catch (NodeMissing e) {
                missing = e;
            } finally {
                lock.unlock();
            }
            fetched.fetch(missing);
        }
    }

    /**
     * Runs {@code action} once, if nobody has the lock at this moment. {@return null if somebody has; {@code action} never
     * returns that}
     */
    <T> @Nullable T onIfFree(OpenFile file, Action<T> action) {
        StackRoom.forChange();
        if (!lock.tryLock()) {
            return null;
        }
        try {
            if (openings.usable() != file) {
                throw openings.refusal();
            }
            return run(file, action);
        } finally {
            lock.unlock();
        }
    }

    /** Runs {@code action}, which only changes what is in memory, unless {@code file} is not the current opening any more. */
    public void quietly(OpenFile file, Runnable action) {
        StackRoom.forChange();
        lock.lock();
        try {
            if (openings.current() == file) {
                action.run();
            }
        } finally {
            lock.unlock();
        }
    }

    /** A change that has no result. */
    interface Change {
        void run() throws IOException;
    }

    /** Runs {@code change} once, if {@code file}, on which the caller began, still is the current opening. */
    void run(OpenFile file, Change change) {
        StackRoom.forChange();
        lock.lock();
        try {
            if (openings.usable() != file) {
                throw openings.refusal();
            }
            run(file, _ -> {
                change.run();
                return Boolean.TRUE;
            });
        } finally {
            lock.unlock();
        }
    }

    /**
     * Makes sure that the file still is ours and as long as its pages need. What seems too short is looked at again under
     * the lock, where nobody trims it meanwhile. If somebody has the lock, what is in the file is not looked at: it is
     * being changed, and the thread that changes it has looked.
     */
    public void requireWhole(OpenFile file) throws IOException {
        StackRoom.forChange();
        if (!file.looksWhole()) {
            run(file, file::requireWhole);
        }
        if (lock.tryLock()) {
            try {
                file.requireOurs();
            } finally {
                lock.unlock();
            }
        } else {
            file.requireInPlace();
        }
        if (!file.mapping().isLending()) {
            throw openings.refusal(); // it is being closed under this call
        }
    }

    /**
     * As {@link #on}, for one who leads, in the middle of a commit: whether the file is whole was looked at when it began,
     * and no node may be forgotten.
     */
    <T extends @Nullable Object> T inCommit(OpenFile file, Action<T> action) throws IOException {
        lock.lock();
        try {
            if (openings.usable() != file) {
                throw openings.refusal();
            }
            return action.run(file);
        } finally {
            lock.unlock();
        }
    }

    /** {@return {@link #inCommit} for what does not know of openings} */
    LockedSteps steps(OpenFile file) {
        return new LockedSteps() {
            @Override
            public <T extends @Nullable Object> T locked(Step<T> step) throws IOException {
                return inCommit(file, _ -> step.run());
            }
        };
    }

    /**
     * Under the lock things are read, and changes are planned and applied by the thread that leads, see {@link GroupCommit}.
     * A node that is damaged or cannot be read is no reason to stop; any other failure of I/O is.
     */
    private <T extends @Nullable Object> T run(OpenFile file, ColdNodes.Fetched fetched, Action<T> action)
            throws NodeMissing {
        try {
            file.requireWhole();
            file.state().shrink();
            return fetched.during(() -> action.run(file));
        } catch (NodeMissing e) {
            throw e;
        } catch (IOException e) {
            throw failure(file, e);
        }
    }

    private <T extends @Nullable Object> T run(OpenFile file, Action<T> action) {
        try {
            file.requireWhole();
            file.state().shrink();
            return action.run(file);
        } catch (IOException e) {
            throw failure(file, e);
        }
    }

    private FaultException failure(OpenFile file, IOException found) {
        return found instanceof CorruptNodeException || found instanceof UnreadableException
                ? refusal(file, found)
                : openings.fail(file, found);
    }

    /** {@return what to throw when something was found while nothing was changed} */
    FaultException refusal(OpenFile file, Exception found) {
        return switch (found) {
            case CorruptNodeException e -> {
                requireNotLost(file);
                yield new FaultException(
                        new Fault.CorruptNode(openings.path(), e.page(), String.valueOf(e.getMessage())), e);
            }
            case UnreadableException e -> new FaultException(
                    new Fault.Unreadable(openings.path(), e.part(), e.page(), -1, e.why()), e);
            case FaultException e -> e;
            default -> throw new IllegalArgumentException(found);
        };
    }

    /** An older copy that somebody put over the file must not be reported as damage of it. */
    private void requireNotLost(OpenFile file) {
        try {
            LostFile lost = file.lost();
            if (lost != null) {
                throw openings.fail(file, new LostFileException(lost));
            }
        } catch (IOException e) {
            // It cannot be told, and the damage is true all the same.
        }
    }
}
