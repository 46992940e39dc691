package io.mappedpages.internal.recovery;

import java.util.List;

import org.jspecify.annotations.Nullable;

import io.mappedpages.internal.fault.UnreadableException;
import io.mappedpages.internal.format.Geometry;
import io.mappedpages.internal.format.MetadataPage;
import io.mappedpages.internal.format.SuperblockSlot;

/**
 * The state that opening chose.
 *
 * @param slotIndex         which superblock slot names it, or will once it is written again
 * @param slot              what that slot says
 * @param metadata          the metadata page it names
 * @param highestGeneration the newest generation seen anywhere, adopted or not
 * @param recovery          what was found on the way, or null if all was as a clean close leaves it
 * @param keptPages         pages of the file that this generation or the one before it, the way back, counts on
 * @param generationLost    whether a newer generation with pages of its own had to be given up
 * @param unread            slots and metadata pages that could not be read
 * @param unreadableAccepted whether what could not be read may be newer, and is given up at the user's wish
 */
public record Adopted(Geometry geometry, int slotIndex, SuperblockSlot slot, MetadataPage metadata,
        long highestGeneration,
        long keptPages, @Nullable Recovery recovery, boolean generationLost, List<UnreadableException> unread,
        boolean unreadableAccepted) {

    /** Whether something newer is in the file, which a later commit must not complete by accident. */
    public boolean newerWasRejected() {
        return highestGeneration > slot.generation() || recovery != null;
    }
}
