package io.mappedpages.internal.format;

/**
 * What the 64 bytes at a superblock slot's place turned out to be. Only {@link Valid} is something to open a file by;
 * the others are told apart because a user needs to hear different things about them.
 */
public sealed interface SlotReading {

    /**
     * A slot of this major version with everything in order. Its feature flags may still forbid to open or to write.
     *
     * @param slot what it says
     */
    record Valid(SuperblockSlot slot) implements SlotReading {
    }

    /**
     * A slot that was written by this major version, or never written, and cannot be used.
     *
     * @param reason what is wrong with it
     */
    record Damaged(String reason) implements SlotReading {
    }

    /**
     * Not a slot at all.
     *
     * @param reason what is there instead
     */
    record Foreign(String reason) implements SlotReading {
    }

    /**
     * A slot of another major version, of which nothing but the version is read.
     *
     * @param major its major version
     * @param minor its minor version
     * @param checked whether the CRC32 is in order where this version has it. If not, the version may be wrong too:
     *        damage, or a later version that moved its sum
     */
    record OtherVersion(int major, int minor, boolean checked) implements SlotReading {
    }
}
