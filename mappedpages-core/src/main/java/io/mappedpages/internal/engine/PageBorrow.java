package io.mappedpages.internal.engine;

import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

/** A page lent to a caller, shared or exclusive, until it is released. Any thread may use and release it. */
public final class PageBorrow {

    private static final VarHandle RELEASED;

    static {
        try {
            RELEASED = MethodHandles.lookup().findVarHandle(PageBorrow.class, "released", boolean.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    private final Lending lending;
    private final Incarnation file;
    private final LatchBlock block;
    private final long page;
    private final boolean exclusive;
    private final MemorySegment segment;
    @SuppressWarnings("unused") // through RELEASED
    private volatile boolean released;

    /** @param block where the latch is held */
    PageBorrow(Lending lending, Incarnation file, LatchBlock block, long page, boolean exclusive,
            MemorySegment segment) {
        this.lending = lending;
        this.file = file;
        this.block = block;
        this.page = page;
        this.exclusive = exclusive;
        this.segment = segment;
    }

    /** {@return the bytes, read-only when shared} @throws IllegalStateException after {@link #release} */
    public MemorySegment segment() {
        if (released) {
            throw closed();
        }
        return segment;
    }

    /** {@return bytes in the page} */
    public int size() {
        return file.geometry.pageSize();
    }

    /** Makes the page's bytes durable. For an exclusive borrow. */
    public void sync() {
        if (released) {
            throw closed();
        }
        lending.sync(file, page);
    }

    private IllegalStateException closed() {
        return new IllegalStateException("the borrow of page " + page + " was closed");
    }

    /** {@return whether the page was given back} */
    public boolean isReleased() {
        return released;
    }

    /** Gives the page back. Again does nothing. */
    public void release() {
        if (RELEASED.compareAndSet(this, false, true)) {
            if (exclusive) {
                file.latches.releaseExclusive(block, page);
            } else {
                file.latches.releaseShared(block, page);
            }
        }
    }
}
