package io.mappedpages.internal.storage;

import java.io.IOException;
import java.lang.System.Logger.Level;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

import io.mappedpages.internal.log.SafeLog;

/**
 * Makes ranges of a file durable and leaves the rest alone. Linux has no such call but {@code msync}, which is an
 * {@code fdatasync} of a range of the file behind a mapping: it covers what was written as well as what was stored through
 * any mapping. So the file is mapped for that alone, from the description that syncs, without a right to read or
 * write: nothing can touch it, no page of it is in any table, and it may go past the end of the file.
 *
 * <p>
 * For one thread at a time.
 */
final class NativeRanges {

    private static final SafeLog LOG = SafeLog.of(NativeRanges.class);

    /** The file is mapped in parts of this size, when one is first needed. */
    private static final long CHUNK = 1L << 30;

    private final Path path;
    private final SystemCalls calls;
    private final NativeFile file;
    private final Map<Long, Long> addresses = new HashMap<>();

    NativeRanges(Path path, SystemCalls calls, NativeFile file) {
        this.path = path;
        this.calls = calls;
        this.file = file;
    }

    /**
     * Forces these ranges.
     *
     * @param merged ascending, neither touching nor overlapping
     * @return false if that is not possible here; the caller then has to sync the whole file
     * @throws IOException if something could not be written
     */
    boolean force(List<ByteRange> merged) throws IOException {
        for (Map.Entry<Long, List<ByteRange>> part : byChunk(merged).entrySet()) {
            long address = address(part.getKey());
            if (address < 0) {
                return false;
            }
            for (ByteRange range : ByteRange.join(part.getValue(), MappedRanges.MAX_FORCES, MappedRanges.SMALL_GAP)) {
                if (!force(address, part.getKey() * CHUNK, range)) {
                    return false;
                }
            }
        }
        return true;
    }

    private boolean force(long address, long begin, ByteRange range) throws IOException {
        long from = (range.offset() - begin) & -calls.memoryPageSize();
        long length = range.end() - begin - from;
        // Whatever else it says may be the one report of a failed write; only a missing call is none.
        long result = file.call((linux, _) -> linux.syncMapped(address + from, length));
        if (result < 0 && result != -Errno.ENOSYS) {
            throw Errno.failure(path, "forcing " + range.length() + " bytes at " + range.offset(), (int) -result);
        }
        return result >= 0;
    }

    /** {@return where a part of the file is mapped, or a negative number: there may be no address space left} */
    private long address(long chunk) throws IOException {
        Long known = addresses.get(chunk);
        if (known != null) {
            return known;
        }
        long address = file.call((linux, open) -> linux.mapForSyncing(open, chunk * CHUNK, CHUNK));
        if (address >= 0) {
            addresses.put(chunk, address);
        }
        return address;
    }

    private static Map<Long, List<ByteRange>> byChunk(List<ByteRange> merged) {
        Map<Long, List<ByteRange>> parts = new TreeMap<>();
        for (ByteRange range : merged) {
            for (long at = range.offset(); at < range.end();) {
                long chunk = at / CHUNK;
                long end = Math.min(range.end(), (chunk + 1) * CHUNK);
                parts.computeIfAbsent(chunk, _ -> new ArrayList<>()).add(new ByteRange(at, end - at));
                at = end;
            }
        }
        return parts;
    }

    /** What cannot be unmapped stays until the process ends: address space, which nobody can touch, and the file's blocks. */
    void unmap() {
        for (Iterator<Long> left = addresses.values().iterator(); left.hasNext();) {
            int result = calls.unmap(left.next(), CHUNK);
            left.remove();
            if (result < 0) {
                LOG.log(Level.WARNING,
                        "{0}: a mapping for syncing could not be taken away: {1}. If the file is deleted, its space is"
                                + " free only when this process ends",
                        path, Errno.words(-result));
            }
        }
    }
}
