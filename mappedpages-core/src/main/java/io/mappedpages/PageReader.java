package io.mappedpages;

import java.lang.foreign.MemorySegment;

import org.jspecify.annotations.Nullable;

/**
 * A function that reads a page, for {@link Pager#read(PageId, PageReader)} and {@link Pager#read(ProtectedPageId, PageReader)}.
 *
 * {@snippet lang = java :
 * long balance = pager.read(account, page -> page.get(ValueLayout.JAVA_LONG_UNALIGNED, 8));
 * byte[] copy = pager.read(account, page -> page.toArray(ValueLayout.JAVA_BYTE));
 * }
 *
 * <p>
 * The page is not borrowed while the function runs. Others may write or free it, close the pager, or put anything else into
 * its place; then what the function has made of it is thrown away and it runs again. So a function
 *
 * <ul>
 * <li><b>may run several times</b>, and on bytes that were never in the page together: it must have no effect but its result, and on memory
 * of its own that it may write several times;</li>
 * <li><b>must come to an end on any bytes</b>. A length or an offset that was read may be anything: check it before it is
 * used, and do not loop until something is found that may not be there. What the function throws because of such bytes does no
 * harm, for it counts no more than a result would;</li>
 * <li><b>must not keep the segment</b>, return it, or return anything that still reads from it later, such as a slice, a
 * buffer or a stream: only while the function runs does anybody look after what it shows. Copy what is to last;</li>
 * <li>must not call the pager, nor wait for anything.</li>
 * </ul>
 *
 * @param <T> what it makes of a page; may be a nullable type
 */
@FunctionalInterface
public interface PageReader<T extends @Nullable Object> {

    /**
     * Reads a page.
     *
     * @param page its bytes, read-only: the whole page and nothing else. Valid until this returns
     * @return what was read, which must not refer to {@code page}
     */
    T read(MemorySegment page);
}
