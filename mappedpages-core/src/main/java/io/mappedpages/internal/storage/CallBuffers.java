package io.mappedpages.internal.storage;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;

import org.jspecify.annotations.Nullable;

/**
 * Memory outside of the heap for the arguments and results of system calls. It is kept for the next call: memory that is
 * taken for each call could be refused, when the application has used up what the JVM allows outside of the heap, and a
 * commit would fail for it.
 */
final class CallBuffers {

    /** So many bytes go to or come from the kernel in one call. */
    static final int TRANSFER_BYTES = 64 * 1024;

    /** More than any structure that is passed to a call takes; names and contents of files have no room in it. */
    static final int SMALL_BYTES = 512;

    /** So many are made to be kept. Calls beyond have one of their own, which is freed when they come back. */
    static final int MOST_KEPT = 16;

    private static final ConcurrentLinkedQueue<CallBuffer> KEPT = new ConcurrentLinkedQueue<>();
    private static final AtomicInteger MADE = new AtomicInteger();

    private CallBuffers() {
    }

    /**
     * For one call at a time.
     *
     * @param own its memory, if it is not kept
     */
    record CallBuffer(MemorySegment errno, MemorySegment bytes, @Nullable Arena own) {

        private static CallBuffer in(Arena arena, int count, @Nullable Arena own) {
            return new CallBuffer(arena.allocate(LinuxHandles.CAPTURED), arena.allocate(count, Long.BYTES), own);
        }
    }

    /** Takes one with room for {@link #TRANSFER_BYTES}. The thread that takes it gives it back. */
    static CallBuffer take() {
        return take(TRANSFER_BYTES);
    }

    /** Takes one with room for {@link #SMALL_BYTES} at least. The thread that takes it gives it back. */
    static CallBuffer takeSmall() {
        return take(SMALL_BYTES);
    }

    private static CallBuffer take(int count) {
        CallBuffer kept = KEPT.poll();
        if (kept != null) {
            return kept;
        }
        return MADE.getAndUpdate(made -> Math.min(made + 1, MOST_KEPT)) < MOST_KEPT ? toKeep() : forOneCall(count);
    }

    private static CallBuffer toKeep() {
        try {
            return CallBuffer.in(Arena.ofAuto(), TRANSFER_BYTES, null); // freed if this class is unloaded
        } catch (Throwable e) {
            MADE.decrementAndGet();
            throw e;
        }
    }

    /** Not left to the collector: it may be long in coming, and then there is no memory for the next calls. */
    private static CallBuffer forOneCall(int count) {
        Arena own = Arena.ofConfined();
        try {
            return CallBuffer.in(own, count, own);
        } catch (Throwable e) {
            own.close();
            throw e;
        }
    }

    static void giveBack(CallBuffer buffer) {
        Arena own = buffer.own();
        if (own == null) {
            KEPT.add(buffer);
        } else {
            own.close();
        }
    }
}
