package io.mappedpages.internal.storage;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;

/**
 * A file with what the JDK has for it. Reading, writing and syncing go through a {@link RandomAccessFile}, which no interrupt
 * closes; reading has one of its own, so that it does not wait for what is being written. The mappings that are lent are made
 * from another description ({@link LentMappings}), so that nobody who forces one takes the report of a failed write away from the syncs.
 */
final class PortableStorage implements FileStorage {

    private final Path path;
    private final RandomAccessFile file;
    private final PortableSource source;
    private final LentMappings lent;
    private final SyncGate gate;
    private final Reservation reservation;
    private final PortableRanges ranges;
    /** Guards the position of {@link #file}, and all that changes the length or {@link #closed}. */
    private final Object monitor = new Object();
    private volatile boolean closed;
    private Runnable afterClose = () -> {
    };

    /**
     * Takes over an open file.
     *
     * @param identity tells the file from every other
     * @param reader   to read from: another description of the file, or {@code file} itself
     */
    PortableStorage(Path path, Object identity, RandomAccessFile file, RandomAccessFile reader, LentMappings lent) {
        this.path = path;
        this.file = file;
        this.source = new PortableSource(path, identity, reader, reader.equals(file) ? monitor : new Object());
        this.lent = lent;
        this.gate = new SyncGate(path);
        this.reservation = new Reservation(path, new WrittenBlocks());
        this.ranges = new PortableRanges(path, file, monitor);
    }

    @Override
    public Path path() {
        return path;
    }

    @Override
    public void whenClosed(Runnable action) {
        afterClose = action;
    }

    @Override
    public long length() throws IOException {
        return openFile().length(); // moves nothing, so it need not wait for a write
    }

    @Override
    public void read(long offset, byte[] target, int from, int length) throws IOException {
        source.read(offset, target, from, length);
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
        gate.pass(() -> {
            if (!Host.LINUX) {
                ranges.forceAll();
            }
            file.getFD().sync();
        });
    }

    @Override
    public boolean syncsUnmapped() {
        return Host.LINUX;
    }

    @Override
    public void sync(List<ByteRange> wanted) throws IOException {
        List<ByteRange> merged = ByteRange.merge(wanted);
        gate.pass(() -> {
            if (merged.isEmpty()) {
                return;
            }
            boolean forced = ranges.force(merged);
            // Elsewhere than on Linux a force need not cover what was written, nor the other way round.
            if (!forced || !Host.LINUX) {
                file.getFD().sync();
            }
        });
    }

    @Override
    public void extend(long from, long to, boolean reserve) throws IOException {
        checkOffset(from);
        Objects.checkFromToIndex(from, to, Long.MAX_VALUE);
        if (reserve) {
            reservation.reserve(from, to); // before the length is set, so that failing leaves no more than was written
        }
        synchronized (monitor) {
            if (openFile().length() < to) {
                setLength(to);
            }
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

    /** The JDK has no call for it. */
    @Override
    public boolean punchHole(ByteRange range) throws IOException {
        length(); // refused when closed
        return false;
    }

    @Override
    public Whereabouts whereabouts() throws IOException {
        return source.whereabouts();
    }

    @Override
    public MemorySegment map(long offset, long length, Arena arena) throws IOException {
        checkOffset(offset);
        // Under the monitor: mapping asks for the length and then sets it, and must not undo an extension in between.
        synchronized (monitor) {
            openFile();
            MemorySegment segment = lent.map(offset, length, arena);
            ranges.wasLent(offset, segment);
            return segment;
        }
    }

    @Override
    public void close() throws IOException {
        gate.close(() -> {
            synchronized (monitor) {
                closed = true;
                try {
                    ranges.close();
                } finally {
                    try (lent; file) {
                        source.close();
                    } finally {
                        afterClose.run();
                    }
                }
            }
        });
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

    private static void checkOffset(long offset) {
        if (offset < 0) {
            throw new IllegalArgumentException("negative offset or length: " + offset);
        }
    }

    /** Blocks by writing zeros, one piece per turn at the monitor, so that readers go on while a file grows. */
    private final class WrittenBlocks implements Reservation.Blocks {

        @Override
        public long length() throws IOException {
            return PortableStorage.this.length();
        }

        @Override
        public boolean allocate(long offset, long length) {
            return false;
        }

        @Override
        public void write(long offset, byte[] source, int from, int length) throws IOException {
            PortableStorage.this.write(offset, source, from, length);
        }
    }
}
