package io.mappedpages.internal.engine;

import java.io.IOException;
import java.nio.file.Path;

import org.jspecify.annotations.Nullable;

import io.mappedpages.internal.format.SlotReading;
import io.mappedpages.internal.format.SuperblockSlot;
import io.mappedpages.internal.storage.PageStorage;

/**
 * The two superblock slots as they were found, and whether this version of the library may use the file at all.
 */
final class SlotReader {

    private static final int COUNT = 2;
    private static final int KNOWN_INCOMPATIBLE_FLAGS = 0;
    private static final int KNOWN_READ_ONLY_FLAGS = 0;

    private final @Nullable SuperblockSlot[] slots = new SuperblockSlot[COUNT];
    private final String[] reasons = new String[COUNT];

    private SlotReader() {
    }

    /** {@return what slot {@code index} says, or null if it is unusable} */
    @Nullable SuperblockSlot slot(int index) {
        return slots[index];
    }

    /** {@return why slot {@code index} is unusable} */
    String reason(int index) {
        return reasons[index];
    }

    /** {@return the highest generation of a usable slot} */
    long highestGeneration() {
        long highest = 0;
        for (SuperblockSlot slot : slots) {
            highest = slot == null ? highest : Math.max(highest, slot.generation());
        }
        return highest;
    }

    /** Reads both slots; a file that cannot be used is an exception. */
    static SlotReader read(PageStorage storage, Path path) throws IOException {
        int needed = SuperblockSlot.SLOT_1 + SuperblockSlot.BYTES;
        long length = storage.length();
        byte[] head = new byte[(int) Math.min(needed, length)];
        storage.read(0, head, 0, head.length);
        SlotReader found = new SlotReader();
        boolean foreign = true;
        for (int i = 0; i < COUNT; i++) {
            switch (SuperblockSlot.decode(head, SuperblockSlot.offsetOf(i))) {
                case SlotReading.Valid valid -> {
                    found.slots[i] = valid.slot();
                    found.reasons[i] = "";
                    foreign = false;
                }
                case SlotReading.Damaged damaged -> {
                    found.reasons[i] = damaged.reason();
                    foreign &= allZero(head, SuperblockSlot.offsetOf(i));
                }
                case SlotReading.Foreign other -> found.reasons[i] = other.reason();
                case SlotReading.OtherVersion other -> {
                    found.reasons[i] = "version " + other.major() + "." + other.minor();
                    foreign = false;
                    if (other.checked() || (i == 0 && !holdsOurs(head))) {
                        throw new EngineException(new Fault.UnsupportedFormat(path,
                                "format version " + other.major() + "." + other.minor()));
                    }
                }
            }
        }
        if (found.newest() < 0) {
            throw new EngineException(new Fault.CorruptSuperblock(path, length == 0 ? "the file is empty"
                    : foreign ? "it does not begin like a page file"
                            : "both superblock slots are unusable (" + found.reasons[0] + "; " + found.reasons[1]
                                    + ")"));
        }
        found.refuseUnknownFlags(path);
        return found;
    }

    /** {@return the index of the usable slot with the highest generation, or -1} */
    int newest() {
        SuperblockSlot first = slots[0];
        SuperblockSlot second = slots[1];
        if (first == null || second == null) {
            return first != null ? 0 : second != null ? 1 : -1;
        }
        return second.generation() > first.generation() ? 1 : 0;
    }

    private void refuseUnknownFlags(Path path) {
        SuperblockSlot slot = slots[newest()];
        if (slot == null) {
            return;
        }
        int incompatible = slot.incompatibleFlags() & ~KNOWN_INCOMPATIBLE_FLAGS;
        if (incompatible != 0) {
            throw new EngineException(new Fault.UnsupportedFormat(path,
                    "format 1.0 with feature flags 0x" + Integer.toHexString(incompatible) + " that it does not know"));
        }
        int readOnly = slot.readOnlyFlags() & ~KNOWN_READ_ONLY_FLAGS;
        if (readOnly != 0) {
            throw new EngineException(new Fault.UnsupportedFormat(path, "format 1.0 with feature flags 0x"
                    + Integer.toHexString(readOnly) + " that allow it to be read but not written"));
        }
    }

    /** Whether the second slot is one of this version: then a strange version in the first one is damage. */
    private static boolean holdsOurs(byte[] head) {
        return SuperblockSlot.decode(head, SuperblockSlot.SLOT_1) instanceof SlotReading.Valid;
    }

    private static boolean allZero(byte[] bytes, int from) {
        for (int i = from; i < Math.min(bytes.length, from + SuperblockSlot.BYTES); i++) {
            if (bytes[i] != 0) {
                return false;
            }
        }
        return true;
    }
}
