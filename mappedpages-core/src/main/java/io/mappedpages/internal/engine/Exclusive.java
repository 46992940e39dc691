package io.mappedpages.internal.engine;

import java.io.IOException;
import java.util.concurrent.locks.ReentrantLock;

import org.jspecify.annotations.Nullable;

/**
 * The engine lock and what goes with it: everything but durable states and latches is read and changed in here, one
 * thread at a time. A failure after which memory and file may differ stops the engine.
 *
 * <p>Before the lock is taken there must be room on the stack: an overflow between {@code lock()} and {@code unlock()}, or
 * in them, could leave the engine locked for ever, and one in the middle of a change would stop it.
 */
final class Exclusive {

    private final Lifecycle life;
    private final ReentrantLock lock;

    Exclusive(Lifecycle life, ReentrantLock lock) {
        this.life = life;
        this.lock = lock;
    }

    /** Something that reads or changes what the lock guards. */
    interface Action<T extends @Nullable Object> {
        T run(Incarnation file) throws IOException;
    }

    /** Runs {@code action} on whatever opening is current. */
    <T extends @Nullable Object> T onCurrent(Action<T> action) {
        StackRoom.forChange();
        lock.lock();
        try {
            return run(life.usable(), action);
        } finally {
            lock.unlock();
        }
    }

    /** Runs {@code action} if {@code file}, on which the caller began, still is the current opening. */
    <T extends @Nullable Object> T on(Incarnation file, Action<T> action) {
        StackRoom.forChange();
        lock.lock();
        try {
            if (life.usable() != file) {
                throw life.refusal();
            }
            return run(file, action);
        } finally {
            lock.unlock();
        }
    }

    /** A change that has no result. */
    interface Change {
        void run() throws IOException;
    }

    /** Runs {@code change} if {@code file}, on which the caller began, still is the current opening. */
    void run(Incarnation file, Change change) {
        on(file, _ -> {
            change.run();
            return Boolean.TRUE;
        });
    }

    /**
     * Makes sure that nobody made the file shorter than its pages need. What seems too short is looked at again under
     * the lock, where nobody trims it meanwhile.
     */
    void requireWhole(Incarnation file) throws IOException {
        if (!file.looksWhole()) {
            run(file, file::requireWhole);
        }
    }

    /**
     * {@link EngineException}s are thrown before anything is changed, and so are damaged nodes found: nodes are read
     * while a change is planned, not while it is made. A failed read or write leaves memory in doubt, and so does a change
     * that was begun and neither committed nor failed: the next commit must not carry it along. What else is thrown (the
     * caller's heap or stack is at its end, say) matters only if a change was begun.
     */
    private <T extends @Nullable Object> T run(Incarnation file, Action<T> action) {
        try {
            if (file.hasUncommitted()) {
                throw new IllegalStateException("a change was left half-made");
            }
            file.requireWhole();
            file.shrink();
            return action.run(file);
        } catch (CorruptNodeException e) {
            throw unchanged(file,
                    new EngineException(new Fault.CorruptNode(life.path(), e.page(), String.valueOf(e.getMessage())),
                            e));
        } catch (EngineException e) {
            throw unchanged(file, e);
        } catch (IOException e) {
            throw life.fail(file, e);
        } catch (RuntimeException | Error e) {
            if (isChanged(file)) {
                throw life.fail(file, e);
            }
            throw e;
        }
    }

    private EngineException unchanged(Incarnation file, EngineException e) {
        return isChanged(file) ? life.fail(file, e) : e;
    }

    private static boolean isChanged(Incarnation file) {
        return file.hasUncommitted() || file.committer.isUnfinished();
    }
}
