package io.mappedpages.internal.borrow;

import java.lang.foreign.MemorySegment;
import java.lang.invoke.VarHandle;

import io.mappedpages.internal.latch.Latch;
import io.mappedpages.internal.latch.LatchBlock;
import io.mappedpages.internal.mapping.LentMapping;

/**
 * A page lent to a caller, shared or exclusive, from when it is taken by {@link Lending} until it is released. Any thread
 * may use and release it.
 */
public sealed class PageBorrow extends Latch permits WatchedBorrow {

    private final LentMapping mapping;
    /** The page is in there; it is cut out when it is asked for, which leaves less to do while it is borrowed. */
    private MemorySegment bytes;
    private long offset;

    /** Nothing is borrowed yet. */
    PageBorrow(LentMapping mapping, LatchBlock block, long page, MemorySegment bytes, long offset) {
        super(mapping.latches(), block, page);
        this.mapping = mapping;
        this.bytes = bytes;
        this.offset = offset;
    }

    /** Nothing is borrowed yet, and nothing is known of the page. */
    PageBorrow(LentMapping mapping, long page) {
        this(mapping, LatchBlock.NONE, page, MemorySegment.NULL, 0);
    }

    /** {@return what it is borrowed from} */
    final LentMapping mapping() {
        return mapping;
    }

    /**
     * It was taken, and the user gets it now.
     *
     * @param protectedId of which the page is a copy, or -1
     */
    void noteTaken(long protectedId, boolean writing) {
        // nobody wants to know
    }

    /** From now on this hands out what begins at {@code offset} of these bytes. */
    final void lend(MemorySegment bytes, long offset) {
        this.bytes = bytes;
        this.offset = offset;
    }

    /** From now on this hands out the page from among these bytes of its block. {@return whether it is there} */
    final boolean lendFrom(LatchBlock.Bytes bytes, boolean readOnly) {
        long begin = LatchBlock.offset(page(), mapping.pageSize());
        boolean there = begin + mapping.pageSize() <= bytes.length();
        if (there) {
            lend(readOnly ? bytes.readOnly() : bytes.writable(), begin);
        }
        return there;
    }

    /** {@return the bytes, read-only when shared} @throws IllegalStateException after {@link #release} */
    public final MemorySegment segment() {
        requireHeld();
        return bytes.asSlice(offset, mapping.pageSize());
    }

    /**
     * {@return the bytes of a page that is borrowed exclusively, to store into}
     *
     * <p>The fence keeps these stores behind the one that took the latch. Who reads the page without its latch, see {@link
     * FunctionReads}, and finds any of them, finds the latch taken afterwards. It stands here because nothing may be called
     * between taking the latch and handing out the borrow.
     *
     * @throws IllegalStateException after {@link #release}
     */
    public final MemorySegment writableSegment() {
        MemorySegment segment = segment();
        VarHandle.storeStoreFence();
        return segment;
    }

    /** {@return bytes in the page} */
    public final int size() {
        return mapping.pageSize();
    }

    /** @throws IllegalStateException after {@link #release} */
    final void requireHeld() {
        if (isReleased()) {
            throw new IllegalStateException("the borrow of page " + page() + " was closed");
        }
    }
}
