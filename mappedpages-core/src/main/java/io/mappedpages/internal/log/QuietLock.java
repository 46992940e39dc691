package io.mappedpages.internal.log;

import java.util.concurrent.locks.ReentrantLock;

/**
 * A lock under which nothing of the application's runs, see {@link Silence}. Reentrant.
 *
 * <p>Who finds it taken looks again for a moment before going to sleep: the lock is held for microseconds, while a thread that
 * sleeps is woken when the scheduler has a processor for it, and that can be the time slice of another thread later.
 */
public final class QuietLock {

    /** Longer than most hold the lock, and about as long as it takes to go to sleep and be woken. */
    private static final long MOST_NANOS_AWAKE = 30_000;
    /** With one processor, who has the lock cannot give it back as long as others look. */
    private static final boolean STAYS_AWAKE = Runtime.getRuntime().availableProcessors() > 1;

    private final ReentrantLock lock = new ReentrantLock();

    /** Waits for the lock and takes it. */
    public void lock() {
        Silence.begin();
        try {
            if (!lock.tryLock() && !(STAYS_AWAKE && isTakenAwake())) {
                lock.lock();
            }
        } catch (RuntimeException | Error e) {
            Silence.end();
            throw e;
        }
    }

    /** Passes nobody who sleeps already. */
    private boolean isTakenAwake() {
        long begin = System.nanoTime();
        while (!lock.hasQueuedThreads() && System.nanoTime() - begin < MOST_NANOS_AWAKE) {
            Thread.onSpinWait();
            if (!lock.isLocked() && lock.tryLock()) {
                return true;
            }
        }
        return false;
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
