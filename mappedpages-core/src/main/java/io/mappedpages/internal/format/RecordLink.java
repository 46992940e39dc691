package io.mappedpages.internal.format;

/**
 * What a journal record says of the record before it, so that nothing else can stand in its place.
 *
 * @param generation of the record; 0 if there is none with this salt
 * @param crc32c     its own CRC32C; 0 if there is none
 */
public record RecordLink(long generation, int crc32c) {

    /** The first record of a salt follows this. */
    public static final RecordLink NONE = new RecordLink(0, 0);
}
