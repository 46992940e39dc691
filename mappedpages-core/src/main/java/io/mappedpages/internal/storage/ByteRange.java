package io.mappedpages.internal.storage;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * The bytes {@code [offset, offset + length)} of a file.
 *
 * @param offset the first byte, not negative
 * @param length how many bytes, not negative
 */
public record ByteRange(long offset, long length) {

    /** Refuses negative values and ranges that end past {@link Long#MAX_VALUE}. */
    public ByteRange {
        if (offset < 0 || length < 0 || offset + length < 0) {
            throw new IllegalArgumentException("no such range: " + length + " bytes at " + offset);
        }
    }

    /** Returns the first byte after the range. */
    public long end() {
        return offset + length;
    }

    /** Returns the same bytes as few ranges in ascending order that neither touch nor overlap; empty ranges vanish. */
    static List<ByteRange> merge(List<ByteRange> ranges) {
        List<ByteRange> sorted = new ArrayList<>(ranges);
        sorted.removeIf(range -> range.length == 0);
        sorted.sort(Comparator.comparingLong(ByteRange::offset));
        List<ByteRange> merged = new ArrayList<>(sorted.size());
        for (ByteRange next : sorted) {
            if (!merged.isEmpty() && merged.getLast().end() >= next.offset) {
                ByteRange last = merged.removeLast();
                merged.add(new ByteRange(last.offset, Math.max(last.end(), next.end()) - last.offset));
            } else {
                merged.add(next);
            }
        }
        return merged;
    }
}
