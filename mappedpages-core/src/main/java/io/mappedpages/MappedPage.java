package io.mappedpages;

import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

import io.mappedpages.internal.borrow.PageBorrow;
import io.mappedpages.internal.engine.Engine;

/**
 * A page borrowed for reading. While it is open nobody can write or free the page; other readers are welcome.
 *
 * <p>
 * <b>Close it</b>, best with try-with-resources: an open borrow makes writers wait and, after the borrow timeout, fail.
 * Any thread may close it; closing twice does nothing.
 *
 * <p>
 * <b>Do not use a view after closing.</b> A view is a window onto the mapped file, not a copy. By contract it is valid
 * until this borrow is closed. Technically a kept view stays readable until the pager is closed or reopened, and then
 * throws {@link IllegalStateException}; in between it may show what somebody else writes.
 */
public final class MappedPage implements AutoCloseable {

    /** Kept: who has a page has the pager in hand. */
    @SuppressWarnings({"unused", "FieldCanBeLocal"})
    private final Engine engine;
    private final PageBorrow borrow;

    MappedPage(Engine engine, PageBorrow borrow) {
        this.engine = engine;
        this.borrow = borrow;
    }

    /**
     * The page's bytes, without copying.
     *
     * @return a read-only segment of {@link #size()} bytes that any thread may read; its byte order is that of the
     *         layouts used to access it, see {@link PageWriter#bytes()}. Where the disk cannot read the page, or somebody
     *         made the file shorter, an access fails with {@link InternalError}, which the pager never sees; other pages
     *         are not concerned by the former
     * @throws IllegalStateException if this borrow is closed
     */
    public MemorySegment bytes() {
        return borrow.segment();
    }

    /**
     * The page's bytes as a buffer, without copying.
     *
     * @return a new read-only buffer over the whole page, at position 0, in {@link ByteOrder#LITTLE_ENDIAN}
     * @throws IllegalStateException if this borrow is closed
     */
    public ByteBuffer byteBuffer() {
        return bytes().asByteBuffer().order(ByteOrder.LITTLE_ENDIAN);
    }

    /**
     * The page size.
     *
     * @return bytes in this page, 2^10 to 2^30
     */
    public int size() {
        return borrow.size();
    }

    /** Gives the page back. Does nothing if it was given back already. */
    @Override
    public void close() {
        borrow.release();
    }
}
