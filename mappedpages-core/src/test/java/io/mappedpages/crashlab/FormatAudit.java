package io.mappedpages.crashlab;

import static io.mappedpages.crashlab.FormatBytes.int32;
import static io.mappedpages.crashlab.FormatBytes.int64;

import java.util.List;

/**
 * A second opinion: reads a file by the letters of the format's document, with no code of the library, and tells whether
 * it is valid and what it holds. What the pager and its own {@code verify()} might overlook together is seen here.
 */
final class FormatAudit {

    private static final int HAS_JOURNAL = 1;

    private FormatAudit() {
    }

    /** {@return which of the models the file holds} @throws LabFailure if it is not valid or holds none of them */
    static Model check(byte[] file, int length, List<Model> allowed) {
        int slot = newestSlot(file);
        AuditShape shape = new AuditShape(1 << int32(file, slot + 8));
        int page = 1 + file[slot + FormatBytes.SLOT_ACTIVE];
        int other = (3 - page) * shape.pageSize();
        if (!isSlot(file, FormatBytes.SLOT_1 - slot) && isMetadata(file, other, shape)
                && int64(file, other + FormatBytes.GENERATION) > int64(file, slot + FormatBytes.SLOT_GENERATION)) {
            try {
                return check(file, length, other, shape, allowed); // the flip to it was torn
            } catch (LabFailure e) {
                // not all of it is there
            }
        }
        int metadata = page * shape.pageSize();
        boolean leadsOn = leadsOn(file, other, slot, shape);
        if (leadsOn && !isMeant(file, slot, metadata, shape)) {
            return check(file, length, other, shape, allowed);
        }
        requireMeant(file, slot, metadata, shape);
        return check(file, length, metadata, shape, allowed);
    }

    /** Whether the journal leads from the older checkpoint to all that was committed since. */
    private static boolean leadsOn(byte[] file, int other, int slot, AuditShape shape) {
        return isMetadata(file, other, shape) && JournalAudit.isNamed(file, other)
                && int64(file, other + FormatBytes.GENERATION) < int64(file, slot + FormatBytes.SLOT_GENERATION);
    }

    private static Model check(byte[] file, int length, int metadata, AuditShape shape, List<Model> allowed) {
        AuditedState state = CheckpointAudit.read(file, length, metadata, shape);
        if (JournalAudit.isNamed(file, metadata)) {
            JournalAudit journal = new JournalAudit(file, length, metadata, shape, state);
            state.requireOwners(); // the checkpoint alone, but its contents may have been written over since
            journal.replay();
        }
        state.requireOwners();
        state.requireContents();
        Model found = state.match(allowed);
        require(found != null, "by its bytes it holds none of the states allowed");
        return found;
    }

    static void require(boolean condition, String otherwise) {
        if (!condition) {
            throw new LabFailure("the file is not valid: " + otherwise);
        }
    }

    private static int newestSlot(byte[] file) {
        boolean first = isSlot(file, 0);
        boolean second = isSlot(file, FormatBytes.SLOT_1);
        require(first || second, "no valid slot");
        return second && (!first || int64(file, FormatBytes.SLOT_1 + FormatBytes.SLOT_GENERATION) > int64(file,
                FormatBytes.SLOT_GENERATION)) ? FormatBytes.SLOT_1 : 0;
    }

    private static boolean isSlot(byte[] file, int at) {
        return file[at] == 'M' && file[at + 1] == 'P' && file[at + 2] == 'P' && file[at + 3] == 'G' && file[at + 4] == 1
                && FormatBytes.crc32(file, at, FormatBytes.SLOT_OWN_CRC32) == int32(file,
                        at + FormatBytes.SLOT_OWN_CRC32);
    }

    private static boolean isMetadata(byte[] file, int at, AuditShape shape) {
        return file[at] == 'M' && file[at + 1] == 'P' && file[at + 2] == 'M' && file[at + 3] == 'D'
                && FormatBytes.crc32(file, at, shape.summed()) == int32(file, at + shape.summed());
    }

    private static boolean isMeant(byte[] file, int slot, int metadata, AuditShape shape) {
        try {
            requireMeant(file, slot, metadata, shape);
            return true;
        } catch (LabFailure e) {
            return false;
        }
    }

    /** The metadata page must be the one that the slot means. */
    private static void requireMeant(byte[] file, int slot, int metadata, AuditShape shape) {
        require(isMetadata(file, metadata, shape), "no metadata page where the slot says");
        requireSums(file, metadata, shape.summed(), slot + FormatBytes.SLOT_CRC32, slot + FormatBytes.SLOT_CRC32C,
                "metadata page");
        require(int64(file, metadata + FormatBytes.GENERATION) == int64(file, slot + FormatBytes.SLOT_GENERATION),
                "metadata page of another generation");
        boolean flagged = (int32(file, slot + FormatBytes.SLOT_INCOMPATIBLE_FLAGS) & HAS_JOURNAL) != 0;
        require(flagged == JournalAudit.isNamed(file, metadata), "slot and metadata page do not agree on a journal");
    }

    static void requireSums(byte[] file, int from, int length, int crc32At, int crc32cAt, String what) {
        require(FormatBytes.crc32(file, from, length) == int32(file, crc32At), what + ": CRC32");
        require(FormatBytes.crc32c(file, from, length) == int32(file, crc32cAt), what + ": CRC32C");
    }
}
