package io.mappedpages.internal.thread;

import java.io.IOException;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;

/**
 * Runs a call that an interrupt would spoil. A {@link java.nio.channels.FileChannel} closes itself when a thread is
 * interrupted inside it, so its methods run on a thread that nobody knows and therefore nobody interrupts. A thread per
 * call costs some 50 microseconds, which is nothing beside a mapping, and there is no pool to shut down.
 */
public final class Uninterruptible {

    private Uninterruptible() {
    }

    /**
     * Runs the task on a thread of its own and waits for it, however often the caller is interrupted meanwhile.
     *
     * @param what names the thread
     * @param task never returns null
     * @throws IOException what the task threw, or that no thread could be had
     */
    public static <T> T call(String what, Callable<T> task) throws IOException {
        FutureTask<T> future = new FutureTask<>(task);
        Thread helper = Thread.ofPlatform().daemon().inheritInheritableThreadLocals(false).name("mappedpages-" + what)
                .unstarted(future);
        try {
            helper.start();
        } catch (OutOfMemoryError e) {
            throw new IOException("the operating system gives no thread to " + what + " with", e);
        }
        boolean interrupted = false;
        try {
            while (true) {
                try {
                    return future.get();
                } catch (InterruptedException e) {
                    interrupted = true;
                } catch (ExecutionException e) {
                    throw unwrapped(e);
                }
            }
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    /** Sleeps at least that long, however often the caller is interrupted meanwhile. */
    public static void sleep(long nanos) {
        long deadline = System.nanoTime() + nanos;
        boolean interrupted = false;
        for (long left = nanos; left > 0; left = deadline - System.nanoTime()) {
            try {
                Thread.sleep(left / 1_000_000, (int) (left % 1_000_000));
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    /** Returns the task's failure if it is an {@code IOException} and throws it here otherwise. */
    private static IOException unwrapped(ExecutionException e) {
        Throwable cause = e.getCause();
        if (cause instanceof IOException io) {
            return io;
        }
        if (cause instanceof RuntimeException unchecked) {
            throw unchecked;
        }
        if (cause instanceof Error error) {
            throw error;
        }
        throw new IllegalStateException(cause);
    }
}
