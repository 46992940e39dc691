package io.mappedpages.crashlab;

import java.io.EOFException;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.zip.CRC32C;

import io.mappedpages.internal.storage.ByteRange;
import io.mappedpages.internal.storage.HeldLock;
import io.mappedpages.internal.storage.PageSource;
import io.mappedpages.internal.storage.PageStorage;
import io.mappedpages.internal.storage.StorageProvider;
import io.mappedpages.internal.storage.Whereabouts;

/**
 * A directory with one file that can be opened and read, again and again, and in which nothing may be written: opening a
 * file must not. One instance serves one thread.
 */
final class Image implements StorageProvider {

    private byte[] bytes = new byte[0];
    private int length;
    private BadBlock bad = BadBlock.NONE;

    /** From now on this is the file. The bytes are not copied. */
    void show(byte[] content, int ofLength) {
        bytes = content;
        length = ofLength;
        bad = BadBlock.NONE;
    }

    /** {@return whether this is among one of {@code count} such files, always the same ones} */
    boolean isOneOf(int count) {
        CRC32C sum = new CRC32C();
        sum.update(bytes, 0, length);
        return sum.getValue() % count == 0;
    }

    /** From now on some reads fail. */
    void has(BadBlock badBlock) {
        bad = badBlock;
    }

    @Override
    public boolean exists(Path path) {
        return path.equals(SimulatedDisk.FILE);
    }

    @Override
    public Path resolve(Path path) {
        return path;
    }

    @Override
    public HeldLock lock(Path realPath) {
        return () -> {
        };
    }

    @Override
    public PageStorage open(Path realPath, HeldLock lock) throws IOException {
        if (!exists(realPath)) {
            throw new NoSuchFileException(realPath.toString());
        }
        return new View();
    }

    @Override
    public PageSource openToRead(Path realPath) throws IOException {
        return open(realPath, () -> {
        });
    }

    @Override
    public Object identity(Path realPath) {
        return realPath;
    }

    @Override
    public PageStorage createTemporary(Path target) {
        throw written("a temporary file");
    }

    @Override
    public void publish(PageStorage temporary, Path target) {
        throw written("a name");
    }

    @Override
    public void discard(PageStorage temporary) {
        throw written("a name");
    }

    private static LabFailure written(String what) {
        return new LabFailure("opening and reading changed " + what);
    }

    private final class View implements PageStorage {

        private final byte[] content = bytes;
        private final int size = length;

        @Override
        public long length() {
            return size;
        }

        @Override
        public void read(long offset, byte[] target, int from, int count) throws IOException {
            bad.read(offset, count);
            if (offset + count > size) {
                throw new EOFException(count + " bytes at " + offset + " of " + size);
            }
            System.arraycopy(content, (int) offset, target, from, count);
        }

        @Override
        public void write(long offset, byte[] source, int from, int count) {
            throw written("byte " + offset);
        }

        @Override
        public void sync() {
            throw written("what is durable");
        }

        @Override
        public void sync(List<ByteRange> ranges) {
            throw written("what is durable");
        }

        @Override
        public void extend(long from, long to, boolean reserve) {
            throw written("the length");
        }

        @Override
        public void truncate(long to) {
            throw written("the length");
        }

        @Override
        public boolean punchHole(ByteRange range) {
            throw written("a hole");
        }

        @Override
        public Whereabouts whereabouts() {
            return Whereabouts.IN_PLACE;
        }

        @Override
        public MemorySegment map(long offset, long count, Arena arena) {
            if (offset + count > size) {
                throw written("the length, by mapping past the end");
            }
            return MemorySegment.ofArray(content).asSlice(offset, count);
        }

        @Override
        public void close() {
            // nothing is held
        }
    }
}
