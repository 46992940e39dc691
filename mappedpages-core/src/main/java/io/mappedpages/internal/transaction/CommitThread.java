package io.mappedpages.internal.transaction;

import java.nio.file.Path;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

import org.jspecify.annotations.Nullable;

/**
 * A daemon thread that leads when nobody waits who could. It is there while there are changes for which no thread waits, from before
 * they are taken until whoever asked for them is told, and for a moment after that. So if no thread can be had, such a change is
 * refused, and none that was taken is left alone; and a pager that nobody uses any more has no thread.
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

    /** Where threads come from. Both throw {@link OutOfMemoryError} if there is none now. */
    interface Threads {

        /** Starts a thread that leads, of its own. If this throws, nothing runs. */
        void lead(String name, Runnable work);

        /** Starts a thread that tells somebody of his change. May also throw {@link RejectedExecutionException}, and may run it all the same. */
        void tell(Runnable work);
    }

    /** Those of the system. */
    static final Threads OF_SYSTEM = new Threads() {

        @Override
        public void lead(String name, Runnable work) {
            Thread.ofPlatform().daemon().name(name).inheritInheritableThreadLocals(false).start(work);
        }

        @Override
        public void tell(Runnable work) {
            Thread.ofVirtual().name("mappedpages-async").inheritInheritableThreadLocals(false).start(work);
        }
    };

    private final String name;
    private final Work work;
    private final Threads threads;
    /** Changes that were taken, and nobody was told of yet. */
    private final AtomicLong expected = new AtomicLong();
    /** Changed under the monitor. */
    private volatile boolean isAlive;
    private boolean isSignalled;
    /** Those that could not be told, for want of memory, linked. */
    private @Nullable LateMember untold;

    /** @param path of the file; the thread is named after it */
    CommitThread(Path path, Work work, Threads threads) {
        this.threads = threads;
        this.name = "mappedpages-commit " + path.getFileName();
        this.work = work;
    }

    /**
     * Sees to it that there is a thread until somebody was {@linkplain #tell told}. Once for each change, before it is taken. Throws
     * {@link OutOfMemoryError} if there is no thread, and none can be started: then the change must not be taken.
     */
    void expect() {
        expected.incrementAndGet(); // first: a thread that ends looks at this last
        if (!isAlive) {
            start();
        }
    }

    private synchronized void start() {
        if (!isAlive) {
            try {
                threads.lead(name, this::run);
                isAlive = true;
            } catch (Error e) { // no memory, or no thread
                expected.decrementAndGet();
                throw e;
            }
        }
    }

    /** Has a look whether somebody has to lead, or to be told. */
    synchronized void signal() {
        isSignalled = true;
        notifyAll();
    }

    /**
     * Tells whoever asked for a change. {@return false if there is no memory for a thread now}; it may have been started all the
     * same, so {@code ending} must not mind to be run twice.
     */
    boolean tell(Runnable ending) {
        try {
            threads.tell(ending);
        } catch (OutOfMemoryError | RejectedExecutionException e) { // the second is what the scheduler makes of the first
            return false;
        }
        expected.decrementAndGet();
        return true;
    }

    /** Tells whoever asked for this change as soon as there is memory for it. */
    void tellLater(LateMember member) {
        synchronized (this) {
            member.nextUntold = untold;
            untold = member;
            signal();
        }
    }

    private void run() {
        boolean isOver = false;
        while (!isOver) {
            try {
                tellUntold();
                isOver = !work.leadIfNeeded() && isOver();
            } catch (Error | RuntimeException e) { // no memory: somebody may be waiting for this thread
                Thread.onSpinWait();
            }
        }
    }

    private void tellUntold() {
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
        if (isOver && expected.get() > 0) { // last: whoever expects this thread now has seen that it is alive, or starts another
            isOver = false;
            isAlive = true;
        }
        return isOver;
    }

    private boolean isWaitedFor() {
        return untold != null || work.isWaitedFor();
    }
}
