package io.mappedpages.benchmarks;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Path;
import java.util.List;

/** The baseline of durable calls: the same bytes to the same places of a plain file, {@code write} and {@code fdatasync}. */
final class RawFile implements AutoCloseable {

    private final RandomAccessFile file;
    private final byte[] bytes = new byte[Fixtures.PAGE];

    RawFile(Path path, long length) throws IOException {
        this.file = new RandomAccessFile(path.toFile(), "rw");
        file.setLength(length);
    }

    /** Writes what was recorded, with an {@code fdatasync} after each epoch. */
    void replay(List<List<RecordingDisk.Write>> epochs) throws IOException {
        for (List<RecordingDisk.Write> epoch : epochs) {
            for (RecordingDisk.Write write : epoch) {
                bytes[0]++;
                file.seek(write.offset());
                file.write(bytes, 0, write.length());
            }
            file.getChannel().force(false);
        }
    }

    @Override
    public void close() throws IOException {
        file.close();
    }
}
