package io.mappedpages.internal.thread;

/**
 * Looks whether enough of the thread's stack is left for what must not be broken off by a {@link StackOverflowError}: if
 * not, the error is thrown here, where nothing is held and nothing was changed.
 *
 * <p>Java cannot ask for the size of the stack, so this goes down it and comes back, in few frames that are large: the
 * processor foretells where a call returns to for the innermost 16 or so, and 256 small frames took a microsecond. A frame
 * is as large as the longest branch of its method needs, whichever is taken: the one with the many variables is taken
 * now and then, so that the optimizing compiler does not leave it out. A frame takes 1 KiB and more in compiled code,
 * 2 KiB in interpreted, where all other frames are larger, too. The JDK's own locks
 * are safe in themselves ({@code ReentrantLock} has pages of the stack set aside), but not the lines between {@code lock()}
 * and {@code unlock()}, nor the two calls.
 */
public final class StackRoom {

    /** 2 KiB and more: two dozen small calls. */
    private static final int FOR_LATCH = 2;
    /** 20 KiB and more: what a commit, a log message or a system call needs, with something to spare. */
    private static final int FOR_CHANGE = 20;

    /** One of so many calls of a thread takes the branch with the many variables. */
    private static final int NOW_AND_THEN = 256;

    /** How often threads looked, each in a cache line of its own as far as that goes. Increments may get lost. */
    private static final int[] LOOKS = new int[64 * 16];
    /** Only to have something to keep in variables. */
    private static final long[] VALUES = new long[128];

    private StackRoom() {
    }

    /** Enough to give a latch back. @throws StackOverflowError if there is less */
    public static void forLatch() {
        descend(FOR_LATCH, isNowAndThen());
    }

    /** Enough for whatever is done under the engine lock. @throws StackOverflowError if there is less */
    public static void forChange() {
        descend(FOR_CHANGE, isNowAndThen());
    }

    private static boolean isNowAndThen() {
        int own = ((int) Thread.currentThread().threadId() & 63) << 4;
        return LOOKS[own]++ % NOW_AND_THEN == 0;
    }

    /**
     * Goes {@code levels} frames down.
     *
     * @param wide whether to use all of the frame
     */
    static long descend(int levels, boolean wide) {
        if (levels == 0) {
            return 0;
        }
        if (wide) {
            long[] v = VALUES;
            long a0 = v[0], a1 = v[1], a2 = v[2], a3 = v[3], a4 = v[4], a5 = v[5], a6 = v[6], a7 = v[7];
            long b0 = v[8], b1 = v[9], b2 = v[10], b3 = v[11], b4 = v[12], b5 = v[13], b6 = v[14], b7 = v[15];
            long c0 = v[16], c1 = v[17], c2 = v[18], c3 = v[19], c4 = v[20], c5 = v[21], c6 = v[22], c7 = v[23];
            long d0 = v[24], d1 = v[25], d2 = v[26], d3 = v[27], d4 = v[28], d5 = v[29], d6 = v[30], d7 = v[31];
            long e0 = v[32], e1 = v[33], e2 = v[34], e3 = v[35], e4 = v[36], e5 = v[37], e6 = v[38], e7 = v[39];
            long f0 = v[40], f1 = v[41], f2 = v[42], f3 = v[43], f4 = v[44], f5 = v[45], f6 = v[46], f7 = v[47];
            long g0 = v[48], g1 = v[49], g2 = v[50], g3 = v[51], g4 = v[52], g5 = v[53], g6 = v[54], g7 = v[55];
            long h0 = v[56], h1 = v[57], h2 = v[58], h3 = v[59], h4 = v[60], h5 = v[61], h6 = v[62], h7 = v[63];
            long i0 = v[64], i1 = v[65], i2 = v[66], i3 = v[67], i4 = v[68], i5 = v[69], i6 = v[70], i7 = v[71];
            long j0 = v[72], j1 = v[73], j2 = v[74], j3 = v[75], j4 = v[76], j5 = v[77], j6 = v[78], j7 = v[79];
            long k0 = v[80], k1 = v[81], k2 = v[82], k3 = v[83], k4 = v[84], k5 = v[85], k6 = v[86], k7 = v[87];
            long l0 = v[88], l1 = v[89], l2 = v[90], l3 = v[91], l4 = v[92], l5 = v[93], l6 = v[94], l7 = v[95];
            long m0 = v[96], m1 = v[97], m2 = v[98], m3 = v[99], m4 = v[100], m5 = v[101], m6 = v[102], m7 = v[103];
            long n0 = v[104], n1 = v[105], n2 = v[106], n3 = v[107], n4 = v[108], n5 = v[109], n6 = v[110], n7 = v[111];
            long o0 = v[112], o1 = v[113], o2 = v[114], o3 = v[115], o4 = v[116], o5 = v[117], o6 = v[118], o7 = v[119];
            long p0 = v[120], p1 = v[121], p2 = v[122], p3 = v[123], p4 = v[124], p5 = v[125], p6 = v[126], p7 = v[127];
            return descend(levels - 1, true) ^ a0 ^ a1 ^ a2 ^ a3 ^ a4 ^ a5 ^ a6 ^ a7
                    ^ b0 ^ b1 ^ b2 ^ b3 ^ b4 ^ b5 ^ b6 ^ b7
                    ^ c0 ^ c1 ^ c2 ^ c3 ^ c4 ^ c5 ^ c6 ^ c7
                    ^ d0 ^ d1 ^ d2 ^ d3 ^ d4 ^ d5 ^ d6 ^ d7
                    ^ e0 ^ e1 ^ e2 ^ e3 ^ e4 ^ e5 ^ e6 ^ e7
                    ^ f0 ^ f1 ^ f2 ^ f3 ^ f4 ^ f5 ^ f6 ^ f7
                    ^ g0 ^ g1 ^ g2 ^ g3 ^ g4 ^ g5 ^ g6 ^ g7
                    ^ h0 ^ h1 ^ h2 ^ h3 ^ h4 ^ h5 ^ h6 ^ h7
                    ^ i0 ^ i1 ^ i2 ^ i3 ^ i4 ^ i5 ^ i6 ^ i7
                    ^ j0 ^ j1 ^ j2 ^ j3 ^ j4 ^ j5 ^ j6 ^ j7
                    ^ k0 ^ k1 ^ k2 ^ k3 ^ k4 ^ k5 ^ k6 ^ k7
                    ^ l0 ^ l1 ^ l2 ^ l3 ^ l4 ^ l5 ^ l6 ^ l7
                    ^ m0 ^ m1 ^ m2 ^ m3 ^ m4 ^ m5 ^ m6 ^ m7
                    ^ n0 ^ n1 ^ n2 ^ n3 ^ n4 ^ n5 ^ n6 ^ n7
                    ^ o0 ^ o1 ^ o2 ^ o3 ^ o4 ^ o5 ^ o6 ^ o7
                    ^ p0 ^ p1 ^ p2 ^ p3 ^ p4 ^ p5 ^ p6 ^ p7;
        }
        return descend(levels - 1, false) + 1;
    }
}
