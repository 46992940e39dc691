package io.mappedpages.internal.transaction;

import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;

import org.jspecify.annotations.Nullable;

/** Calls that nobody waits for: what becomes of them goes to a future, which a virtual thread completes, never one that commits. */
public final class Late {

    private Late() {
    }

    /** Runs {@code work}, which may wait for anything, on a virtual thread of its own. */
    static <T extends @Nullable Object> void run(CompletableFuture<T> future, Supplier<T> work) {
        Thread.ofVirtual().name("mappedpages-async").inheritInheritableThreadLocals(false)
                .start(() -> complete(future, null, work));
    }

    /** Completes {@code future}, of a call that returns nothing, after {@code last} was done, whatever comes of that. */
    public static void end(CompletableFuture<@Nullable Void> future, @Nullable Throwable failure, Runnable last) {
        Throwable failed = failure;
        try {
            last.run();
        } catch (Throwable e) { // somebody may be waiting for the future
            failed = failed != null ? failed : e;
        }
        complete(future, failed, () -> null);
    }

    /** Completes {@code future} with what {@code result} returns or throws, unless there is a {@code failure} already. */
    public static <T extends @Nullable Object> void complete(CompletableFuture<T> future, @Nullable Throwable failure,
            Supplier<T> result) {
        if (failure != null) {
            future.completeExceptionally(failure);
            return;
        }
        T value;
        try {
            value = result.get();
        } catch (Throwable e) { // somebody may be waiting for the future
            future.completeExceptionally(e);
            return;
        }
        future.complete(value);
    }
}
