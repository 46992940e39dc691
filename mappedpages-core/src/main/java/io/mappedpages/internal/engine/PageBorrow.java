package io.mappedpages.internal.engine;

import java.lang.foreign.MemorySegment;

/**
 * A page lent to a caller, shared or exclusive, from when it is taken until it is released. Any thread may use and release
 * it.
 */
public final class PageBorrow extends Latch {

    private final Lending lending;
    private final Incarnation file;
    private MemorySegment segment;

    /** Nothing is borrowed yet. */
    PageBorrow(Lending lending, Incarnation file, LatchBlock block, long page, MemorySegment segment) {
        super(file.latches, block, page);
        this.lending = lending;
        this.file = file;
        this.segment = segment;
    }

    /** Nothing is borrowed yet, and nothing is known of the page. */
    PageBorrow(Lending lending, Incarnation file, long page) {
        this(lending, file, LatchBlock.NONE, page, MemorySegment.NULL);
    }

    Incarnation file() {
        return file;
    }

    /** From now on this hands out these bytes. */
    void lend(MemorySegment bytes) {
        segment = bytes;
    }

    /**
     * Borrows the regular page shared. If this throws, nothing is held. Between the atomic instruction that takes a latch
     * and the return to the user nothing is called.
     */
    public void takeShared() {
        if (!tryShared(LatchBlock.ALLOCATED)) {
            lending.readFirst(this);
        } else if (!file.lending) {
            throw lending.tooLate(this);
        }
    }

    /** Borrows the regular page exclusively. If this throws, nothing is held. */
    public void takeExclusive() {
        if (!tryExclusive(LatchBlock.ALLOCATED, LatchBlock.LENT)) {
            lending.writeFirst(this);
        } else if (!file.lending) {
            throw lending.tooLate(this);
        }
    }

    /** Borrows the current copy of protected page {@code id} shared. If this throws, nothing is held. */
    public void takeCurrent(long id) {
        lending.readProtected(this, id);
    }

    /** {@return the bytes, read-only when shared} @throws IllegalStateException after {@link #release} */
    public MemorySegment segment() {
        if (isReleased()) {
            throw closed();
        }
        return segment;
    }

    /** {@return bytes in the page} */
    public int size() {
        return file.pageSize;
    }

    /** Makes the page's bytes durable. For an exclusive borrow. */
    public void sync() {
        if (isReleased()) {
            throw closed();
        }
        lending.sync(file, page());
    }

    private IllegalStateException closed() {
        return new IllegalStateException("the borrow of page " + page() + " was closed");
    }
}
