package io.mappedpages.internal.storage;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.channels.FileChannel.MapMode;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

import io.mappedpages.internal.thread.Uninterruptible;

/**
 * The mappings that ranges of a file are forced through.
 *
 * <p>
 * On Linux they are made for that alone, from the description that syncs. They end where the file ends, for the JDK would
 * make it longer, and are made anew when it has become longer. Elsewhere a force covers only what was stored through that
 * very mapping, so there the mappings that are lent are forced.
 */
final class PortableRanges {

    /** The file is mapped in parts of this size, when one is first needed. */
    private static final long CHUNK = 1L << 30;

    private final Path path;
    private final RandomAccessFile file;
    private final Object monitor;
    private final MappedRanges mapped = new MappedRanges();
    private final Map<Long, Arena> arenas = new HashMap<>();
    private final Map<Long, Long> ends = new HashMap<>();

    /**
     * Maps nothing yet.
     *
     * @param monitor held by all who change the file's length
     */
    PortableRanges(Path path, RandomAccessFile file, Object monitor) {
        this.path = path;
        this.file = file;
        this.monitor = monitor;
    }

    /** A mapping was made for others. */
    void wasLent(long offset, MemorySegment segment) {
        if (!Host.LINUX) {
            mapped.remember(offset, segment);
        }
    }

    /**
     * Forces these ranges. For one thread at a time.
     *
     * @return false if some bytes are mapped nowhere; the caller then has to sync the whole file
     */
    boolean force(List<ByteRange> merged) throws IOException {
        if (Host.LINUX) {
            for (ByteRange range : merged) {
                for (long chunk = range.offset() / CHUNK; chunk * CHUNK < range.end(); chunk++) {
                    if (!cover(chunk, Math.min(range.end(), (chunk + 1) * CHUNK))) {
                        return false;
                    }
                }
            }
        }
        return mapped.force(merged);
    }

    /** Forces all that is mapped. */
    void forceAll() throws IOException {
        mapped.forceAll();
    }

    /** {@return whether a chunk is mapped up to an offset in the file now} */
    private boolean cover(long chunk, long end) throws IOException {
        if (ends.getOrDefault(chunk, 0L) >= end) {
            return true;
        }
        long begin = chunk * CHUNK;
        Arena arena = Arena.ofShared();
        MemorySegment segment;
        try {
            synchronized (monitor) {
                long length = Math.min(file.length() - begin, CHUNK);
                if (begin + length < end) {
                    arena.close();
                    return false;
                }
                segment = Uninterruptible.call("map",
                        () -> file.getChannel().map(MapMode.READ_WRITE, begin, length, arena));
            }
        } catch (IOException e) {
            arena.close();
            return false; // no address space; nothing was synced yet, so nothing is lost
        }
        mapped.remember(begin, segment);
        ends.put(chunk, begin + segment.byteSize());
        Arena shorter = arenas.put(chunk, arena);
        if (shorter != null) {
            shorter.close();
        }
        return true;
    }

    void close() {
        mapped.forgetAll();
        arenas.values().forEach(Arena::close);
        arenas.clear();
        ends.clear();
    }

    @Override
    public String toString() {
        return "mappings of " + path;
    }
}
