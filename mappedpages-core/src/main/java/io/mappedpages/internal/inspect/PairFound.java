package io.mappedpages.internal.inspect;

import org.jspecify.annotations.Nullable;

import io.mappedpages.internal.format.CopyPair;

/**
 * Two pages that hold one thing.
 *
 * @param pageA      one of them
 * @param pageB      the other one
 * @param active     the one that is current, A or B
 * @param generation of the commit that wrote it
 * @param sums       of it, in words
 */
public record PairFound(long pageA, long pageB, String active, long generation, String sums) {

    /** {@return the pair as data, or null if it is not in use} */
    static @Nullable PairFound of(CopyPair pair) {
        return pair.inUse() ? inUse(pair) : null;
    }

    /** {@return a pair that is in use as data} */
    static PairFound inUse(CopyPair pair) {
        return new PairFound(pair.pageA(), pair.pageB(), pair.active() == 0 ? "A" : "B", pair.generation(),
                pair.sums().toString());
    }

    /** {@return the page that is current} */
    public long activePage() {
        return active.equals("A") ? pageA : pageB;
    }
}
