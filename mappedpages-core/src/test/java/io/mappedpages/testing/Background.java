package io.mappedpages.testing;

import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * A call on a thread of its own. Whether it waits for something is seen from the thread's state, not guessed from the
 * time.
 *
 * @param <T> what it returns
 */
public final class Background<T> {

    private static final long PATIENCE_SECONDS = 60;

    private final FutureTask<T> task;
    private final Thread thread;

    private Background(Callable<T> call) {
        task = new FutureTask<>(call);
        thread = Thread.ofPlatform().daemon().name("background").start(task);
    }

    /** Starts a call. */
    public static <T> Background<T> start(Callable<T> call) {
        return new Background<>(call);
    }

    /** Starts a call that returns nothing. */
    public static Background<Boolean> run(Runnable call) {
        return new Background<>(() -> {
            call.run();
            return true;
        });
    }

    public Thread thread() {
        return thread;
    }

    /** Returns when the call waits for a borrowed page, or for borrows when it closes; fails if it ends instead. */
    public Background<T> untilItWaits() {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
        while (!isWaiting()) {
            if (task.isDone()) {
                throw new AssertionError("did not wait: " + task);
            }
            if (System.nanoTime() - deadline > 0) {
                throw new AssertionError("neither waits nor ends: " + thread.getState());
            }
            Thread.onSpinWait();
        }
        return this;
    }

    /**
     * Whether it waits with a time limit, as calls do for a borrow; for locks they wait without. One that was interrupted
     * and has not noticed yet does not wait any more.
     */
    private boolean isWaiting() {
        return thread.getState() == Thread.State.TIMED_WAITING && !thread.isInterrupted();
    }

    public boolean isDone() {
        return task.isDone();
    }

    /** Waits for the end of the call and returns what it did; what it threw is thrown here. */
    public T result() {
        try {
            return task.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
        } catch (ExecutionException e) {
            if (e.getCause() instanceof RuntimeException unchecked) {
                throw unchecked;
            }
            throw new AssertionError(e.getCause());
        } catch (TimeoutException | InterruptedException e) {
            throw new AssertionError("not finished", e);
        }
    }
}
