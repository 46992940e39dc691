package io.mappedpages.internal.storage;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.FileSystemException;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;

/**
 * A file by system calls of Linux. It has several descriptions: one for reading, writing and syncing, which holds the lock;
 * one that ranges are written through ({@link RangeWriting}); one for the mappings that are lent ({@link LentMappings});
 * and two more as soon as something is synced beside other syncs ({@link BesideSyncs}).
 * A report of a failed write that somebody takes from one of them is still there in the others.
 */
final class NativeStorage implements FileStorage {

    private final SystemCalls calls;
    private final Path path;
    private final NativeFile file;
    private final NativeSource source;
    private final LentMappings lent;
    private final NativeSyncs syncs;
    private final BesideSyncs beside;
    private final Reservation reservation;
    /** Looking for the length and then changing it is one step. */
    private final Object length = new Object();
    private Runnable afterClose = () -> {
    };

    private NativeStorage(SystemCalls calls, Path path, NativeFile file, RangeWriting writing, LentMappings lent) {
        this.calls = calls;
        this.path = path;
        this.file = file;
        this.source = new NativeSource(calls, path, file);
        this.lent = lent;
        this.syncs = new NativeSyncs(calls, path, file, writing);
        this.beside = new BesideSyncs(calls, path, file);
        this.reservation = new Reservation(path, new NativeBlocks());
    }

    /** Opens the other descriptions. If that fails, the file is still the caller's to close. */
    static NativeStorage of(SystemCalls calls, Path path, NativeFile file) throws IOException {
        RangeWriting writing = RangeWriting.of(path, file);
        try {
            return new NativeStorage(calls, path, file, writing, lent(path, file));
        } catch (Throwable e) {
            writing.close();
            throw e;
        }
    }

    private static LentMappings lent(Path path, NativeFile file) throws IOException {
        try {
            return LentMappings.open(path, Path.of(file.descriptorName()));
        } catch (IOException e) { // there is no /proc here
            LentMappings byName = file.isStillThere() ? LentMappings.open(path, path) : null;
            if (byName == null || !file.isStillThere()) {
                if (byName != null) {
                    byName.close();
                }
                throw new FileSystemException(path.toString(), null, "it was replaced while it was opened");
            }
            return byName;
        }
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
        return source.length();
    }

    @Override
    public void read(long offset, byte[] target, int from, int count) throws IOException {
        source.read(offset, target, from, count);
    }

    @Override
    public void write(long offset, byte[] source, int from, int count) throws IOException {
        Objects.checkFromIndexSize(from, count, source.length);
        checkOffset(offset);
        file.write(offset, source, from, count);
    }

    @Override
    public void sync() throws IOException {
        syncs.all();
    }

    @Override
    public void sync(List<ByteRange> wanted) throws IOException {
        syncs.ranges(wanted);
    }

    @Override
    public void syncBeside(List<ByteRange> wanted) throws IOException {
        NativeSyncs own = beside.get();
        (own == null ? syncs : own).ranges(wanted);
    }

    @Override
    public void writeBackBeside(List<ByteRange> ranges) throws IOException {
        NativeSyncs own = beside.get();
        if (own != null) {
            own.writeBack(ranges);
        }
    }

    /** {@return how ranges are synced} */
    RangeSyncs rangeSyncs() {
        return syncs.rangeSyncs();
    }

    @Override
    public void syncAdded(ByteRange added) throws IOException {
        syncs.added(added);
    }

    @Override
    public void extend(long from, long to, boolean reserve) throws IOException {
        checkOffset(from);
        Objects.checkFromToIndex(from, to, Long.MAX_VALUE);
        if (reserve) {
            reservation.reserve(from, to); // before the length is set, so that failing leaves no more than was reserved
        }
        synchronized (length) {
            lengthen(to);
        }
    }

    private void lengthen(long to) throws IOException {
        if (length() < to) {
            setLength(to);
        }
    }

    private void setLength(long to) throws IOException {
        file.require("making it " + to + " bytes long", (linux, open) -> linux.truncate(open, to));
    }

    @Override
    public void truncate(long to) throws IOException {
        checkOffset(to);
        synchronized (length) {
            if (length() > to) {
                setLength(to);
            }
        }
    }

    @Override
    public boolean punchHole(ByteRange range) throws IOException {
        if (range.length() == 0) {
            return true;
        }
        long result = file.call((linux, open) -> linux.punchHole(open, range.offset(), range.length()));
        if (Errno.isUnsupported((int) -result)) {
            return false;
        }
        if (result < 0) {
            throw Errno.failure(path, "giving back " + range.length() + " bytes at " + range.offset(), (int) -result);
        }
        return true;
    }

    @Override
    public Whereabouts whereabouts() throws IOException {
        return source.whereabouts();
    }

    @Override
    public MemorySegment map(long offset, long count, Arena arena) throws IOException {
        checkOffset(offset);
        synchronized (length) {
            lengthen(Math.addExact(offset, count)); // so that the channel, which has its own look, has nothing to do
            MemorySegment segment = lent.map(offset, count, arena);
            calls.adviseRandom(segment); // only advice, so it does not matter what becomes of it
            return segment;
        }
    }

    @Override
    public void close() throws IOException {
        beside.close();
        syncs.close(() -> {
            synchronized (length) {
                closeAll();
            }
        });
    }

    /** Whatever fails: what comes after it is closed, and the lock and the claim are given up last. */
    private void closeAll() throws IOException {
        try {
            syncs.unmap();
        } finally {
            try (lent; syncs) {
                // both are closed, whatever becomes of the first
            } finally {
                try {
                    file.close();
                } finally {
                    afterClose.run();
                }
            }
        }
    }

    @Override
    public String toString() {
        return path.toString();
    }

    private static void checkOffset(long offset) {
        if (offset < 0) {
            throw new IllegalArgumentException("negative offset or length: " + offset);
        }
    }

    /** Blocks by {@code fallocate}. */
    private final class NativeBlocks implements Reservation.Blocks {

        @Override
        public long length() throws IOException {
            return NativeStorage.this.length();
        }

        @Override
        public boolean allocate(long offset, long count) throws IOException {
            long result = file.call((linux, open) -> linux.allocate(open, offset, count));
            int errno = (int) -result;
            if (Errno.isOutOfSpace(errno) || errno == Errno.EIO) {
                throw Errno.failure(path, "reserving " + count + " bytes at " + offset, errno);
            }
            return result >= 0; // any other failure: it is not to be had here, and zeros will do
        }

        @Override
        public void write(long offset, byte[] source, int from, int count) throws IOException {
            file.write(offset, source, from, count);
        }
    }
}
