package io.mappedpages.internal.engine;

import java.io.IOException;
import java.util.concurrent.locks.ReentrantLock;

import org.jspecify.annotations.Nullable;

import io.mappedpages.internal.storage.Uninterruptible;

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
final class Exclusive {

    private static final int LOOKS_FOR_OTHERS = 20;
    private static final long NANOS_FOR_OTHERS = 50_000;

    private final Lifecycle life;
    private final ReentrantLock lock;
    @SuppressWarnings("unused") // only kept
    private final Object kept;

    /** @param kept what must live as long as anybody has the pager in hand */
    Exclusive(Lifecycle life, ReentrantLock lock, Object kept) {
        this.life = life;
        this.lock = lock;
        this.kept = kept;
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

    /**
     * As {@link #on} if nobody has the lock at this moment. {@return null if somebody has; {@code action} never returns
     * that}
     */
    <T> @Nullable T onIfFree(Incarnation file, Action<T> action) {
        StackRoom.forChange();
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
     * Makes sure that the file still is ours and as long as its pages need. What seems too short is looked at again under
     * the lock, where nobody trims it meanwhile. If somebody has the lock, what is in the file is not looked at: it is
     * being changed, and the thread that changes it has looked.
     */
    void requireWhole(Incarnation file) throws IOException {
        if (!file.looksWhole()) {
            run(file, file::requireWhole);
        }
        if (lock.tryLock()) {
            try {
                file.check.requireOurs();
            } finally {
                lock.unlock();
            }
        } else {
            file.check.requireInPlace();
        }
        if (!file.isLending()) {
            throw life.refusal(); // it is being closed under this call
        }
    }

    /**
     * {@link EngineException}s are thrown before anything is changed, and so are nodes found that are damaged or cannot be
     * read: nodes are read while a change is planned, not while it is made. A failed write or sync leaves memory in doubt,
     * and so does a change that was begun and neither committed nor failed: the next commit must not carry it along. What
     * else is thrown (the caller's heap or stack is at its end, say) matters only if a change was begun.
     */
    private <T extends @Nullable Object> T run(Incarnation file, Action<T> action) {
        try {
            if (file.hasUncommitted()) {
                throw new IllegalStateException("a change was left half-made");
            }
            file.requireWhole();
            file.shrink();
            file.committer.forgetLook();
            return action.run(file);
        } catch (CorruptNodeException e) {
            requireNotLost(file);
            throw unchanged(file,
                    new EngineException(new Fault.CorruptNode(life.path(), e.page(), String.valueOf(e.getMessage())),
                            e));
        } catch (UnreadableException e) {
            throw unchanged(file, new EngineException(
                    new Fault.Unreadable(life.path(), e.part(), e.page(), -1, e.why()), e));
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

    /** An older copy that somebody put over the file must not be reported as damage of it. */
    private void requireNotLost(Incarnation file) {
        try {
            LostFile lost = file.lost();
            if (lost != null) {
                throw life.fail(file, new LostFileException(lost));
            }
        } catch (IOException e) {
            // It cannot be told, and the damage is true all the same.
        }
    }

    private EngineException unchanged(Incarnation file, EngineException e) {
        return isChanged(file) ? life.fail(file, e) : e;
    }

    private static boolean isChanged(Incarnation file) {
        return file.hasUncommitted() || file.committer.isUnfinished();
    }
}
