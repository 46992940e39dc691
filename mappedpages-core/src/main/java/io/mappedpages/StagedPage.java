package io.mappedpages;

import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

import io.mappedpages.internal.borrow.PageTransaction;

/**
 * A page as a {@link Transaction} has it. Nothing need be closed: it ends with the transaction, and what was stored becomes
 * the page's content when that is committed.
 *
 * <p>
 * It is a buffer outside of the heap, not the file: a store costs nothing but itself, and nobody else sees it. Any thread may
 * use it; two that store at once must agree between themselves.
 */
public final class StagedPage {

    private final PageTransaction.Staged staged;
    private final boolean isWritable;

    StagedPage(PageTransaction.Staged staged, boolean isWritable) {
        this.staged = staged;
        this.isWritable = isWritable;
    }

    /**
     * The page's bytes. Their order is that of the layouts used, see {@link PageWriter#bytes()}.
     *
     * @return a segment of {@link #size()} bytes, 8-byte aligned, valid until the transaction is committed or closed; read-only
     *         if the page was {@linkplain Transaction#read read} only
     * @throws IllegalStateException if the transaction was committed or closed
     */
    public MemorySegment bytes() {
        MemorySegment bytes = staged.segment();
        return isWritable ? bytes : bytes.asReadOnly();
    }

    /**
     * The page's bytes as a buffer.
     *
     * @return a new buffer over the whole page, at position 0, in {@link ByteOrder#LITTLE_ENDIAN}, valid as long as
     *         {@link #bytes()} is
     * @throws IllegalStateException if the transaction was committed or closed
     */
    public ByteBuffer byteBuffer() {
        return bytes().asByteBuffer().order(ByteOrder.LITTLE_ENDIAN);
    }

    /**
     * The page size. Never throws.
     *
     * @return bytes in this page, 2^10 to 2^30
     */
    public int size() {
        return staged.size();
    }
}
