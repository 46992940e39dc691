package io.mappedpages.internal.log;

import java.util.concurrent.locks.ReentrantLock;

/** A lock under which nothing of the application's runs, see {@link Silence}. Reentrant. */
public final class QuietLock {

    private final ReentrantLock lock = new ReentrantLock();

    /** Waits for the lock and takes it. */
    public void lock() {
        Silence.begin();
        try {
            lock.lock();
        } catch (RuntimeException | Error e) {
            Silence.end();
            throw e;
        }
    }

    /** Takes the lock if nobody else has it. {@return whether this thread has it now} */
    public boolean tryLock() {
        Silence.begin();
        boolean locked = false;
        try {
            locked = lock.tryLock();
            return locked;
        } finally {
            if (!locked) {
                Silence.end();
            }
        }
    }

    /** Gives the lock back, and says what there is to say. */
    public void unlock() {
        try {
            lock.unlock();
        } finally {
            Silence.end();
        }
    }

    /** {@return whether this thread has the lock} */
    public boolean isHeldByCurrentThread() {
        return lock.isHeldByCurrentThread();
    }

    /** {@return whether others wait for the lock} */
    public boolean hasQueuedThreads() {
        return lock.hasQueuedThreads();
    }
}
