package io.mappedpages.internal.transaction;

import java.nio.file.Path;
import java.time.Duration;

import org.jspecify.annotations.Nullable;

/**
 * A daemon thread for the checkpoints of one pager. It is there while there is something to do for it: from the first
 * record in the journal until a checkpoint has all of them. So a pager that nobody uses any more has no thread, and none
 * that leads to it.
 */
public final class CheckpointThread implements CheckpointRunner {

    /** A pager that has committed nothing for so long is idle. */
    private static final Duration IDLE = Duration.ofSeconds(1);

    private final String name;
    /** Leads to the pager, so only a thread that is alive may know it. */
    private @Nullable IdleLook idle;
    private @Nullable Runnable next;
    private boolean isAlive;
    /** Something was committed since the thread looked last. */
    private volatile boolean noted;
    private volatile boolean stopped;

    /** @param path of the file; the thread is named after it */
    public CheckpointThread(Path path) {
        this.name = "mappedpages-checkpoint " + path.getFileName();
    }

    @Override
    public synchronized boolean run(Runnable checkpoint) {
        if (stopped || next != null || !ensureAlive()) {
            return false;
        }
        next = checkpoint;
        notifyAll();
        return true;
    }

    @Override
    public void noteRecord(IdleLook look) {
        if (!noted) {
            synchronized (this) {
                if (!stopped && ensureAlive()) {
                    noted = true;
                    idle = look;
                }
            }
        }
    }

    private boolean ensureAlive() {
        if (!isAlive) {
            try {
                Thread.ofPlatform().daemon().name(name).inheritInheritableThreadLocals(false).start(this::work);
                isAlive = true;
            } catch (OutOfMemoryError e) { // of threads, too: who commits makes the checkpoint, then
                return false;
            }
        }
        return true;
    }

    @Override
    public void hurry() {
        // It runs as fast as it can.
    }

    @Override
    public synchronized void stop() {
        stopped = true;
        notifyAll();
    }

    private void work() {
        while (true) {
            Runnable checkpoint = take();
            if (checkpoint != null) {
                checkpoint.run();
            } else if (!isWorthLooking() && isOver()) {
                return;
            }
        }
    }

    private synchronized @Nullable Runnable take() {
        long end = System.nanoTime() + IDLE.toNanos();
        while (next == null && !stopped) {
            long millis = Duration.ofNanos(end - System.nanoTime()).toMillis();
            if (millis <= 0) {
                break;
            }
            try {
                wait(millis);
            } catch (InterruptedException e) {
                // By a handler of the log, say; there is nothing to break off, and the time is looked at again.
            }
        }
        Runnable taken = next;
        next = null;
        return taken;
    }

    private boolean isWorthLooking() {
        IdleLook look;
        synchronized (this) {
            noted = false; // first: what is committed from now on is noted again
            look = idle;
        }
        return !stopped && look != null && look.look();
    }

    /** {@return whether the thread ends now, for nothing has come meanwhile} */
    private synchronized boolean isOver() {
        boolean isOver = next == null && (stopped || !noted);
        if (isOver) {
            isAlive = false;
            idle = null;
        }
        return isOver;
    }
}
