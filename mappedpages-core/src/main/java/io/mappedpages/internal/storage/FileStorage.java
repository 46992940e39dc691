package io.mappedpages.internal.storage;

import java.io.EOFException;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.channels.FileChannel.MapMode;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.locks.ReentrantLock;

import org.jspecify.annotations.Nullable;

/**
 * A real file. {@link FileStorageProvider} makes and opens them.
 *
 * <p>
 * There is one descriptor with one position, so reading and writing take turns under a monitor. A sync, which may last,
 * works outside of it; closing waits for running syncs through a lock of their own, since a descriptor that is closed
 * under a sync may already belong to another file when the sync reaches the kernel.
 */
public final class FileStorage implements PageStorage {

    /**
     * Blocks are reserved by writing zeros in pieces of this size and never larger: one large write makes the kernel keep
     * the range in one large unit of its cache, and every later store of a few bytes then writes all of it.
     */
    private static final int RESERVED_PIECE = 4096;

    private static final byte[] ZEROS = new byte[RESERVED_PIECE];

    private final Path path;
    private final RandomAccessFile file;
    private final NativeDescriptor descriptor;
    private final Runnable afterClose;
    private final MappedRanges mapped = new MappedRanges();

    /** Guards the position, the length and {@link #closed}. */
    private final Object monitor = new Object();

    /**
     * One sync at a time, and none while closing. The operating system reports a failed write to one sync only; another
     * one at the same time would succeed without its bytes being on the disk. Always taken before the monitor.
     */
    private final ReentrantLock syncing = new ReentrantLock();

    /** The first sync that failed. Guarded by {@link #syncing}. */
    private @Nullable IOException failedSync;

    private boolean closed;

    /**
     * Takes over an open file.
     *
     * @param descriptor for native calls; closed with the file
     * @param afterClose gives back what was taken in the file's name; runs once
     */
    FileStorage(Path path, RandomAccessFile file, NativeDescriptor descriptor, Runnable afterClose) {
        this.path = path;
        this.descriptor = descriptor;
        this.file = file;
        this.afterClose = afterClose;
    }

    /** Returns where the file was when it was opened. */
    Path path() {
        return path;
    }

    @Override
    public long length() throws IOException {
        synchronized (monitor) {
            return openFile().length();
        }
    }

    @Override
    public void read(long offset, byte[] target, int from, int length) throws IOException {
        Objects.checkFromIndexSize(from, length, target.length);
        checkOffset(offset);
        synchronized (monitor) {
            try {
                openFile().seek(offset);
                file.readFully(target, from, length);
            } catch (EOFException e) {
                EOFException clearer = new EOFException(path + " is " + file.length() + " bytes long and has no "
                        + length + " bytes at " + offset);
                clearer.initCause(e);
                throw clearer;
            }
        }
    }

    @Override
    public void write(long offset, byte[] source, int from, int length) throws IOException {
        Objects.checkFromIndexSize(from, length, source.length);
        checkOffset(offset);
        synchronized (monitor) {
            try {
                openFile().seek(offset);
                file.write(source, from, length);
            } catch (IOException e) {
                throw FullDisk.judge(e, path);
            }
        }
    }

    @Override
    public void sync() throws IOException {
        sync(() -> {
            if (!Host.LINUX) {
                mapped.forceAll();
            }
            file.getFD().sync();
        });
    }

    @Override
    public void sync(List<ByteRange> ranges) throws IOException {
        List<ByteRange> merged = ByteRange.merge(ranges);
        sync(() -> {
            if (merged.isEmpty()) {
                return;
            }
            boolean forced = mapped.force(writtenButOne(merged));
            // Elsewhere than on Linux a force need not cover what was written, nor the other way round.
            if (!forced || !Host.LINUX) {
                file.getFD().sync();
            }
        });
    }

    private interface Sync {
        void run() throws IOException;
    }

