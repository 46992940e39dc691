package io.mappedpages.crashlab;

import java.util.Arrays;

import org.jspecify.annotations.Nullable;

/**
 * Makes a tree node that names itself as its child, with checksums that agree. Both checksums are linear, so the two that
 * the node must contain to have them are the solution of 64 equations in 64 unknown bits.
 */
final class SelfReference {

    private final byte[] file;
    private final int node;
    private final int summed;
    private final int sumsAt;

    private SelfReference(byte[] file, int node, int summed, int sumsAt) {
        this.file = file;
        this.node = node;
        this.summed = summed;
        this.sumsAt = sumsAt;
    }

    /**
     * Changes the directory of a file, which has one leaf, into a root that is its own only child: the first one for which
     * the equations have a solution.
     *
     * @return whether there is one
     */
    static boolean make(byte[] file, Reseal reseal, int pageSize) {
        int metadata = reseal.metadataAt();
        int node = FormatBytes.activePage(file, metadata + FormatBytes.DIRECTORY_ROOT) * pageSize;
        file[metadata + FormatBytes.DIRECTORY_HEIGHT] = 2;
        file[node + 4] = 1;
        boolean solved = false;
        for (int child = 0; !solved && child < FormatBytes.pairsPerNode(pageSize); child++) {
            int pair = node + FormatBytes.NODE_CONTENT + child * FormatBytes.PAIR;
            Arrays.fill(file, node + FormatBytes.NODE_CONTENT, node + pageSize, (byte) 0);
            System.arraycopy(file, metadata + FormatBytes.DIRECTORY_ROOT, file, pair, FormatBytes.PAIR);
            solved = new SelfReference(file, node, pageSize - 4, pair + FormatBytes.PAIR_CRC32).solve();
        }
        reseal.seal(file);
        return solved;
    }

    private boolean solve() {
        long constant = sumsWith(0);
        long[] rows = new long[Long.SIZE];
        long right = constant;
        for (int bit = 0; bit < Long.SIZE; bit++) {
            long column = sumsWith(1L << bit) ^ constant ^ 1L << bit;
            for (int row = 0; row < Long.SIZE; row++) {
                rows[row] |= (column >>> row & 1) << bit;
            }
        }
        Long solution = solution(rows, right);
        return solution != null && sumsWith(solution) == solution;
    }

    /** The node's CRC32, and above it its CRC32C, if the pair in it says {@code sums}. */
    private long sumsWith(long sums) {
        FormatBytes.int64(file, sumsAt, sums);
        return FormatBytes.crc32(file, node, summed) & 0xFFFF_FFFFL
                | (long) FormatBytes.crc32c(file, node, summed) << Integer.SIZE;
    }

    /** Gauss's elimination over single bits. {@return bits x such that rows times x is right, or null} */
    private static @Nullable Long solution(long[] rows, long right) {
        long rest = right;
        int[] pivotOf = new int[Long.SIZE];
        int next = 0;
        for (int column = 0; column < Long.SIZE; column++) {
            pivotOf[column] = -1;
            for (int row = next; row < Long.SIZE; row++) {
                if ((rows[row] >>> column & 1) != 0) {
                    long swapped = rows[row];
                    rows[row] = rows[next];
                    rows[next] = swapped;
                    rest = swapBits(rest, row, next);
                    for (int other = 0; other < Long.SIZE; other++) {
                        if (other != next && (rows[other] >>> column & 1) != 0) {
                            rows[other] ^= rows[next];
                            rest ^= (rest >>> next & 1) << other;
                        }
                    }
                    pivotOf[column] = next++;
                    break;
                }
            }
        }
        long solution = 0;
        for (int column = 0; column < Long.SIZE; column++) {
            solution |= pivotOf[column] < 0 ? 0 : (rest >>> pivotOf[column] & 1) << column;
        }
        return next < Long.SIZE && rest >>> next != 0 ? null : solution;
    }

    private static long swapBits(long value, int a, int b) {
        long differ = (value >>> a ^ value >>> b) & 1;
        return value ^ differ << a ^ (a == b ? 0 : differ << b);
    }
}
