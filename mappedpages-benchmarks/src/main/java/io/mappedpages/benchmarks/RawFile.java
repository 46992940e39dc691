package io.mappedpages.benchmarks;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Path;
import java.util.List;

/** The baseline of durable calls: the same bytes to the same places of a plain file, {@code write} and {@code fdatasync}. */
final class RawFile implements AutoCloseable {

    private final RandomAccessFile file;
    private final byte[] bytes = new byte[Fixtures.PAGE];
    private long syncNanos;

    RawFile(Path path, long length) throws IOException {
        this.file = new RandomAccessFile(path.toFile(), "rw");
        file.setLength(length);
    }

    /** Writes what was recorded, with an {@code fdatasync} after each epoch. */
    void replay(List<List<RecordingDisk.Write>> epochs) throws IOException {
        for (List<RecordingDisk.Write> epoch : epochs) {
            for (RecordingDisk.Write write : epoch) {
                write(write.offset(), write.length());
            }
            sync();
        }
    }

    /** Writes so many bytes, other ones each time. */
    void write(long offset, int length) throws IOException {
        bytes[0]++;
        file.seek(offset);
        file.write(bytes, 0, length);
    }

    /** An {@code fdatasync}. */
    void sync() throws IOException {
        long begin = System.nanoTime();
        file.getChannel().force(false);
        syncNanos = System.nanoTime() - begin;
    }

    /** {@return nanoseconds that the last sync took} */
    long syncNanos() {
        return syncNanos;
    }

    @Override
    public void close() throws IOException {
        file.close();
    }
}