    private void sync(Sync sync) throws IOException {
        syncing.lock();
        try {
            checkOpen();
            if (failedSync != null) {
                throw new IOException(path + ": a sync has failed before; what it was to write may never be written",
                        failedSync);
            }
            try {
                sync.run();
            } catch (IOException e) {
                failedSync = e;
                throw FullDisk.judge(e, path);
            }
        } finally {
            syncing.unlock();
        }
    }

    /**
     * Each forced range waits for the device's cache, so where it can be helped there is only one: all ranges but the last
     * are written to the device without that, and forcing the last one flushes the cache behind them all. All are begun
     * before the first is waited for, so the device works on them at the same time.
     *
     * @return the ranges left to force
     */
    private List<ByteRange> writtenButOne(List<ByteRange> merged) throws IOException {
        int last = merged.size() - 1;
        if (last == 0) {
            return merged;
        }
        for (ByteRange range : merged) {
            if (!descriptor.startWriting(range)) {
                return merged;
            }
        }
        for (int i = 0; i < last; i++) {
            if (!descriptor.write(merged.get(i))) {
                return merged;
            }
        }
        return merged.subList(last, last + 1);
    }

    @Override
    public void extend(long from, long to, boolean reserve) throws IOException {
        checkOffset(from);
        Objects.checkFromToIndex(from, to, Long.MAX_VALUE);
        if (reserve && !descriptor.reserve(from, to - from)) {
            reserve(from, to); // before the length is set, so that failing leaves no more than was written
        }
        synchronized (monitor) {
            if (openFile().length() < to) {
                setLength(to);
            }
        }
    }

    /** Writes zeros, one piece per turn at the monitor, so that readers go on while a file grows. */
    private void reserve(long from, long to) throws IOException {
        for (long at = from; at < to;) {
            int piece = (int) Math.min(to - at, RESERVED_PIECE - at % RESERVED_PIECE);
            write(at, ZEROS, 0, piece);
            at += piece;
        }
    }

    @Override
    public void truncate(long length) throws IOException {
        checkOffset(length);
        synchronized (monitor) {
            if (openFile().length() > length) {
                setLength(length);
            }
        }
    }

    private void setLength(long length) throws IOException {
        try {
            file.setLength(length);
        } catch (IOException e) {
            throw FullDisk.judge(e, path);
        }
    }

    @Override
    public boolean punchHole(ByteRange range) throws IOException {
        return false;
    }

    @Override
    public Whereabouts whereabouts() throws IOException {
        return Whereabouts.IN_PLACE;
    }

    @Override
    public MemorySegment map(long offset, long length, Arena arena) throws IOException {
        checkOffset(offset);
        // Under the monitor: mapping asks for the length and then sets it, and must not undo an extension in between.
        synchronized (monitor) {
            RandomAccessFile mappable = openFile();
            MemorySegment segment;
            try {
                segment = Uninterruptible.call("map",
                        () -> mappable.getChannel().map(MapMode.READ_WRITE, offset, length, arena));
            } catch (IOException e) {
                throw FullDisk.judge(e, path);
            }
            descriptor.adviseRandom(segment);
            mapped.remember(offset, segment);
            return segment;
        }
    }

    @Override
    public void close() throws IOException {
        syncing.lock();
        try {
            synchronized (monitor) {
                if (closed) {
                    return;
                }
                closed = true;
                mapped.forgetAll();
                descriptor.close();
                try {
                    file.close();
                } finally {
                    afterClose.run();
                }
            }
        } finally {
            syncing.unlock();
        }
    }

    @Override
    public String toString() {
        return path.toString();
    }

    private RandomAccessFile openFile() throws IOException {
        if (closed) {
            throw new IOException(path + " is closed");
        }
        return file;
    }

    private void checkOpen() throws IOException {
        synchronized (monitor) {
            openFile();
        }
    }

    private static void checkOffset(long offset) {
        if (offset < 0) {
            throw new IllegalArgumentException("negative offset or length: " + offset);
        }
    }
}
