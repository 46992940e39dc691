package io.mappedpages;

import java.util.Collection;
import java.util.List;
import java.util.stream.Stream;

import org.jspecify.annotations.Nullable;

/**
 * One kind of page of a pager, for code that works with either kind: {@link Pager#pages()} and
 * {@link Pager#protectedPages()}.
 *
 * {@snippet lang = java :
 * static <H extends PageHandle> H store(PageAllocator<H> allocator, byte[] record) {
 *     H id = allocator.alloc();
 *     try (PageWriter page = allocator.write(id)) {
 *         page.byteBuffer().put(record);
 *         page.commit();
 *     }
 *     return id;
 * }
 * }
 *
 * <p>
 * Any thread may call any method. Each throws {@link PagerUnavailableException} or {@link PagerClosedException} when
 * the pager is not {@link PagerState#OPEN}, and {@link PagerIoException} when the file cannot be read or written.
 *
 * @param <H> the kind of page
 */
public interface PageAllocator<H extends PageHandle> {

    /**
     * Allocates one page, full of zeros. Durable on return.
     *
     * @return the page's handle
     * @throws PagerFullException if there is no room; the pager stays usable
     */
    H alloc();

    /**
     * Frees one page. Durable on return. Waits for borrows of the page to be closed, up to the borrow timeout.
     *
     * @param id the page
     * @throws DoubleFreeException if the page is free already
     * @throws PageOutOfBoundsException if there is no such page
     * @throws ReservedPageException if the number is one of the file's own pages
     * @throws PageBorrowedException if the page is still borrowed after the borrow timeout
     */
    void free(H id);

    /**
     * Allocates many pages at once: all or none. Durable on return.
     *
     * @param count how many pages, 0 or more
     * @return their handles, as an immutable list that stores 8 bytes per page
     * @throws IllegalArgumentException if {@code count} is negative
     * @throws PagerFullException if there is no room for all of them; none is allocated, and the pager stays usable
     */
    List<H> allocBulk(int count);

    /**
     * Frees many pages at once: all or none. Durable on return.
     *
     * @param ids the pages, in any order
     * @throws DoubleFreeException if one of them is free already or is named twice; none is freed
     * @throws PageOutOfBoundsException if there is no such page
     * @throws ReservedPageException if a number is one of the file's own pages
     * @throws PageBorrowedException if a page is still borrowed after the borrow timeout; none is freed
     */
    void freeBulk(Collection<? extends H> ids);

    /**
     * Borrows a page for reading, together with any number of other readers.
     *
     * @param id the page
     * @return the page, to be closed by the caller
     * @throws PageNotAllocatedException if the page is not allocated
     * @throws PageOutOfBoundsException if there is no such page
     * @throws ReservedPageException if the number is one of the file's own pages
     * @throws PageBorrowedException if a writer still holds the page after the borrow timeout
     * @throws CorruptPageException if the page is protected and its content is damaged
     */
    MappedPage read(H id);

    /**
     * Reads a page by a function, without borrowing it. The function may run several times, on bytes that change under it; what it
     * returns or throws counts only if nobody has written or freed the page meanwhile. See {@link PageReader} for what it
     * must not do.
     *
     * @param id the page
     * @param reader the function
     * @param <T> what it returns
     * @return what it returned in the run that counts
     * @throws PageNotAllocatedException if the page is not allocated
     * @throws PageOutOfBoundsException if there is no such page
     * @throws ReservedPageException if the number is one of the file's own pages
     * @throws PageBorrowedException if a writer still holds the page after the borrow timeout
     * @throws CorruptPageException if the page is protected and its content is damaged
     */
    <T extends @Nullable Object> T read(H id, PageReader<T> reader);

    /**
     * The pages in use, in ascending order. Looked up while the stream is used, and weakly consistent: what is
     * allocated or freed meanwhile may or may not appear. The stream may throw what any call may.
     *
     * @param from the smallest number to be listed, 0 or more
     * @return a lazy stream; need not be closed
     * @throws IllegalArgumentException if {@code from} is negative
     */
    Stream<H> allocated(long from);

    /**
     * Borrows a page for writing, alone.
     *
     * @param id the page
     * @return the writer, to be committed and closed by the caller
     * @throws PageNotAllocatedException if the page is not allocated
     * @throws PageOutOfBoundsException if there is no such page
     * @throws ReservedPageException if the number is one of the file's own pages
     * @throws PageBorrowedException if the page is still borrowed after the borrow timeout
     * @throws CorruptPageException if the page is protected and its content is damaged
     */
    PageWriter write(H id);
}
