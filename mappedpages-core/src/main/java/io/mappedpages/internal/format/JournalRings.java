package io.mappedpages.internal.format;

import org.jspecify.annotations.Nullable;

/**
 * Where the two rings of the journal are. Each is a row of neighbouring pages; both hold the same bytes.
 *
 * @param ringA first page of ring A
 * @param ringB first page of ring B
 * @param pages pages in each; 0 if the file has no journal
 */
public record JournalRings(long ringA, long ringB, int pages) {

    /** There is no journal. */
    public static final JournalRings NONE = new JournalRings(0, 0, 0);

    /** Records begin at multiples of this. */
    public static final int BLOCK = 4096;
    /** A ring is not shorter. */
    public static final int FEWEST_BYTES = 4 * BLOCK;
    /** A ring is not longer: all of what was written since a checkpoint may have to be in memory. */
    public static final int MOST_BYTES = 1 << 26;
    /** So much of a ring may be one record. */
    private static final int MOST_IN_ONE = 4;

    /** {@return whether there is a journal} */
    public boolean exist() {
        return pages > 0;
    }

    /** {@return the first page behind both; 0 if there is no journal} */
    public long end() {
        return exist() ? Math.max(ringA, ringB) + pages : 0;
    }

    /** {@return bytes in each ring} */
    public int bytes(Geometry geometry) {
        return Math.toIntExact(geometry.offsetOf(pages));
    }

    /** {@return bytes of the longest record that these rings take} */
    public int longestRecord(Geometry geometry) {
        return bytes(geometry) / MOST_IN_ONE;
    }

    /** {@return how many pages a ring of at least {@code bytes} has} */
    public static int pagesFor(Geometry geometry, long bytes) {
        long wanted = Math.clamp(bytes, FEWEST_BYTES, MOST_BYTES);
        long unit = Math.max(BLOCK, geometry.pageSize());
        return Math.toIntExact(Math.ceilDiv(wanted, unit) * unit / geometry.pageSize());
    }

    /** {@return what is wrong with it in a file of {@code pageCount} pages, or null} */
    @Nullable String problem(Geometry geometry, long pageCount) {
        if (!exist()) {
            return ringA == 0 && ringB == 0 ? null : "rings without pages";
        }
        long bytes = (long) pages * geometry.pageSize();
        if (pages < 0 || bytes < FEWEST_BYTES || bytes > MOST_BYTES || bytes % BLOCK != 0) {
            return "rings of " + pages + " pages";
        }
        long first = Math.min(ringA, ringB);
        long second = Math.max(ringA, ringB);
        boolean apart = first >= Geometry.RESERVED_PAGES && first + pages <= second && second + pages <= pageCount;
        return apart ? null : "rings at pages " + ringA + " and " + ringB + " of " + pages + " each";
    }
}
