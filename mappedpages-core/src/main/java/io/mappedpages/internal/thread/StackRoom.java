package io.mappedpages.internal.thread;

/**
 * Looks whether enough of the thread's stack is left for what must not be broken off by a {@link StackOverflowError}: if
 * not, the error is thrown here, where nothing is held and nothing was changed.
 *
 * <p>Java cannot ask for the size of the stack, so this goes down it and comes back. A frame takes about 80 bytes in
 * code of the optimizing compiler and 240 elsewhere, where all other frames are larger, too. The JDK's own locks
 * are safe in themselves ({@code ReentrantLock} has pages of the stack set aside), but not the lines between {@code lock()}
 * and {@code unlock()}, nor the two calls.
 */
public final class StackRoom {

    /** 2 KiB and more: two dozen small calls. */
    private static final int FOR_LATCH = 24;
    /** 20 KiB and more: what a commit, a log message or a system call needs, with something to spare. */
    private static final int FOR_CHANGE = 256;

    /** So that no compiler finds out that nobody needs the result. */
    @SuppressWarnings("unused")
    private static int sink;

    private StackRoom() {
    }

    /** Enough to give a latch back. @throws StackOverflowError if there is less */
    public static void forLatch() {
        sink = descend(FOR_LATCH, 1, 2, 3, 4, 5, 6, 7, 8);
    }

    /** Enough for whatever is done under the engine lock. @throws StackOverflowError if there is less */
    public static void forChange() {
        sink = descend(FOR_CHANGE, 1, 2, 3, 4, 5, 6, 7, 8);
    }

    /** The many arguments, all needed after the call, make the frames large. */
    private static int descend(int levels, long a, long b, long c, long d, long e, long f, long g, long h) {
        if (levels == 0) {
            return 0;
        }
        int below = descend(levels - 1, b, c, d, e, f, g, h, a + levels);
        return below + (int) (a ^ b ^ c ^ d ^ e ^ f ^ g ^ h);
    }
}
