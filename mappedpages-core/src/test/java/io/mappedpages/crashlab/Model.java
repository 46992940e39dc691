package io.mappedpages.crashlab;

import java.util.BitSet;
import java.util.Map;
import java.util.TreeMap;

import io.mappedpages.PageId;
import io.mappedpages.Pager;
import io.mappedpages.ProtectedPageId;

/**
 * What a pager must hold: the pages that are allocated and what is in them. A page full of zeros is only a bit here, so
 * files of many pages are cheap.
 */
final class Model {

    /** The content of a regular page that was stored into and not synced: any mixture of old and new. */
    static final int ANYTHING = -1;

    private final BitSet regular;
    private final TreeMap<Long, Integer> stamps;
    private final TreeMap<Long, Integer> guarded;

    Model() {
        this(new BitSet(), new TreeMap<>(), new TreeMap<>());
    }

    private Model(BitSet regular, TreeMap<Long, Integer> stamps, TreeMap<Long, Integer> guarded) {
        this.regular = regular;
        this.stamps = stamps;
        this.guarded = guarded;
    }

    Model copy() {
        return new Model((BitSet) regular.clone(), new TreeMap<>(stamps), new TreeMap<>(guarded));
    }

    /** Regular pages in use. */
    BitSet regular() {
        return regular;
    }

    /** Protected pages in use, with their stamps. */
    TreeMap<Long, Integer> guarded() {
        return guarded;
    }

    int stampOf(long page) {
        return stamps.getOrDefault(page, Stamps.ZEROS);
    }

    void allocated(long page) {
        if (regular.get((int) page)) {
            throw new LabFailure("page " + page + " was handed out twice");
        }
        regular.set((int) page);
    }

    void freed(long page) {
        regular.clear((int) page);
        stamps.remove(page);
    }

    void stamped(long page, int stamp) {
        if (stamp == Stamps.ZEROS) {
            stamps.remove(page);
        } else {
            stamps.put(page, stamp);
        }
    }

    /** {@return the same, but nobody knows what is in these pages} */
    Model withAnythingIn(Iterable<Long> pages) {
        Model loose = copy();
        for (long page : pages) {
            if (loose.regular.get((int) page)) {
                loose.stamps.put(page, ANYTHING);
            }
        }
        return loose;
    }

    void guardedAllocated(long id) {
        if (guarded.put(id, Stamps.ZEROS) != null) {
            throw new LabFailure("protected page " + id + " was handed out twice");
        }
    }

    /** How {@code pager} differs from this, or null. Looks at every protected page, and at the first regular ones. */
    String difference(Pager pager, int mostRegular) {
        return difference(Contents.of(pager), mostRegular);
    }

    /** As {@link #difference(Pager, int)}. */
    String difference(Contents found, int mostRegular) {
        BitSet pages = new BitSet();
        found.regular().forEach(id -> pages.set((int) id.number()));
        if (!pages.equals(regular)) {
            BitSet extra = (BitSet) pages.clone();
            extra.andNot(regular);
            BitSet missing = (BitSet) regular.clone();
            missing.andNot(pages);
            return "regular pages too many: " + extra + ", missing: " + missing;
        }
        TreeMap<Long, Integer> seen = new TreeMap<>();
        found.guarded().forEach(id -> seen.put(id.number(), Stamps.ZEROS));
        if (!seen.keySet().equals(guarded.keySet())) {
            return "protected pages are " + seen.keySet() + " and should be " + guarded.keySet();
        }
        for (Map.Entry<Long, Integer> entry : guarded.entrySet()) {
            if (!found.matches(new ProtectedPageId(entry.getKey()), entry.getValue())) {
                return "protected page " + entry.getKey() + " has other content than committed";
            }
        }
        for (Map.Entry<Long, Integer> entry : stamps.entrySet()) {
            String wrong = differenceIn(found, entry.getKey(), entry.getValue());
            if (wrong != null) {
                return wrong;
            }
        }
        int left = mostRegular;
        for (int page = regular.nextSetBit(0); page >= 0 && left > 0; page = regular.nextSetBit(page + 1)) {
            if (!stamps.containsKey((long) page)) {
                left--;
                String wrong = differenceIn(found, page, Stamps.ZEROS);
                if (wrong != null) {
                    return wrong;
                }
            }
        }
        return null;
    }

    private static String differenceIn(Contents found, long number, int stamp) {
        if (stamp == ANYTHING) {
            return null;
        }
        return found.matches(new PageId(number), stamp) ? null
                : "page " + number + (stamp == Stamps.ZEROS ? " is not full of zeros" : " has lost its content");
    }

    /** A number that is equal for models that ask for the same. */
    long fingerprint() {
        return Hashes.mix(regular.hashCode()) + 31 * Hashes.mix(stamps.hashCode())
                + 37 * Hashes.mix(guarded.hashCode());
    }

    @Override
    public String toString() {
        return "pages " + regular + " with " + stamps + ", protected " + guarded;
    }
}
