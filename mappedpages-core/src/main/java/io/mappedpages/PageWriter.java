package io.mappedpages;

import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;

/**
 * A page borrowed for writing, alone: a {@link WritablePage} or a {@link ProtectedPageWriter}.
 *
 * <p>
 * <b>When {@link #commit()} returns, the bytes are durable.</b> What happens without it depends on the kind of page,
 * and the difference matters:
 * <ul>
 * <li>a <b>regular</b> page keeps what was stored. It becomes durable some time later, in any order, and after a crash
 * the page may be a mixture of old and new sectors;</li>
 * <li>a <b>protected</b> page discards what was stored and stays as it was.</li>
 * </ul>
 *
 * <p>
 * Code that does not know which kind it holds commits once, as the last thing before closing. Any thread may call any
 * method; two threads that store into one page at once must agree between themselves.
 */
public sealed interface PageWriter extends AutoCloseable permits WritablePage, ProtectedPageWriter {

    /**
     * The page's bytes, to read and to store into.
     *
     * @return a writable segment of {@link #size()} bytes, valid until this writer is closed. It is the mapped file for a
     *         regular page: what is said of {@link MappedPage#bytes()} and {@link InternalError} holds there too
     * @throws IllegalStateException if this writer is closed
     */
    MemorySegment bytes();

    /**
     * The page's bytes as a buffer.
     *
     * @return a new writable buffer over the whole page, at position 0, in Java's default byte order
     *         ({@link java.nio.ByteOrder#BIG_ENDIAN}), valid until this writer is closed
     * @throws IllegalStateException if this writer is closed
     */
    default ByteBuffer byteBuffer() {
        return bytes().asByteBuffer();
    }

    /**
     * The page size.
     *
     * @return bytes in this page, 2^10 to 2^30
     */
    int size();

    /**
     * Makes what was stored durable before returning.
     *
     * @throws IllegalStateException if this writer is closed
     * @throws PagerIoException if writing failed; the pager is {@link PagerState#UNAVAILABLE} then
     * @throws PagerUnavailableException if the pager is {@link PagerState#UNAVAILABLE}
     * @throws PagerClosedException if the pager is closed
     */
    void commit();

    /** Gives the page back. Does nothing if it was given back already. */
    @Override
    void close();
}
