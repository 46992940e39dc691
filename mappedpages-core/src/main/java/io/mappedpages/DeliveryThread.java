package io.mappedpages;

import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

import io.mappedpages.internal.log.SafeLog;

/**
 * A daemon thread that runs what it is handed, in order. Handing over never waits for what is being run. Knows nothing
 * of pagers.
 */
final class DeliveryThread {

    /** How many droppable deliveries may wait. */
    static final int CAPACITY = 1024;

    private static final SafeLog LOG = SafeLog.of(DeliveryThread.class);

    // One queue for both kinds, so that they stay in order among themselves. Only droppable ones are counted against
    // the capacity; the others are rare.
    private final BlockingQueue<Runnable> queue = new LinkedBlockingQueue<>();
    private final AtomicInteger waiting = new AtomicInteger();
    private final AtomicLong dropped = new AtomicLong();
    private final Thread thread;
    private boolean stopped; // touched by the thread itself only

    DeliveryThread(String name) {
        thread = Thread.ofPlatform().daemon().name(name).inheritInheritableThreadLocals(false).start(this::run);
    }

    /** Hands over what must be run. */
    void deliver(Runnable delivery) {
        queue.add(delivery);
    }

    /** Hands over what may be dropped if too much is waiting already. */
    void deliverOrDrop(Runnable delivery) {
        if (waiting.incrementAndGet() > CAPACITY) {
            waiting.decrementAndGet();
            dropped.incrementAndGet();
            return;
        }
        queue.add(() -> {
            waiting.decrementAndGet();
            delivery.run();
        });
    }

    /** How many were dropped so far. */
    long dropped() {
        return dropped.get();
    }

    /**
     * Ends the thread after everything handed over before was run, and waits for that, but not longer than
     * {@code patience}; not at all if called from what is being run. An interrupt neither shortens the wait nor gets
     * lost.
     */
    void stop(Duration patience) {
        stopLater();
        if (!Thread.currentThread().equals(thread)) {
            awaitEnd(System.nanoTime() + patience.toNanos());
        }
    }

    /** Ends the thread after everything handed over before was run, and does not wait for that. */
    void stopLater() {
        queue.add(() -> stopped = true);
    }

    private void awaitEnd(long deadline) {
        boolean interrupted = false;
        while (thread.isAlive()) {
            Duration left = Duration.ofNanos(deadline - System.nanoTime());
            if (!left.isPositive()) {
                LOG.log(Level.WARNING, "{0} is still busy; what it has not delivered yet comes late", thread.getName());
                break;
            }
            try {
                thread.join(left);
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private void run() {
        while (!stopped) {
            try {
                queue.take().run();
            } catch (InterruptedException e) {
                LOG.log(Level.DEBUG, "A listener interrupted its own thread, which goes on all the same", e);
            } catch (Throwable e) {
                String name = Thread.currentThread().getName();
                LOG.log(Level.WARNING, "A listener on " + name + " failed; the pager is not affected", e);
            }
        }
    }
}
