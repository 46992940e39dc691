package io.mappedpages.internal.storage;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.List;

/**
 * One open file of bytes: the seam between the engine and the disk. Offsets and lengths are bytes.
 *
 * <p>
 * Every call may be made by any thread at any time, and calls run beside each other: a sync does not hold up reads, writes
 * or mapping. An interrupt never disturbs a call, and a thread that came in interrupted is still interrupted when it
 * leaves. After {@link #close()} every other call throws {@link IOException}.
 */
public interface PageStorage extends PageSource {

    /**
     * Writes exactly {@code length} bytes of {@code source}, beginning at index {@code from}, to {@code offset}. The file
     * becomes longer only if the bytes do not fit in it. On failure any part of the bytes may have been written.
     *
     * @throws OutOfSpaceException if there was no room for them
     */
    void write(long offset, byte[] source, int from, int length) throws IOException;

    /** Makes durable all that was written or stored through a mapping before this call, and the file's length. */
    void sync() throws IOException;

    /**
     * Returns whether a sync covers what was stored through a mapping even if that mapping is gone. If not, whoever unmaps
     * syncs before.
     */
    default boolean syncsUnmapped() {
        return true;
    }

    /**
     * Makes at least these bytes durable, whether they were written or stored through a mapping, and as much of the
     * file's length as is needed to find them again. What else becomes durable is left open.
     */
    void sync(List<ByteRange> ranges) throws IOException;

    /**
     * As {@link #sync(List)}, beside the syncs of others: they do not wait for it, where that can be had. If something cannot be
     * written, both kinds are told of it, each by the next of its syncs; of this kind, if it was called before that, be it
     * with no ranges, which syncs nothing.
     */
    default void syncBeside(List<ByteRange> ranges) throws IOException {
        if (!ranges.isEmpty()) {
            sync(ranges);
        }
    }

    /**
     * Writes these bytes to the device, as far as that can be had, without making them durable: so what {@link #syncBeside} has to
     * do can be done bit by bit. What fails is told as there.
     */
    default void writeBackBeside(List<ByteRange> ranges) throws IOException {
        // What is not written now is written by the sync.
    }

    /**
     * Makes durable that the file has got a new end, and these bytes of it. What else becomes durable is left open; as little
     * as possible, for other syncs wait until this one is done.
     */
    default void syncAdded(ByteRange added) throws IOException {
        sync();
    }

    /**
     * Makes the file at least {@code to} bytes long; it never becomes shorter.
     *
     * @param from    where the new part begins; with {@code reserve} the bytes from here on are overwritten
     * @param to      where the new part ends
     * @param reserve whether real blocks must lie behind every byte of {@code [from, to)}; afterwards they
     *                are zeros where the file ended before, and anything elsewhere
     * @throws OutOfSpaceException if the disk is full, a quota is used up or the file would be too large; the file may
     *                             have become longer by a part, which the caller cuts off with {@link #truncate(long)}
     */
    void extend(long from, long to, boolean reserve) throws IOException;

    /** Cuts the file down to {@code length} bytes; a file that is not longer stays as it is. */
    void truncate(long length) throws IOException;

    /**
     * Gives the blocks behind a range back to the file system, where that can be done; the file keeps its length. The range
     * reads as zeros then, also through mappings. Not durable before a sync.
     *
     * @return false if that is not to be had here, and then nothing has changed
     */
    boolean punchHole(ByteRange range) throws IOException;

    /**
     * Maps {@code length} bytes at {@code offset} for reading and writing, shared with all who read or map the file. If
     * the file is shorter it becomes longer, without real blocks behind the new part.
     *
     * @param arena decides how long the mapping lives; it must be one that any thread may use
     * @throws IOException if the mapping fails, also for want of address space
     */
    MemorySegment map(long offset, long length, Arena arena) throws IOException;

    /**
     * Closes the file and gives up every lock that came with it. Waits for syncs that are under way. Mappings stay valid
     * until their arena is closed. Closing again does nothing.
     */
    @Override
    void close() throws IOException;
}
