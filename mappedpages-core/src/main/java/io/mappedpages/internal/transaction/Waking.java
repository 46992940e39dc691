package io.mappedpages.internal.transaction;

import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.locks.LockSupport;

import org.jspecify.annotations.Nullable;

/** Wakes threads, and never throws. Who waits here looks by himself after a while. */
final class Waking {

    private Waking() {
    }

    /** Wakes {@code thread}, unless it is null, or virtual and there is no memory to schedule it. */
    static void wake(@Nullable Thread thread) {
        try {
            LockSupport.unpark(thread);
        } catch (OutOfMemoryError | RejectedExecutionException e) { // the second is what the scheduler makes of the first
            Thread.onSpinWait();
        }
    }
}
