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

    private final Engine engine;
    private final Incarnation file;
    private final long page;
    private final boolean exclusive;
    private final MemorySegment segment;
    @SuppressWarnings("unused") // through RELEASED
    private volatile boolean released;

    PageBorrow(Engine engine, Incarnation file, long page, boolean exclusive, MemorySegment segment) {
        this.engine = engine;
        this.file = file;
        this.page = page;
        this.exclusive = exclusive;
        this.segment = segment;
    }

    /** {@return the bytes, read-only when shared} @throws IllegalStateException after {@link #release} */
    public MemorySegment segment() {
        if (released) {
            throw new IllegalStateException("the borrow of page " + page + " was closed");
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
            throw new IllegalStateException("the borrow of page " + page + " was closed");
        }
        engine.syncPage(file, page);
    }

    /** {@return whether the page was given back} */
    public boolean isReleased() {
        return released;
    }

    /** Gives the page back. Again does nothing. */
    public void release() {
        if (RELEASED.compareAndSet(this, false, true)) {
            if (exclusive) {
                file.latches.releaseExclusive(page);
            } else {
                file.latches.releaseShared(page);
            }
        }
    }
}
