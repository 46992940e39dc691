package io.mappedpages.internal.format;

import java.util.Arrays;

import org.jspecify.annotations.Nullable;

/**
 * Two physical pages that hold one thing, and which of them is current. The only pointer in the format: both tree
 * roots, every child of an inner node and every protected page of a user is one of these.
 *
 * <table>
 * <caption>32 bytes</caption>
 * <tr><th>at</th><th>bytes</th><th>field</th></tr>
 * <tr><td>0</td><td>6</td><td>page A</td></tr>
 * <tr><td>6</td><td>6</td><td>page B</td></tr>
 * <tr><td>12</td><td>8</td><td>generation of the active copy</td></tr>
 * <tr><td>20</td><td>4</td><td>CRC32 of the active copy</td></tr>
 * <tr><td>24</td><td>4</td><td>CRC32C of the active copy</td></tr>
 * <tr><td>28</td><td>1</td><td>active copy: 0 = A, 1 = B</td></tr>
 * <tr><td>29</td><td>1</td><td>flags: bit 0 in use, bit 1 something free below</td></tr>
 * <tr><td>30</td><td>2</td><td>0</td></tr>
 * </table>
 *
 * A pair that is not in use is 32 zero bytes ({@link #NONE}). The sums of a node leave out its own CRC32, those of a
 * protected page take the whole page.
 *
 * @param pageA one of the pages
 * @param pageB the other one
 * @param generation the commit that wrote the active copy
 * @param sums of the active copy
 * @param active 0 when page A is current, 1 when page B is
 * @param inUse false only in {@link #NONE}
 * @param freeBelow of a node: false promises that nothing below it is free, so that nobody need look
 */
