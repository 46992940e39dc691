package io.mappedpages.crashlab;

import java.util.Arrays;

import io.mappedpages.internal.format.FileId;
import io.mappedpages.internal.format.FormatException;
import io.mappedpages.internal.format.Geometry;
import io.mappedpages.internal.format.MetadataPage;
import io.mappedpages.internal.format.SlotReading;
import io.mappedpages.internal.format.Sums;
import io.mappedpages.internal.format.SuperblockSlot;

/**
 * Gives a file that was just created the same name for life each time, where it drew a random one: so that every number
 * and every failure of the laboratory can be had again.
 */
final class FixedId {

    private static final FileId ID = new FileId(0x6d61707065647061L, 0x67657320_6c616221L);
    private static final int ID_IN_METADATA = 48;
    private static final int ID_BYTES = 16;
    private static final int ID_IN_SLOT = 32;

    private FixedId() {
    }

    /** Changes the id in both slots and both metadata pages. */
    static void put(byte[] file, Geometry geometry) {
        byte[] id = Arrays.copyOfRange(new SuperblockSlot(geometry.pageSizeLog2(), 0, 0, new Sums(0, 0), 0, 0, 0, ID)
                .encode(), ID_IN_SLOT, ID_IN_SLOT + ID_BYTES);
        for (int index = 0; index < 2; index++) {
            if (!(SuperblockSlot.decode(file, SuperblockSlot.offsetOf(index)) instanceof SlotReading.Valid(var slot))) {
                throw new LabFailure("slot " + index + " of a new file is not valid");
            }
            int at = (int) geometry.offsetOf(1L + slot.activeMetadata());
            Sums sums;
            try {
                MetadataPage page = MetadataPage.decode(geometry,
                        Arrays.copyOfRange(file, at, at + geometry.nodeSize()));
                System.arraycopy(id, 0, page.bytes(), ID_IN_METADATA, ID_BYTES);
                sums = page.seal(page.generation());
                System.arraycopy(page.bytes(), 0, file, at, geometry.nodeSize());
            } catch (FormatException e) {
                throw new LabFailure("metadata page of slot " + index + " of a new file: " + e.getMessage(), e);
            }
            byte[] sealed = new SuperblockSlot(slot.pageSizeLog2(), slot.activeMetadata(), slot.generation(), sums,
                    slot.incompatibleFlags(), slot.readOnlyFlags(), slot.compatibleFlags(), ID).encode();
            System.arraycopy(sealed, 0, file, SuperblockSlot.offsetOf(index), sealed.length);
        }
    }
}
