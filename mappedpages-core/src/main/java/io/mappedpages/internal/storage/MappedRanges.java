package io.mappedpages.internal.storage;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentSkipListMap;

/**
 * Remembers where a file is mapped, so that a range of it can be made durable without the rest. On Linux, forcing a
 * mapped range ({@code msync}) is an {@code fdatasync} of that range of the file: it covers bytes that were written as well
 * as bytes that were stored, and leaves alone what others have dirtied elsewhere.
 *
 * <p>
 * Forcing never touches the memory from this process, so a file that was truncated under its mapping is no danger here.
 */
final class MappedRanges {

    /**
     * A sync makes at most so many forces in one mapping. Each waits for the device (write, then flush), and that is what
     * it costs: two forces last nearly twice as long as one. One force over everything from the first range to the last
     * would wait once, but write all that others have dirtied in between, up to a whole chunk of stored pages, which
     * lasts far longer than a few waits. So ranges are forced one by one while they are few, and beyond that they are
     * joined across the smallest gaps.
     */
    static final int MAX_FORCES = 4;

    /** Gaps up to so many bytes are always closed: writing what may be dirty there costs less than another wait. */
    static final long SMALL_GAP = 64 * 1024;

    private final ConcurrentSkipListMap<Long, Mapping> longestAt = new ConcurrentSkipListMap<>();

    /** Remembers that the bytes from {@code offset} on are mapped here. A shorter mapping at the same offset is forgotten. */
    void remember(long offset, MemorySegment segment) {
        longestAt.merge(offset, new Mapping(offset, segment),
                (old, fresh) -> old.isAlive() && old.end() > fresh.end() ? old : fresh);
    }

    void forgetAll() {
        longestAt.clear();
    }

    /**
     * Forces these ranges.
     *
     * @param merged ascending, neither touching nor overlapping
     * @return false if some bytes are mapped nowhere, or no longer; the caller then has to sync the whole file
     */
    boolean force(List<ByteRange> merged) throws IOException {
        Map<Mapping, List<ByteRange>> plan = new LinkedHashMap<>();
        for (ByteRange range : merged) {
            if (!cut(range, plan)) {
                return false;
            }
        }
        boolean allThere = true;
        for (Map.Entry<Mapping, List<ByteRange>> entry : plan.entrySet()) {
            for (ByteRange range : ByteRange.join(entry.getValue(), MAX_FORCES, SMALL_GAP)) {
                allThere &= entry.getKey().force(range);
            }
        }
        return allThere;
    }

    /** Forces all mappings as a whole; those that are no longer there are left out. */
    void forceAll() throws IOException {
        for (Mapping mapping : longestAt.values()) {
            mapping.force(new ByteRange(mapping.begin, mapping.segment.byteSize()));
        }
    }

    /** Cuts a range where one mapping ends and the next begins. */
    private boolean cut(ByteRange range, Map<Mapping, List<ByteRange>> plan) {
        long at = range.offset();
        while (at < range.end()) {
            Map.Entry<Long, Mapping> entry = longestAt.floorEntry(at);
            if (entry == null || entry.getValue().end() <= at) {
                return false;
            }
            long end = Math.min(range.end(), entry.getValue().end());
            plan.computeIfAbsent(entry.getValue(), any -> new ArrayList<>()).add(new ByteRange(at, end - at));
            at = end;
        }
        return true;
    }

    /** Where the file is mapped from {@code begin} on. */
    private record Mapping(long begin, MemorySegment segment) {

        long end() {
            return begin + segment.byteSize();
        }

        boolean isAlive() {
            return segment.scope().isAlive();
        }

        /** Forces bytes of the file; returns false if the mapping is not there any more. */
        boolean force(ByteRange range) throws IOException {
            try {
                segment.asSlice(range.offset() - begin, range.length()).force();
                return true;
            } catch (UncheckedIOException e) {
                throw e.getCause();
            } catch (IllegalStateException e) {
                return false; // its arena was closed meanwhile
            }
        }
    }
}
