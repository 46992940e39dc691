package io.mappedpages.internal.storage;

import java.util.ArrayList;
import java.util.Arrays;
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

    /**
     * Joins neighbours, the nearest first, until few enough ranges are left.
     *
     * @param merged   ascending, neither touching nor overlapping
     * @param most     how many ranges may be left, at least 1
     * @param smallGap neighbours not further apart than this many bytes are joined in any case
     */
    static List<ByteRange> join(List<ByteRange> merged, int most, long smallGap) {
        long[] gaps = new long[Math.max(0, merged.size() - 1)];
        for (int i = 0; i < gaps.length; i++) {
            gaps[i] = merged.get(i + 1).offset - merged.get(i).end();
        }
        long[] ascending = gaps.clone();
        Arrays.sort(ascending);
        int surplus = merged.size() - most;
        long widest = surplus > 0 ? Math.max(smallGap, ascending[surplus - 1]) : smallGap;
        List<ByteRange> joined = new ArrayList<>(most);
        for (int i = 0; i < merged.size(); i++) {
            if (i > 0 && gaps[i - 1] <= widest) {
                long begin = joined.removeLast().offset;
                joined.add(new ByteRange(begin, merged.get(i).end() - begin));
            } else {
                joined.add(merged.get(i));
            }
        }
        return joined;
    }
}
