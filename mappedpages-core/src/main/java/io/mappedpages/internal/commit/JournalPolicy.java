package io.mappedpages.internal.commit;

import java.util.function.LongSupplier;

import io.mappedpages.internal.format.Geometry;
import io.mappedpages.internal.format.JournalRings;

/**
 * Whether a file is to have a journal, and how long.
 *
 * @param wanted whether commits are to be journal records; else each is a checkpoint, and a journal that is there is given up
 * @param bytes  of each ring; 0 for none, negative for what suits the file
 * @param salts  makes random numbers, one for each life of a journal
 */
public record JournalPolicy(boolean wanted, long bytes, LongSupplier salts) {

    /** Files shorter than this have none, unless it is asked for. */
    private static final long SHORTEST_FILE = 1L << 20;
    /** The part of a file that one ring takes. */
    private static final int PART = 32;
    private static final long FEWEST = 64L << 10;
    private static final long MOST = 16L << 20;
    /** A map of 2^48 pages of 1 KiB is not taller. */
    private static final int MOST_LEVELS = 10;
    /** A journal is made anew when it should be so much longer. */
    private static final int TOO_SHORT = 4;

    /** {@return pages that each ring of a file of {@code pages} pages is to have; 0 for no journal} */
    public int ringPages(Geometry geometry, long pages) {
        if (!wanted || bytes == 0 || geometry.pageSize() > JournalRings.MOST_BYTES) {
            return 0;
        }
        if (bytes > 0) {
            return JournalRings.pagesFor(geometry, bytes);
        }
        long fileBytes = geometry.offsetOf(pages);
        return fileBytes < SHORTEST_FILE ? 0
                : JournalRings.pagesFor(geometry, Math.clamp(fileBytes / PART, FEWEST, MOST));
    }

    /**
     * {@return so many pages in a row are enough for two rings of {@code ringPages} pages each, and for the tree nodes that
     * have to be made to note that}
     */
    public static long pagesInARow(Geometry geometry, int ringPages) {
        long leaves = Math.ceilDiv(2L * ringPages, (long) geometry.statesPerLeaf()) + 1; // it need not begin with one
        return 2L * ringPages + 2 * (2 * leaves + MOST_LEVELS);
    }

    /** {@return a new salt, which is not 0 and not {@code before}} */
    public long newSalt(long before) {
        long salt;
        do {
            salt = salts.getAsLong();
        } while (salt == 0 || salt == before);
        return salt;
    }

    /** {@return whether a file of {@code pages} pages that has {@code now} should get rings, or longer ones} */
    boolean wantsOthers(Geometry geometry, long pages, JournalRings now) {
        int suitable = ringPages(geometry, pages);
        return now.exist() ? suitable > now.pages() && (bytes > 0 || suitable / TOO_SHORT >= now.pages())
                : suitable > 0;
    }
}
