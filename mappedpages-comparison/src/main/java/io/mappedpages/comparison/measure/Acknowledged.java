package io.mappedpages.comparison.measure;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.channels.FileChannel;
import java.nio.channels.FileChannel.MapMode;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * The version of each value that an update has returned for. It is kept in a mapped file: what a killed process has stored there is
 * still there.
 */
final class Acknowledged implements AutoCloseable {

    private final Arena arena = Arena.ofShared();
    private final MemorySegment versions;
    private final MemorySegment none;

    Acknowledged(Path file, int count) throws IOException {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.READ,
                StandardOpenOption.WRITE)) {
            versions = channel.map(MapMode.READ_WRITE, 0, (long) count * Long.BYTES, arena);
        }
        none = arena.allocate(versions.byteSize());
    }

    long version(long key) {
        return versions.getAtIndex(ValueLayout.JAVA_LONG, key);
    }

    void set(long key, long version) {
        versions.setAtIndex(ValueLayout.JAVA_LONG, key, version);
    }

    /** {@return whether none has returned yet} */
    boolean isEmpty() {
        return versions.mismatch(none) < 0;
    }

    @Override
    public void close() {
        arena.close();
    }
}