public record CopyPair(long pageA, long pageB, long generation, Sums sums, int active, boolean inUse,
        boolean freeBelow) {

    /** Length on disk. */
    public static final int BYTES = Geometry.PAIR_BYTES;

    /** Nothing there. */
    public static final CopyPair NONE = new CopyPair(0, 0, 0, Sums.ZERO, 0, false, false);

    private static final int PAGE_A = 0;
    private static final int PAGE_B = PAGE_A + Fields.PAGE_NUMBER_BYTES;
    private static final int GENERATION = 12;
    private static final int CRC32 = 20;
    private static final int CRC32C = 24;
    private static final int ACTIVE = 28;
    private static final int FLAGS = 29;
    private static final int RESERVED = 30;

    private static final int FLAG_IN_USE = 1;
    private static final int FLAG_FREE_BELOW = 1 << 1;
    private static final int KNOWN_FLAGS = FLAG_IN_USE | FLAG_FREE_BELOW;

    private static final long PAGE_NUMBER_MASK = (1L << (Byte.SIZE * Fields.PAGE_NUMBER_BYTES)) - 1;

    private static final int A_IS_ACTIVE = 0;
    private static final int B_IS_ACTIVE = 1;

    /**
     * A pair of these values.
     *
     * @throws IllegalArgumentException for values that {@link #read} would refuse
     */
    public CopyPair {
        String problem = inUse
                ? problemInUse(pageA, pageB, generation, active)
                : problemUnused(pageA, pageB, generation, sums, active, freeBelow);
        if (problem != null) {
            throw new IllegalArgumentException(problem);
        }
    }

    /** {@return a pair of pages of which neither was written: what is written first goes to {@code pageA}} */
    public static CopyPair unwritten(long pageA, long pageB) {
        return new CopyPair(pageA, pageB, 0, NONE.sums, B_IS_ACTIVE, true, true);
    }

    /** {@return a pair of which {@code pageA} alone was written, by the commit {@code generation}, and is current} */
    public static CopyPair written(long pageA, long pageB, long generation, Sums sums) {
        return new CopyPair(pageA, pageB, generation, sums, A_IS_ACTIVE, true, false);
    }

    /** {@return the higher of its two pages} */
    public long highestPage() {
        return Math.max(pageA, pageB);
    }

    /** {@return whether {@code other} has the same two pages, whatever is in them} */
    public boolean hasPagesOf(CopyPair other) {
        return pageA == other.pageA && pageB == other.pageB;
    }

    /** {@return the page that holds the current content} */
    public long activePage() {
        return active == A_IS_ACTIVE ? pageA : pageB;
    }

    /** {@return the page that the next change is written to} */
    public long inactivePage() {
        return active == A_IS_ACTIVE ? pageB : pageA;
    }

    /**
     * The same two pages after the inactive copy was written.
     *
     * @param newGeneration the commit that wrote it
     * @param newSums of what was written
     * @return the pair that makes it current
     */
    public CopyPair flippedTo(long newGeneration, Sums newSums) {
        return new CopyPair(pageA, pageB, newGeneration, newSums, A_IS_ACTIVE + B_IS_ACTIVE - active, inUse,
                freeBelow);
    }

    /** {@return the same pair with {@code page} instead of the one that the next change is written to} */
    public CopyPair withInactive(long page) {
        return active == A_IS_ACTIVE
                ? new CopyPair(pageA, page, generation, sums, active, inUse, freeBelow)
                : new CopyPair(page, pageB, generation, sums, active, inUse, freeBelow);
    }

    /**
     * The same pair with its hint set or cleared.
     *
     * @param nowFreeBelow whether something below the node may be free
     * @return the pair that says so
     * @throws IllegalArgumentException for true on a pair that is not in use: what is absent is all zero, and all free
     *         without saying so
     */
    public CopyPair withFreeBelow(boolean nowFreeBelow) {
        return nowFreeBelow == freeBelow
                ? this
                : new CopyPair(pageA, pageB, generation, sums, active, inUse, nowFreeBelow);
    }

    /**
     * Refuses a pair in use whose pages are not both inside the file.
     *
     * @param pageCount pages in the file
     * @throws FormatException when a page is at or past it
     */
    public void requireWithin(long pageCount) throws FormatException {
        if (inUse && Math.max(pageA, pageB) >= pageCount) {
            throw new FormatException("copy pair: page " + Math.max(pageA, pageB) + " in a file of " + pageCount
                    + " pages");
        }
    }

    /**
     * Reads and checks a pair. Whether its pages exist in the file is for {@link #requireWithin} to tell.
     *
     * @param bytes where it is
     * @param offset its first byte
     * @return the pair
     * @throws FormatException for values no writer writes
     */
    public static CopyPair read(byte[] bytes, int offset) throws FormatException {
        long pageA = Fields.getPageNumber(bytes, offset + PAGE_A);
        long pageB = Fields.getPageNumber(bytes, offset + PAGE_B);
        long generation = Fields.getLong(bytes, offset + GENERATION);
        Sums sums = new Sums(Fields.getInt(bytes, offset + CRC32), Fields.getInt(bytes, offset + CRC32C));
        int active = Fields.getUnsignedByte(bytes, offset + ACTIVE);
        int flags = Fields.getUnsignedByte(bytes, offset + FLAGS);
        Fields.requireZero(bytes, offset + RESERVED, offset + BYTES, "copy pair");
        if ((flags & ~KNOWN_FLAGS) != 0) {
            throw new FormatException("copy pair: unknown flags in " + flags);
        }
        boolean inUse = (flags & FLAG_IN_USE) != 0;
        boolean freeBelow = (flags & FLAG_FREE_BELOW) != 0;
        String problem = inUse
                ? problemInUse(pageA, pageB, generation, active)
                : problemUnused(pageA, pageB, generation, sums, active, freeBelow);
        if (problem != null) {
            throw new FormatException(problem);
        }
        return inUse ? new CopyPair(pageA, pageB, generation, sums, active, true, freeBelow) : NONE;
    }

    /** Reads a pair from bytes that were checked when they were taken over, and only written by this class since. */
    static CopyPair readChecked(byte[] bytes, int offset) {
        try {
            return read(bytes, offset);
        } catch (FormatException e) {
            throw new IllegalStateException("a checked pair has changed", e);
        }
    }

    /**
     * Writes all 32 bytes of the pair.
     *
     * @param bytes where to
     * @param offset its first byte
     */
    public void write(byte[] bytes, int offset) {
        Fields.putPageNumber(bytes, offset + PAGE_A, pageA);
        Fields.putPageNumber(bytes, offset + PAGE_B, pageB);
        Fields.putLong(bytes, offset + GENERATION, generation);
        Fields.putInt(bytes, offset + CRC32, sums.crc32());
        Fields.putInt(bytes, offset + CRC32C, sums.crc32c());
        bytes[offset + ACTIVE] = (byte) active;
        bytes[offset + FLAGS] = (byte) ((inUse ? FLAG_IN_USE : 0) | (freeBelow ? FLAG_FREE_BELOW : 0));
        Arrays.fill(bytes, offset + RESERVED, offset + BYTES, (byte) 0);
    }

    /** Whether the pair at a place is in use, without reading the rest of it. */
    static boolean inUseAt(byte[] bytes, int offset) {
        return (bytes[offset + FLAGS] & FLAG_IN_USE) != 0;
    }

    /** The page that holds the current content of the pair at a place, which is in use, without reading the rest of it. */
    static long activePageAt(byte[] bytes, int offset) {
        int at = offset + (bytes[offset + ACTIVE] == A_IS_ACTIVE ? PAGE_A : PAGE_B);
        return Fields.getLong(bytes, at) & PAGE_NUMBER_MASK; // more of the pair follows
    }

    /** Whether two pairs at the same place have the same current content: no commit has made another one current. */
    static boolean isSameContentAt(byte[] bytes, byte[] others, int offset) {
        return inUseAt(bytes, offset) == inUseAt(others, offset)
                && Fields.getLong(bytes, offset + GENERATION) == Fields.getLong(others, offset + GENERATION)
                && activePageAt(bytes, offset) == activePageAt(others, offset);
    }

    /** Whether the pair at a place says that something below is free, without reading the rest of it. */
    static boolean freeBelowAt(byte[] bytes, int offset) {
        return (bytes[offset + FLAGS] & FLAG_FREE_BELOW) != 0;
    }

    private static @Nullable String problemInUse(long pageA, long pageB, long generation, int active) {
        if (!isPage(pageA) || !isPage(pageB)) {
            return "copy pair: pages " + pageA + " and " + pageB + ", of which one cannot be a copy";
        }
        if (pageA == pageB) {
            return "copy pair: both copies are page " + pageA;
        }
        if (generation < 0) {
            return "copy pair: generation " + generation;
        }
        if (active != A_IS_ACTIVE && active != B_IS_ACTIVE) {
            return "copy pair: active copy " + active + ", neither 0 nor 1";
        }
        return null;
    }

    private static boolean isPage(long page) {
        return page >= Geometry.RESERVED_PAGES && page < Geometry.MAX_PAGES;
    }

    private static @Nullable String problemUnused(long pageA, long pageB, long generation, Sums sums, int active,
            boolean freeBelow) {
        boolean zero = pageA == 0 && pageB == 0 && generation == 0 && sums.equals(Sums.ZERO) && active == 0
                && !freeBelow;
        return zero ? null : "copy pair: not in use, but not all zero";
    }
}
