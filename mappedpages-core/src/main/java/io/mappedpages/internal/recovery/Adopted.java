package io.mappedpages.internal.recovery;

import java.util.List;
import java.util.stream.Stream;

import org.jspecify.annotations.Nullable;

import io.mappedpages.internal.fault.UnreadableException;
import io.mappedpages.internal.format.Geometry;
import io.mappedpages.internal.format.JournalPosition;
import io.mappedpages.internal.format.JournalRecord;
import io.mappedpages.internal.format.MetadataPage;
import io.mappedpages.internal.format.SuperblockSlot;

/**
 * The state that opening chose: a checkpoint, and the journal records that follow it.
 *
 * @param slotIndex         which superblock slot names it, or will once it is written again
 * @param slot              what that slot says
 * @param metadata          the metadata page it names
 * @param records           what was committed after it, in order
 * @param rolledBack       the record after them that was not finished, or null
 * @param position          where the next record would go
 * @param highestGeneration the newest generation seen anywhere, adopted or not
 * @param recovery          what was found on the way, or null if all was as a clean close leaves it
 * @param keptPages         pages of the file that this generation or the one before it, the way back, counts on
 * @param otherGivenUp     whether the other metadata page is, or may be, of a newer generation that was given up
 * @param generationLost    whether a newer generation with pages of its own had to be given up
 * @param unread            slots and metadata pages that could not be read
 * @param unreadableAccepted whether what could not be read may be newer, and is given up at the user's wish
 * @param acceptsUnreadable whether the user wishes that for what is found to be unreadable later
 * @param lastChange        the newest generation that is known to have changed something: whichever of the two checkpoints
 *                          is adopted, what is found is not older
 */
public record Adopted(Geometry geometry, int slotIndex, SuperblockSlot slot, MetadataPage metadata,
        List<JournalRecord> records, @Nullable JournalRecord rolledBack, JournalPosition position,
        long highestGeneration, long keptPages,
        @Nullable Recovery recovery, boolean otherGivenUp, boolean generationLost, List<UnreadableException> unread,
        boolean unreadableAccepted, boolean acceptsUnreadable, long lastChange) {

    /** Whether something newer is in the file, which a later commit must not complete by accident. */
    public boolean newerWasRejected() {
        return highestGeneration > generation() || recovery != null;
    }

    /** {@return the last commit that is part of it} */
    public long generation() {
        return records.isEmpty() ? slot.generation() : records.getLast().generation();
    }

    /** {@return pages in the file} */
    public long pageCount() {
        return records.isEmpty() ? metadata.pageCount() : records.getLast().counts().pages();
    }

    /** {@return whether a record says that not all blocks of the file are reserved} */
    public boolean isSparseByRecord() {
        return records.stream().anyMatch(record -> record.counts().sparse());
    }

    /**
     * {@return the same, with more that may be lost}
     *
     * @param unreadable whether some of it could not be read
     */
    Adopted withLoss(List<String> findings, boolean unreadable) {
        Recovery more = new Recovery(generation(), recovery == null ? 0 : recovery.rejectedGeneration(),
                Recovery.Loss.POSSIBLE,
                Stream.concat(recovery == null ? Stream.empty() : recovery.findings().stream(), findings.stream())
                        .toList());
        return new Adopted(geometry, slotIndex, slot, metadata, records, rolledBack, position, highestGeneration,
                keptPages, more,
                otherGivenUp, true, unread, unreadableAccepted || unreadable, acceptsUnreadable, lastChange);
    }
}
