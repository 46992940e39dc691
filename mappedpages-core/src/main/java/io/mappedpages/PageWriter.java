package io.mappedpages;

import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.concurrent.CompletableFuture;

import org.jspecify.annotations.Nullable;

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
     * <p>
     * The byte order is that of the layouts used. The constants of {@link java.lang.foreign.ValueLayout} have the order of
     * the machine, which is little-endian nearly everywhere, and there show the same numbers as {@link #byteBuffer()}. For
     * a file that can be used on any machine, say the order:
     * {@code ValueLayout.JAVA_LONG.withOrder(ByteOrder.LITTLE_ENDIAN)}.
     *
     * @return a writable segment of {@link #size()} bytes, valid until this writer is closed. It is the mapped file for a
     *         regular page: what is said of {@link MappedPage#bytes()} and {@link InternalError} holds there too
     * @throws IllegalStateException if this writer is closed
     */
    MemorySegment bytes();

    /**
     * The page's bytes as a buffer.
     *
     * @return a new writable buffer over the whole page, at position 0, in {@link ByteOrder#LITTLE_ENDIAN}, valid until
     *         this writer is closed
     * @throws IllegalStateException if this writer is closed
     */
    default ByteBuffer byteBuffer() {
        return bytes().asByteBuffer().order(ByteOrder.LITTLE_ENDIAN);
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
     * @throws PagerUnavailableException if the pager is {@link PagerState#UNAVAILABLE}, also because writing has just failed
     * @throws PagerClosedException if the pager is closed
     */
    void commit();

    /**
     * Makes what was stored durable, and does not wait for it. See {@link Pager#allocAsync()} for the future. The writer may be
     * closed at once; what is stored after this call may or may not be part of it.
     *
     * @return completed when the bytes are durable, or with what {@link #commit()} would have thrown
     * @throws IllegalStateException if this writer is closed
     */
    CompletableFuture<@Nullable Void> commitAsync();

    /** Gives the page back. Does nothing if it was given back already. */
    @Override
    void close();
}
