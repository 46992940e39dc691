package io.mappedpages.internal.storage;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
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
     * Up to so many ranges are forced one by one. Each force waits for the device once (write and flush), so many of them
     * cost many waits. Beyond this number, one force over the span of all ranges in a mapping is cheaper in nearly every
     * case, although it also writes the pages in between that happen to be dirty.
     */
    static final int FORCED_ONE_BY_ONE = 4;

    private final ConcurrentSkipListMap<Long, MemorySegment> longestAt = new ConcurrentSkipListMap<>();

    /** Remembers that the bytes from {@code offset} on are mapped here. A shorter mapping at the same offset is forgotten. */
    void remember(long offset, MemorySegment segment) {
        longestAt.merge(offset, segment,
                (old, fresh) -> isAlive(old) && old.byteSize() > fresh.byteSize() ? old : fresh);
    }

    void forgetAll() {
        longestAt.clear();
    }

    /**
     * Forces these ranges.
     *
     * @param merged ascending, not overlapping
     * @return false if some bytes are mapped nowhere, or no longer; the caller then has to sync the whole file
     */
    boolean force(List<ByteRange> merged) throws IOException {
        List<Piece> pieces = new ArrayList<>();
        for (ByteRange range : merged) {
            if (!cut(range, pieces)) {
                return false;
            }
        }
        return forceEach(pieces.size() > FORCED_ONE_BY_ONE ? spans(pieces) : pieces);
    }

    /** Forces all mappings as a whole; those that are no longer there are left out. */
    void forceAll() throws IOException {
        for (MemorySegment segment : longestAt.values()) {
            forceEach(List.of(new Piece(segment, 0, segment.byteSize())));
        }
    }

    /** Cuts a range where one mapping ends and the next begins. */
    private boolean cut(ByteRange range, List<Piece> pieces) {
        long at = range.offset();
        while (at < range.end()) {
            Map.Entry<Long, MemorySegment> entry = longestAt.floorEntry(at);
            if (entry == null || entry.getKey() + entry.getValue().byteSize() <= at) {
                return false;
            }
            long begin = entry.getKey();
            long end = Math.min(range.end(), begin + entry.getValue().byteSize());
            pieces.add(new Piece(entry.getValue(), at - begin, end - begin));
            at = end;
        }
        return true;
    }

    /** Joins neighbours in the same mapping to one piece from the first byte to the last. */
    private static List<Piece> spans(List<Piece> pieces) {
        List<Piece> spans = new ArrayList<>();
        for (Piece next : pieces) {
            if (!spans.isEmpty() && spans.getLast().segment == next.segment) {
                Piece last = spans.removeLast();
                spans.add(new Piece(last.segment, last.from, next.to));
            } else {
                spans.add(next);
            }
        }
        return spans;
    }

    private static boolean forceEach(List<Piece> pieces) throws IOException {
        try {
            for (Piece piece : pieces) {
                piece.segment.asSlice(piece.from, piece.to - piece.from).force();
            }
            return true;
        } catch (UncheckedIOException e) {
            throw e.getCause();
        } catch (IllegalStateException e) {
            return false; // its arena was closed meanwhile
        }
    }

    private static boolean isAlive(MemorySegment segment) {
        return segment.scope().isAlive();
    }

    /** Bytes {@code [from, to)} of a mapping. */
    private record Piece(MemorySegment segment, long from, long to) {
    }
}
