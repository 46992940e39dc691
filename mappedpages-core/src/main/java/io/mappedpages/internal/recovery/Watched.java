package io.mappedpages.internal.recovery;

import java.util.BitSet;

import io.mappedpages.internal.tree.ChangeWatch;

/** Which pages of a window change their state, or the pair that names them, while the window is looked at. Any thread. */
final class Watched implements ChangeWatch {

    private final long from;
    private final long to;
    private final BitSet touched = new BitSet();
    private long end = Long.MAX_VALUE;

    Watched(long from, long to) {
        this.from = from;
        this.to = to;
    }

    @Override
    public synchronized void touched(long first, long count) {
        long begin = Math.max(first, from);
        long limit = Math.min(first + count, to);
        if (begin < limit) {
            touched.set((int) (begin - from), (int) (limit - from));
        }
    }

    @Override
    public void freed(long first, int more) {
        // said above as well
    }

    @Override
    public void used(long id, int more) {
        // its copies are said above as well
    }

    @Override
    public synchronized void cut(long pages) {
        end = Math.min(end, pages);
    }

    /** {@return whether a page has changed, or may have} */
    synchronized boolean isTouched(long page) {
        return page >= end || (page >= from && page < to && touched.get((int) (page - from)));
    }
}
