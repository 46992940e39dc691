package io.mappedpages.internal.storage;

import java.io.IOException;
import java.lang.System.Logger.Level;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.LongSupplier;

import io.mappedpages.internal.log.SafeLog;

/**
 * Puts real blocks behind a part of a file. Where the file system gives them, it knows best whether it has enough: the
 * superuser, for one, may have more than is said to be usable. It is not asked for what the whole disk does not have, and
 * where zeros have to be written, that has to be usable: finding out by filling the disk would take long and harm others.
 */
final class Reservation {

    private static final SafeLog LOG = SafeLog.of(Reservation.class);

    /** The file system is asked for so many bytes at once, so that the work can tell how far it is. */
    private static final long PIECE = 1L << 30;

    /**
     * Zeros are written in such pieces. Larger ones would make the kernel keep the file in larger units of memory, of which
     * it then writes all for a later store of a few bytes.
     */
    private static final int WRITTEN_PIECE = 4096;

    private static final int PIECES_BETWEEN_LOOKS_AT_THE_CLOCK = 256;

    private static final byte[] ZEROS = new byte[WRITTEN_PIECE];

    private final Path path;
    private final Blocks blocks;
    private final Disk disk;
    private final LongSupplier nanoTime;

    /** The file. */
    interface Blocks {

        long length() throws IOException;

        /**
         * Asks the file system for blocks, which keep what is there.
         *
         * @return false if it does not do that
         */
        boolean allocate(long offset, long length) throws IOException;

        void write(long offset, byte[] source, int from, int length) throws IOException;
    }

    /** The disk below. */
    interface Disk {

        /**
         * Looks how many bytes there are.
         *
         * @param forAll whether only those count that everybody may use, or all that are free
         * @return a negative number if that is not known
         */
        long room(Path path, boolean forAll);
    }

    Reservation(Path path, Blocks blocks) {
        this(path, blocks, Reservation::room, System::nanoTime);
    }

    Reservation(Path path, Blocks blocks, Disk disk, LongSupplier nanoTime) {
        this.path = path;
        this.blocks = blocks;
        this.disk = disk;
        this.nanoTime = nanoTime;
    }

    /** Reserves the bytes {@code [from, to)}, whose contents are lost if the file system has no call for it. */
    void reserve(long from, long to) throws IOException {
        requireRoom(from, to, false);
        Progress progress = new Progress("reserving space for " + path, to - from, nanoTime,
                message -> LOG.logAtOnce(Level.INFO, message));
        for (long at = from; at < to;) {
            long piece = Math.min(to - at, PIECE);
            if (!blocks.allocate(at, piece)) {
                writeZeros(from, at, to, progress);
                return;
            }
            at += piece;
            progress.at(at - from);
        }
    }

    /** What is in the file already may have its blocks, so only what comes after its end is sure to need new ones. */
    private void requireRoom(long from, long to, boolean forAll) throws IOException {
        long needed = to - Math.max(from, blocks.length());
        long left = needed <= 0 ? Long.MAX_VALUE : disk.room(path, forAll);
        if (left >= 0 && needed > left) {
            throw new OutOfSpaceException(path,
                    needed + " more bytes are needed, and " + left + " are left on the disk", null);
        }
    }

    private void writeZeros(long from, long begin, long to, Progress progress) throws IOException {
        requireRoom(begin, to, true);
        int pieces = 0;
        for (long at = begin; at < to;) {
            int piece = (int) Math.min(to - at, WRITTEN_PIECE - at % WRITTEN_PIECE);
            blocks.write(at, ZEROS, 0, piece);
            at += piece;
            if (++pieces % PIECES_BETWEEN_LOOKS_AT_THE_CLOCK == 0) {
                progress.at(at - from);
            }
        }
    }

    private static long room(Path path, boolean forAll) {
        try {
            FileStore store = Files.getFileStore(path);
            if (store.getTotalSpace() == 0) {
                return -1; // a tmpfs without a limit has 0 of 0
            }
            return forAll ? store.getUsableSpace() : store.getUnallocatedSpace();
        } catch (IOException e) {
            return -1; // some containers hide their mounts; then it turns out when the blocks are asked for
        }
    }
}
