package io.mappedpages;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Consumer;
import java.util.function.Function;

import org.jspecify.annotations.Nullable;

import io.mappedpages.internal.fault.FaultException;

/** Futures of the API for calls of the engine that nobody waits for. */
final class AsyncCalls {

    private AsyncCalls() {
    }

    /**
     * The future of one call.
     *
     * @param begin  begins the call, which completes what it is given
     * @param result what the caller gets for what the engine returns
     */
    static <T extends @Nullable Object, R extends @Nullable Object> CompletableFuture<R> call(
            Consumer<CompletableFuture<T>> begin, Function<T, R> result) {
        CompletableFuture<T> call = new CompletableFuture<>();
        CompletableFuture<R> future = new CompletableFuture<>();
        var _ = call.whenComplete((value, failure) -> {
            try {
                if (failure == null) {
                    future.complete(result.apply(value));
                } else {
                    future.completeExceptionally(published(failure));
                }
            } catch (Throwable e) { // no memory, say; somebody may be waiting for the future
                future.completeExceptionally(e);
            }
        });
        try {
            begin.accept(call);
        } catch (FaultException e) {
            future.completeExceptionally(Failures.of(e));
        }
        return future;
    }

    /** As {@link #call}, for what returns nothing. */
    static CompletableFuture<@Nullable Void> run(Consumer<CompletableFuture<@Nullable Void>> begin) {
        return call(begin, nothing -> null);
    }

    private static Throwable published(Throwable failure) {
        Throwable cause = failure instanceof CompletionException ? failure.getCause() : null;
        return Failures.published(cause != null ? cause : failure);
    }
}
