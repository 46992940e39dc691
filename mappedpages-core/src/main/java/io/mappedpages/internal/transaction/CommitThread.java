package io.mappedpages.internal.transaction;

import java.nio.file.Path;
import java.util.concurrent.TimeUnit;

import org.jspecify.annotations.Nullable;

/**
 * A daemon thread that leads when nobody waits who could. It is there while changes come for which no thread waits, and for a
 * moment after that; so a pager that nobody uses any more has no thread.
 */
final class CommitThread {

    /** After so long without anything to do it ends. */
    private static final long IDLE_NANOS = TimeUnit.SECONDS.toNanos(1);
    /** If somebody stands in line, and nobody leads for so long, who was woken to lead does not get to it. */
    private static final long PATIENCE_NANOS = TimeUnit.MILLISECONDS.toNanos(10);

    /** What it does. */
    interface Work {

        /** Leads if somebody stands in line and nobody leads. {@return whether that was so} Never throws. */
        boolean leadIfNeeded();

        /** {@return whether somebody stands in line} */
        boolean isWaitedFor();
    }

    private final String name;
    private final Work work;
    private boolean isAlive;
    private boolean isSignalled;
    /** Those that could not be told, for want of memory, linked. */
    private @Nullable LateMember untold;

    /** @param path of the file; the thread is named after it */
    CommitThread(Path path, Work work) {
        this.name = "mappedpages-commit " + path.getFileName();
        this.work = work;
    }

    /** Has a look whether somebody has to lead. {@return false if there is no thread for it, and none can be started} */
    synchronized boolean signal() {
        isSignalled = true;
        if (isAlive) {
            notifyAll();
            return true;
        }
        try {
            Thread.ofPlatform().daemon().name(name).inheritInheritableThreadLocals(false).start(this::run);
            isAlive = true;
        } catch (OutOfMemoryError e) { // of threads, too
            return false;
        }
        return true;
    }

    /** Tells whoever asked for this change as soon as there is memory for it. */
    void tellLater(LateMember member) {
        synchronized (this) {
            member.nextUntold = untold;
            untold = member;
        }
        signal();
    }

    private void run() {
        boolean isOver = false;
        while (!isOver) {
            try {
                tellUntold();
                isOver = !work.leadIfNeeded() && isOver();
            } catch (Error e) { // no memory: somebody may be waiting for this thread
                Thread.onSpinWait();
            }
        }
    }

    /** Tells those who could not be told before. Any thread. */
    void tellUntold() {
        while (true) {
            LateMember member;
            synchronized (this) {
                member = untold;
                untold = member == null ? null : member.nextUntold;
            }
            if (member == null) {
                return;
            }
            if (!member.tell()) {
                synchronized (this) {
                    member.nextUntold = untold;
                    untold = member;
                }
                return;
            }
        }
    }

    /** Waits for something to do. {@return whether there was nothing for long, and the thread ends} */
    private synchronized boolean isOver() {
        long end = System.nanoTime() + (isWaitedFor() ? PATIENCE_NANOS : IDLE_NANOS);
        while (!isSignalled) {
            long millis = TimeUnit.NANOSECONDS.toMillis(end - System.nanoTime());
            if (millis <= 0) {
                break;
            }
            try {
                wait(millis);
            } catch (InterruptedException e) {
                // There is nothing to break off, and what there is to do is looked at again.
            }
        }
        boolean isOver = !isSignalled && !isWaitedFor();
        isSignalled = false;
        isAlive = !isOver;
        return isOver;
    }

    private boolean isWaitedFor() {
        return untold != null || work.isWaitedFor();
    }
}
