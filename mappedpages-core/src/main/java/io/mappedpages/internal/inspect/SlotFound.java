package io.mappedpages.internal.inspect;

import org.jspecify.annotations.Nullable;

/**
 * What lies where a slot of the superblock belongs.
 *
 * @param index     0 or 1
 * @param condition whether it can be used
 * @param problem   why not, as a clause; null if it can
 * @param content   what it says; null unless it can be used
 */
public record SlotFound(int index, Condition condition, @Nullable String problem, @Nullable Content content) {

    /** Whether a slot can be used. */
    public enum Condition {
        /** It can. */
        VALID,
        /** It is damaged. */
        DAMAGED,
        /** There is nothing but zeros, or the file ends before it. */
        BLANK,
        /** Something else is there. */
        FOREIGN,
        /** It is of another major version. */
        OTHER_VERSION,
        /** It could not be read. */
        UNREADABLE
    }

    /**
     * What a slot says.
     *
     * @param version           of the format, major and minor
     * @param generation        number of the checkpoint that wrote it
     * @param metadata          the metadata page that is current, A or B
     * @param pageSize          bytes
     * @param fileId            32 hexadecimal digits
     * @param journal           whether the file has a journal
     * @param sparse            whether blocks of the file may not be reserved on the disk
     * @param incompatibleFlags as they are in the file
     * @param readOnlyFlags     as they are in the file
     * @param compatibleFlags   as they are in the file
     * @param metadataSums      of the metadata page that it names, in words
     */
    public record Content(String version, long generation, String metadata, int pageSize, String fileId,
            boolean journal, boolean sparse, int incompatibleFlags, int readOnlyFlags, int compatibleFlags,
            String metadataSums) {
    }

    /** {@return whether this is a usable slot} */
    public boolean isValid() {
        return condition == Condition.VALID;
    }
}
