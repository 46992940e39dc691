package io.mappedpages.internal.inspect;

import org.jspecify.annotations.Nullable;

import io.mappedpages.internal.format.Geometry;
import io.mappedpages.internal.format.JournalPosition;
import io.mappedpages.internal.format.JournalRings;
import io.mappedpages.internal.format.MetadataPage;

/**
 * What lies in one of the two metadata pages.
 *
 * @param name    A (page 1) or B (page 2)
 * @param problem why it cannot be used, as a clause; null if it can
 * @param content what it says; null unless it can be used
 */
public record MetadataFound(String name, @Nullable String problem, @Nullable Content content) {

    /**
     * What a metadata page says.
     *
     * @param generation      number of the checkpoint that wrote it
     * @param fileId          32 hexadecimal digits
     * @param pages           in the file, reserved ones included
     * @param free            pages that are free
     * @param protectedPages  protected pages in use, each counted once
     * @param highWater       no page at or above was ever written
     * @param mapHeight       levels of the tree of page states; 0 = none
     * @param mapRoot         where that begins; null if there is none
     * @param directoryHeight levels of the tree of protected pages; 0 = none
     * @param directoryRoot   where that begins; null if there is none
     * @param journal         where the journal is; null if there is none
     * @param sums            of the page, in words
     */
    public record Content(long generation, String fileId, long pages, long free, long protectedPages, long highWater,
            int mapHeight, @Nullable PairFound mapRoot, int directoryHeight, @Nullable PairFound directoryRoot,
            @Nullable Journal journal, String sums) {
    }

    /**
     * Where the journal is, and where it goes on after this checkpoint.
     *
     * @param ringA          first page of ring A
     * @param ringB          first page of ring B
     * @param pagesEach      pages in each ring
     * @param bytesEach      bytes in each ring
     * @param nextRecordAt   the byte in the rings at which the first record after this checkpoint goes
     * @param salt           of the records, 16 hexadecimal digits in the order of the bytes; zeros: no record follows
     * @param closedInOrder  whether the file was closed with this checkpoint, so that no record follows
     * @param lastGeneration of the last record that is in this checkpoint; 0 if there is none
     */
    public record Journal(long ringA, long ringB, int pagesEach, long bytesEach, long nextRecordAt, String salt,
            boolean closedInOrder, long lastGeneration) {
    }

    static MetadataFound of(String name, Geometry geometry, MetadataPage page) {
        JournalRings rings = page.rings();
        JournalPosition position = page.journalPosition();
        Journal journal = rings.exist()
                ? new Journal(rings.ringA(), rings.ringB(), rings.pages(), rings.bytes(geometry), position.offset(),
                        "%016x".formatted(Long.reverseBytes(position.salt())), !position.mayBeFollowed(),
                        position.last().generation())
                : null;
        return new MetadataFound(name, null, new Content(page.generation(), page.fileId().toString(),
                page.pageCount(), page.freeCount(), page.protectedCount(), page.highWater(), page.mapHeight(),
                PairFound.of(page.mapRoot()), page.directoryHeight(), PairFound.of(page.directoryRoot()), journal,
                page.sums().toString()));
    }
}
