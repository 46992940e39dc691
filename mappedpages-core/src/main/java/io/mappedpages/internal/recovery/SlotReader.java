package io.mappedpages.internal.recovery;

import java.io.EOFException;
import java.io.IOException;
import java.nio.file.Path;

import org.jspecify.annotations.Nullable;

import io.mappedpages.internal.fault.Fault;
import io.mappedpages.internal.fault.Fault.Superblock;
import io.mappedpages.internal.fault.FaultException;
import io.mappedpages.internal.fault.UnreadableException;
import io.mappedpages.internal.format.SlotReading;
import io.mappedpages.internal.format.SuperblockSlot;
import io.mappedpages.internal.pageio.NodeReader;
import io.mappedpages.internal.storage.PageSource;

/**
 * The two superblock slots as they were found, and whether this version of the library may use the file at all.
 */
final class SlotReader {

    private static final int COUNT = 2;
    private static final int KNOWN_INCOMPATIBLE_FLAGS = SuperblockSlot.FLAG_JOURNAL;
    private static final int KNOWN_READ_ONLY_FLAGS = 0;

    private final @Nullable SuperblockSlot[] slots = new SuperblockSlot[COUNT];
    private final String[] reasons = new String[COUNT];
    private final @Nullable UnreadableException[] failures = new UnreadableException[COUNT];

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

    /** {@return why slot {@code index} could not be read, or null if it was, whatever was in it} */
    @Nullable UnreadableException failure(int index) {
        return failures[index];
    }

    /** {@return the highest generation of a usable slot} */
    long highestGeneration() {
        long highest = 0;
        for (SuperblockSlot slot : slots) {
            highest = slot == null ? highest : Math.max(highest, slot.generation());
        }
        return highest;
    }

    /**
     * Reads both slots; a file that cannot be used is an exception.
     *
     * @param toRead whether it is only to be read, for which some features need not be known
     */
    static SlotReader read(PageSource storage, Path path, boolean toRead) throws IOException {
        int needed = SuperblockSlot.SLOT_1 + SuperblockSlot.BYTES;
        long length = storage.length();
        byte[] head = new byte[(int) Math.min(needed, length)];
        SlotReader found = new SlotReader();
        found.fill(head, storage);
        boolean foreign = true;
        for (int i = 0; i < COUNT; i++) {
            UnreadableException failure = found.failures[i];
            if (failure != null) {
                found.reasons[i] = String.valueOf(failure.getMessage());
                foreign = false;
                continue;
            }
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
                    if (other.checked() || (i == 0 && found.failures[1] == null && !holdsOurs(head))) {
                        throw new FaultException(new Fault.UnsupportedFormat(path,
                                new Fault.Format.Version(other.major(), other.minor())));
                    }
                }
            }
        }
        if (found.newest() < 0) {
            found.refuseUnreadable(path);
            throw new FaultException(new Fault.CorruptSuperblock(path, length == 0 ? new Superblock.Empty()
                    : foreign ? new Superblock.Foreign()
                            : new Superblock.Unusable(found.reasons[0], found.reasons[1])));
        }
        found.refuseUnknownFlags(path, toRead);
        return found;
    }

    /** Reads both slots at once or, if that fails, each by itself: they are in different sectors. */
    private void fill(byte[] head, PageSource storage) throws IOException {
        try {
            storage.read(0, head, 0, head.length);
        } catch (EOFException e) {
            throw e;
        } catch (IOException e) {
            for (int i = 0; i < COUNT; i++) {
                int offset = SuperblockSlot.offsetOf(i);
                byte[] slot = new byte[Math.clamp(head.length - offset, 0, SuperblockSlot.BYTES)];
                try {
                    NodeReader.readTwice(storage, offset, slot, slot.length, Fault.Part.SUPERBLOCK, 0);
                    System.arraycopy(slot, 0, head, Math.min(offset, head.length), slot.length);
                } catch (UnreadableException unreadable) {
                    failures[i] = unreadable;
                }
            }
        }
    }

    /** Without a usable slot nothing can be opened, but one that could not be read may be as good as ever. */
    private void refuseUnreadable(Path path) {
        for (UnreadableException failure : failures) {
            if (failure != null) {
                throw new FaultException(new Fault.UnreadableAtOpening(path, failure.part(), failure.page(),
                        failure.offset(), false, failure.why()), failure);
            }
        }
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

    private void refuseUnknownFlags(Path path, boolean toRead) {
        SuperblockSlot slot = slots[newest()];
        if (slot == null) {
            return;
        }
        int incompatible = slot.incompatibleFlags() & ~KNOWN_INCOMPATIBLE_FLAGS;
        if (incompatible != 0) {
            throw new FaultException(
                    new Fault.UnsupportedFormat(path, new Fault.Format.Features(incompatible, false)));
        }
        int readOnly = slot.readOnlyFlags() & ~KNOWN_READ_ONLY_FLAGS;
        if (readOnly != 0 && !toRead) {
            throw new FaultException(new Fault.UnsupportedFormat(path, new Fault.Format.Features(readOnly, true)));
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
