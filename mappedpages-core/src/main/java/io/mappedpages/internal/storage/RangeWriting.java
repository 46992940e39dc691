package io.mappedpages.internal.storage;

import java.io.IOException;
import java.lang.System.Logger.Level;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;

import org.jspecify.annotations.Nullable;

import io.mappedpages.internal.log.SafeLog;

/**
 * Writes ranges of a file to the device without making them durable ({@code sync_file_range}), which is quicker than a
 * force: all are under way at once, and the device's cache is flushed once, by a force of one range afterwards.
 *
 * <p>
 * Only some file systems are known to do it. Others return success and do nothing: overlayfs asks its own mapping of the
 * file, which is always empty. And the call may be forbidden. Then this way is closed, and every range is forced.
 *
 * <p>
 * On btrfs the file is synced as a whole instead. Before Linux 5.10 a sync of a range there logs only where the blocks of that
 * range are: what {@code sync_file_range} has written elsewhere would be on the device, and not be found after a power
 * cut. Forcing each range would be right, but every force writes the log anew; and a later Linux syncs the whole file
 * anyway.
 *
 * <p>
 * It has a description of the file to itself. If the call comes back with a failed write in a form that is not understood
 * here, the description that syncs has still its own report of it.
 */
final class RangeWriting implements AutoCloseable {

    private static final SafeLog LOG = SafeLog.of(RangeWriting.class);

    private static final long EXT = 0xEF53;
    private static final long XFS = 0x58465342;
    private static final long BTRFS = 0x9123683EL;
    private static final Set<Long> TRUSTED = Set.of(EXT, XFS);

    private final Path path;
    private final @Nullable NativeFile file;
    private final boolean wholeIsCheaper;
    private volatile boolean open;

    private RangeWriting(Path path, @Nullable NativeFile file, boolean wholeIsCheaper) {
        this.path = path;
        this.file = file;
        this.wholeIsCheaper = wholeIsCheaper;
        this.open = file != null;
    }

    /** Opens the way if the file is on a file system that is known for it. */
    static RangeWriting of(Path path, NativeFile file) throws IOException {
        long type = file.call((linux, open) -> linux.fileSystemType(open));
        return new RangeWriting(path, TRUSTED.contains(type) ? file.again() : null, type == BTRFS);
    }

    /** {@return how ranges of this file are synced} */
    RangeSyncs rangeSyncs() {
        return wholeIsCheaper ? RangeSyncs.WHOLE_FILE
                : open ? RangeSyncs.WRITTEN_TOGETHER : RangeSyncs.FORCED_ONE_BY_ONE;
    }

    /** {@return whether these ranges are better made durable by a sync of the whole file} */
    boolean isForWhole(List<ByteRange> ranges) {
        return wholeIsCheaper && ranges.size() > 1;
    }

    /**
     * {@return whether a force of one range is known to make the file's length durable, too, and where its blocks are} On ext and
     * xfs any {@code fsync}, be it of an empty range, commits what the journal of the file system has of the file. Others
     * may note only what belongs to the range.
     */
    boolean keepsLength() {
        return file != null;
    }

    /**
     * Begins to write all ranges, and waits until all but the last are on the device.
     *
     * @return the ranges to force afterwards, so that all are durable
     * @throws IOException if writing failed
     */
    List<ByteRange> writtenButOne(List<ByteRange> ranges) throws IOException {
        NativeFile own = file;
        if (own == null || !open || ranges.size() < 2) {
            return ranges;
        }
        int last = ranges.size() - 1;
        return write(own, ranges, ranges.subList(0, last)) ? ranges.subList(last, last + 1) : ranges;
    }

    /** Writes all ranges, and waits until they are on the device. Does nothing where that is not to be had. */
    void writeBack(List<ByteRange> ranges) throws IOException {
        NativeFile own = file;
        if (own != null && open) {
            write(own, ranges, ranges);
        }
    }

    /** {@return whether it was possible} */
    private boolean write(NativeFile own, List<ByteRange> begun, List<ByteRange> awaited) throws IOException {
        for (ByteRange range : begun) {
            if (!done(own.call((linux, descriptor) -> linux.startWriting(descriptor, range)), range)) {
                return false;
            }
        }
        for (ByteRange range : awaited) {
            if (!done(own.call((linux, descriptor) -> linux.finishWriting(descriptor, range)), range)) {
                return false;
            }
        }
        return true;
    }

    private boolean done(long result, ByteRange range) throws IOException {
        int errno = (int) -result;
        switch (errno) {
            case Errno.EIO, Errno.ENOSPC, Errno.EDQUOT -> throw Errno.failure(path,
                    "writing " + range.length() + " bytes at " + range.offset() + " to the device", errno);
            default -> {
                if (result >= 0) {
                    return true;
                }
            }
        }
        open = false;
        LOG.log(Level.INFO,
                "{0}: sync_file_range is not to be had here: {1}. From now on each range is forced by itself,"
                        + " which is slower",
                path, Errno.words(errno));
        return false;
    }

    @Override
    public void close() {
        open = false;
        if (file != null) {
            file.close();
        }
    }
}
