package io.mappedpages.internal.borrow;

import java.lang.foreign.MemorySegment;

import io.mappedpages.internal.latch.Latch;
import io.mappedpages.internal.latch.LatchBlock;
import io.mappedpages.internal.mapping.LentMapping;

/**
 * A page lent to a caller, shared or exclusive, from when it is taken by {@link Lending} until it is released. Any thread
 * may use and release it.
 */
public final class PageBorrow extends Latch {

    private final LentMapping mapping;
    private MemorySegment segment;

    /** Nothing is borrowed yet. */
    PageBorrow(LentMapping mapping, LatchBlock block, long page, MemorySegment segment) {
        super(mapping.latches(), block, page);
        this.mapping = mapping;
        this.segment = segment;
    }

    /** Nothing is borrowed yet, and nothing is known of the page. */
    PageBorrow(LentMapping mapping, long page) {
        this(mapping, LatchBlock.NONE, page, MemorySegment.NULL);
    }

    /** {@return what it is borrowed from} */
    LentMapping mapping() {
        return mapping;
    }

    /** From now on this hands out these bytes. */
    void lend(MemorySegment bytes) {
        segment = bytes;
    }

    /** {@return the bytes, read-only when shared} @throws IllegalStateException after {@link #release} */
    public MemorySegment segment() {
        requireHeld();
        return segment;
    }

    /** {@return bytes in the page} */
    public int size() {
        return mapping.pageSize();
    }

    /** @throws IllegalStateException after {@link #release} */
    void requireHeld() {
        if (isReleased()) {
            throw new IllegalStateException("the borrow of page " + page() + " was closed");
        }
    }
}
