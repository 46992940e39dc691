package io.mappedpages.internal.storage;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Memory outside of the heap for the arguments and results of system calls. It is kept for the next call: memory that is
 * taken for each call could be refused, when the application has used up what the JVM allows outside of the heap, and a
 * commit would fail for it.
 */
final class CallBuffers {

    /** So many bytes go to or come from the kernel in one call. */
    static final int TRANSFER_BYTES = 64 * 1024;

    /** More than so many are not kept; those beyond are left to the collector. */
    private static final int MOST_KEPT = 16;

    private static final ConcurrentLinkedQueue<CallBuffer> KEPT = new ConcurrentLinkedQueue<>();
    private static final AtomicInteger COUNT = new AtomicInteger();

    private CallBuffers() {
    }

    /** For one call at a time. */
    record CallBuffer(MemorySegment errno, MemorySegment bytes) {
    }

    static CallBuffer take() {
        CallBuffer kept = KEPT.poll();
        if (kept != null) {
            COUNT.decrementAndGet();
            return kept;
        }
        Arena arena = Arena.ofAuto();
        return new CallBuffer(arena.allocate(LinuxHandles.CAPTURED), arena.allocate(TRANSFER_BYTES, Long.BYTES));
    }

    static void giveBack(CallBuffer buffer) {
        if (COUNT.incrementAndGet() > MOST_KEPT) {
            COUNT.decrementAndGet();
        } else {
            KEPT.add(buffer);
        }
    }
}
