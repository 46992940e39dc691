package io.mappedpages.comparison.store;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileChannel.MapMode;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.concurrent.atomic.AtomicLong;

/**
 * The baseline: values side by side in a file. {@code pwrite} and {@code fdatasync} for each change, a plain mapping for reads.
 * Nothing of it is atomic, and nothing is checked.
 */
final class RawStore implements Store {

    private final FileChannel file;
    private final Arena arena = Arena.ofShared();
    private final AtomicLong next;
    private volatile MemorySegment mapped;

    RawStore(Path directory) throws IOException {
        file = FileChannel.open(directory.resolve("store.raw"), StandardOpenOption.CREATE, StandardOpenOption.READ,
                StandardOpenOption.WRITE);
        next = new AtomicLong(file.size() / Contents.SIZE);
        mapped = map();
    }

    private MemorySegment map() throws IOException {
        return file.map(MapMode.READ_ONLY, 0, next.get() * Contents.SIZE, arena);
    }

    @Override
    public Session session() {
        return new Mapping();
    }

    @Override
    public void load(int count, long version) throws IOException {
        int together = 256;
        ByteBuffer values = ByteBuffer.allocateDirect(together * Contents.SIZE);
        for (int key = 0; key < count; key++) {
            values.put(Contents.of(key, version));
            if (!values.hasRemaining() || key == count - 1) {
                values.flip();
                long end = (key + 1L) * Contents.SIZE;
                write(values, end - values.remaining());
                values.clear();
            }
        }
        file.force(false);
        next.accumulateAndGet(count, Math::max);
        mapped = map();
    }

    private void write(ByteBuffer bytes, long at) throws IOException {
        for (long to = at; bytes.hasRemaining();) {
            to += file.write(bytes, to);
        }
    }

    @Override
    public long count() {
        return next.get();
    }

    @Override
    public void close() throws IOException {
        file.close();
        arena.close();
    }

    private final class Mapping implements Session {
        private final ByteBuffer buffer = ByteBuffer.allocateDirect(Contents.SIZE);

        @Override
        public void update(long key, byte[] value) throws IOException {
            write(buffer.clear().put(value).flip(), key * Contents.SIZE);
            file.force(false);
        }

        @Override
        public long insert(byte[] value) throws IOException {
            long key = next.getAndIncrement();
            update(key, value);
            return key;
        }

        private MemorySegment value(long key) throws IOException {
            long at = key * Contents.SIZE;
            if (at >= mapped.byteSize()) {
                mapped = map();
            }
            return mapped.asSlice(at, Contents.SIZE);
        }

        @Override
        public long word(long key, int at) throws IOException {
            return Contents.word(value(key), at);
        }

        @Override
        public void copy(long key, byte[] into) throws IOException {
            MemorySegment.copy(value(key), 0, MemorySegment.ofArray(into), 0, into.length);
        }

        @Override
        public long sum() throws IOException {
            long sum = 0;
            long count = count();
            for (long key = 0; key < count; key++) {
                sum += Contents.sum(value(key));
            }
            return sum;
        }
    }
}
