package io.mappedpages.internal.storage;

import java.io.EOFException;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

import org.jspecify.annotations.Nullable;

/**
 * A disk for one file of up to 2^63 bytes, more than any file system here allows: the pieces of 1 GiB that are really used
 * lie one after the other in a sparse file, what was never written is zeros. Not crash-safe; for tests of large numbers.
 */
public final class ImaginaryDisk implements StorageProvider {

    private static final int SHIFT = 30;
    private static final long PIECE = 1L << SHIFT;

    private final FileStorageProvider real = new FileStorageProvider();
    /** Where the pieces are: of the file, and in the sparse one. */
    private final Map<Long, Long> places = new HashMap<>();
    private long length;

    private synchronized @Nullable Long placeIfUsed(long piece) {
        return places.get(piece);
    }

    private synchronized long place(long piece) {
        return places.computeIfAbsent(piece, _ -> (long) places.size());
    }

    private synchronized long length() {
        return length;
    }

    private synchronized void reach(long end) {
        length = Math.max(length, end);
    }

    private synchronized void cut(long end) {
        length = Math.min(length, end);
    }

    @Override
    public boolean exists(Path path) {
        return real.exists(path);
    }

    @Override
    public Path resolve(Path path) throws IOException {
        return real.resolve(path);
    }

    @Override
    public PageStorage createTemporary(Path target) throws IOException {
        return new File(real.createTemporary(target));
    }

    @Override
    public void publish(PageStorage temporary, Path target) throws IOException {
        real.publish(((File) temporary).file, target);
    }

    @Override
    public void discard(PageStorage temporary) {
        real.discard(((File) temporary).file);
    }

    @Override
    public HeldLock lock(Path realPath) throws IOException {
        return real.lock(realPath);
    }

    @Override
    public PageStorage open(Path realPath, HeldLock lock) throws IOException {
        return new File(real.open(realPath, lock));
    }

    @Override
    public PageSource openToRead(Path realPath) throws IOException {
        throw new UnsupportedOperationException("nobody needs it");
    }

    @Override
    public Object identity(Path realPath) throws IOException {
        return real.identity(realPath);
    }

    private final class File implements PageStorage {
        private final PageStorage file;

        File(PageStorage file) {
            this.file = file;
        }

        private long translated(long offset) {
            return (place(offset >>> SHIFT) << SHIFT) + (offset & (PIECE - 1));
        }

        @Override
        public long length() {
            return ImaginaryDisk.this.length();
        }

        @Override
        public void read(long offset, byte[] target, int from, int count) throws IOException {
            if (offset + count > length()) {
                throw new EOFException(offset + " and " + count + " bytes of " + length());
            }
            Long place = placeIfUsed(offset >>> SHIFT);
            long at = place == null ? Long.MAX_VALUE : translated(offset);
            Arrays.fill(target, from, from + count, (byte) 0);
            int there = (int) Math.clamp(file.length() - at, 0, (long) count);
            if (there > 0) {
                file.read(at, target, from, there);
            }
        }

        @Override
        public void write(long offset, byte[] source, int from, int count) throws IOException {
            file.write(translated(offset), source, from, count);
            reach(offset + count);
        }

        @Override
        public void sync() throws IOException {
            file.sync();
        }

        @Override
        public void sync(List<ByteRange> ranges) throws IOException {
            List<ByteRange> translated = new ArrayList<>();
            for (ByteRange range : ranges) {
                translated.add(new ByteRange(translated(range.offset()), range.length()));
            }
            file.sync(translated);
        }

        @Override
        public void extend(long from, long to, boolean reserve) {
            reach(to);
        }

        @Override
        public void truncate(long end) {
            cut(end);
        }

        @Override
        public boolean punchHole(ByteRange range) {
            return false;
        }

        @Override
        public Whereabouts whereabouts() {
            return Whereabouts.IN_PLACE;
        }

        @Override
        public MemorySegment map(long offset, long count, Arena arena) throws IOException {
            reach(offset + count);
            return file.map(translated(offset), count, arena);
        }

        @Override
        public void close() throws IOException {
            file.close();
        }
    }
}
