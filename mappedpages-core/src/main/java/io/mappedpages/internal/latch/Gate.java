package io.mappedpages.internal.latch;

import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

import io.mappedpages.internal.thread.StackRoom;

/** Open as a rule, and then it costs nothing to pass. Who shuts it opens it again soon, whatever happens. */
final class Gate {

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition opened = lock.newCondition();
    private volatile boolean shut;

    /** Waits until the gate is open; an interrupt does not cut that short, and is kept. */
    void pass() {
        if (shut) {
            await();
        }
    }

    private void await() {
        StackRoom.forChange(); // nothing of what follows may be broken off: the lock would stay locked
        lock.lock();
        try {
            while (shut) {
                opened.awaitUninterruptibly();
            }
        } finally {
            lock.unlock();
        }
    }

    /** {@return whether this call shut it, and not another one before} */
    boolean shut() {
        lock.lock();
        try {
            boolean wasOpen = !shut;
            shut = true;
            return wasOpen;
        } finally {
            lock.unlock();
        }
    }

    void open() {
        lock.lock();
        try {
            shut = false;
            opened.signalAll();
        } finally {
            lock.unlock();
        }
    }
}
