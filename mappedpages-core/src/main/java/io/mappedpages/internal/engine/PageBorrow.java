package io.mappedpages.internal.engine;

import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

/** A page lent to a caller, shared or exclusive, until it is released. Any thread may use and release it. */
public final class PageBorrow {

    private static final VarHandle TAKEN_OFF;

    static {
        try {
            TAKEN_OFF = MethodHandles.lookup().findVarHandle(PageBorrow.class, "takenOff", boolean.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    private final Lending lending;
    private final Incarnation file;
    private final LatchBlock block;
    private final long page;
    private final MemorySegment segment;
    private long ticket = LatchBlock.REFUSED;
    /** Says so to whoever uses this after it was released. Not volatile: only the latch decides who releases. */
    private boolean released;
    @SuppressWarnings("unused") // through TAKEN_OFF
    private volatile boolean takenOff;

    /** Nothing is borrowed yet. */
    PageBorrow(Lending lending, Incarnation file, LatchBlock block, long page, MemorySegment segment) {
        this.lending = lending;
        this.file = file;
        this.block = block;
        this.page = page;
        this.segment = segment;
    }

    /** With a latch that is held, and that is this object's to give back from now on. */
    PageBorrow(Lending lending, Incarnation file, Latch latch, MemorySegment segment) {
        this(lending, file, latch.block(), latch.page(), segment);
        this.ticket = latch.ticket();
    }

    /** Tries to take the latch of a page that is marked as a user's. */
    boolean tryShared() {
        ticket = block.tryShared(page, LatchBlock.ALLOCATED);
        return ticket >= 0;
    }

    /** Tries to take the latch of a page that is marked as a user's, and marks it as lent writable. */
    boolean tryExclusive() {
        ticket = block.tryExclusive(page, LatchBlock.ALLOCATED, LatchBlock.LENT);
        return ticket >= 0;
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
        return file.pageSize;
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
        if (!released) {
            released = true;
            if (block.releaseSole(page, ticket, 0)) {
                file.latches.wakeWaiters(page);
            } else {
                releaseCounted();
            }
        }
    }

    /** It was released by another thread at this moment, or there are or were other readers. */
    private void releaseCounted() {
        boolean counted = ticket == LatchBlock.ONE_OF_SEVERAL || block.isCounted(page, ticket);
        if (counted && TAKEN_OFF.compareAndSet(this, false, true)) {
            block.releaseCounted(page);
            file.latches.wakeWaiters(page);
        }
    }
}
