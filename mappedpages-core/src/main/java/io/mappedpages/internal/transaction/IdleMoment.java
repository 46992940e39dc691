package io.mappedpages.internal.transaction;

import java.io.IOException;

import io.mappedpages.internal.thread.StackRoom;
import io.mappedpages.internal.thread.Uninterruptible;

/** Does something, under the engine lock, at a moment at which nothing is borrowed. */
public final class IdleMoment {

    /**
     * New borrows are held back so long at most, for those that are open to come to their ends. Not longer: somebody may
     * hold one page and ask for another, and would wait for who waits for that page.
     */
    static final long HELD_BACK_NANOS = 20_000_000;
    /** Between two looks at whether nothing is borrowed. */
    private static final long SHORTEST_REST_NANOS = 200_000;

    private final Openings openings;
    private final EngineLock lock;

    /** Looks for moments at which nothing of the current opening is borrowed. */
    public IdleMoment(Openings openings, EngineLock lock) {
        this.openings = openings;
        this.lock = lock;
    }

    /** What is to be done. */
    interface Attempt {
        /** {@return whether it is done, and need not be tried again} */
        boolean run() throws IOException;
    }

    /** Tries for so many nanoseconds, and for {@link #HELD_BACK_NANOS} at most. {@return whether it is done} */
    boolean tryHoldingBack(OpenFile file, long nanos, Attempt attempt) {
        StackRoom.forChange(); // what is shut must be opened again
        if (!file.latches().holdBack()) {
            return false; // somebody else does that already
        }
        try {
            return tryFor(file, Math.min(nanos, HELD_BACK_NANOS), attempt);
        } finally {
            file.latches().letGo();
        }
    }

    /** Tries for so many nanoseconds, and once at the least. Never waits for the engine lock. {@return whether it is done} */
    boolean tryFor(OpenFile file, long nanos, Attempt attempt) {
        long begin = System.nanoTime();
        while (true) {
            if (!file.mapping().isLending()) {
                throw openings.refusal();
            }
            long look = System.nanoTime();
            if (!file.latches().isAnyHeld()
                    && Boolean.TRUE.equals(lock.<Boolean>onIfFree(file, _ -> attempt.run()))) {
                return true;
            }
            long now = System.nanoTime();
            if (now - begin >= nanos) {
                return false;
            }
            Uninterruptible.sleep(Math.max(SHORTEST_REST_NANOS, 4 * (now - look))); // looking takes a core meanwhile
        }
    }
}
