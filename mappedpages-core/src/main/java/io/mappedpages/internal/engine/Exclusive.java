package io.mappedpages.internal.engine;

import java.io.IOException;
import java.util.concurrent.locks.ReentrantLock;

import org.jspecify.annotations.Nullable;

import io.mappedpages.internal.storage.Uninterruptible;

/**
 * The engine lock and what goes with it: everything but durable states and latches is read and changed in here, one
 * thread at a time. A failure after which memory and file may differ stops the engine.
 */
final class Exclusive {

    private static final int LOOKS_FOR_OTHERS = 20;
    private static final long NANOS_FOR_OTHERS = 50_000;

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
        lock.lock();
        try {
            return run(life.usable(), action);
        } finally {
            lock.unlock();
        }
    }

    /** Runs {@code action} if {@code file}, on which the caller began, still is the current opening. */
    <T extends @Nullable Object> T on(Incarnation file, Action<T> action) {
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

    /**
     * As {@link #on} if nobody has the lock at this moment. {@return null if somebody has; {@code action} never returns
     * that}
     */
    <T> @Nullable T onIfFree(Incarnation file, Action<T> action) {
        if (!lock.tryLock()) {
            return null;
        }
        try {
            if (life.usable() != file) {
                throw life.refusal();
            }
            return run(file, action);
        } finally {
            lock.unlock();
        }
    }

    /** For one who takes the lock again and again: lets those go first who wait for it now, as a rule. */
    void letOthersGo() {
        for (int i = 0; i < LOOKS_FOR_OTHERS && lock.hasQueuedThreads(); i++) {
            Uninterruptible.sleep(NANOS_FOR_OTHERS);
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
     * while a change is planned, not while it is made. Everything else leaves memory in doubt, and so does a change that
     * was begun and neither committed nor failed: the next commit must not carry it along.
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
        } catch (IOException | RuntimeException | Error e) {
            throw life.fail(file, e);
        }
    }

    private EngineException unchanged(Incarnation file, EngineException e) {
        return file.hasUncommitted() ? life.fail(file, e) : e;
    }
}
