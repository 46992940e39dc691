/**
 * A crash-consistent, memory-mapped file of fixed-size pages, as a foundation for storage engines.
 *
 * {@snippet lang = java :
 * try (Pager pager = Pager.create(Path.of("data.pages"), 12)) {
 *     ProtectedPageId root = pager.allocProtected();
 *     try (ProtectedPageWriter page = pager.write(root)) {
 *         page.byteBuffer().putLong(42);
 *         page.commit(); // on return: durable, and visible to readers
 *     }
 *     try (MappedPage page = pager.read(root)) {
 *         long value = page.byteBuffer().getLong();
 *     }
 * }
 * }
 *
 * <h2>Priorities</h2>
 *
 * Committed data survives any crash; then, no mistake of a caller can crash the JVM or harm the file's own pages; then,
 * speed. A {@link io.mappedpages.Pager} hands out two kinds of page: <em>regular</em> ones, which are the mapped file
 * itself, and <em>protected</em> ones, whose changes happen whole or not at all.
 *
 * <h2>What is durable when</h2>
 *
 * <table>
 * <caption>Durability</caption>
 * <thead>
 * <tr>
 * <th>call</th>
 * <th>when it returns</th>
 * <th>after a crash before it returns</th>
 * </tr>
 * </thead> <tbody>
 * <tr>
 * <td>alloc, free, their bulk and protected forms</td>
 * <td>durable</td>
 * <td>done wholly or not at all, bulk calls too</td>
 * </tr>
 * <tr>
 * <td>{@link io.mappedpages.ProtectedPageWriter#commit()}</td>
 * <td>durable, and visible to readers</td>
 * <td>the content before or the new one, never a mixture</td>
 * </tr>
 * <tr>
 * <td>{@link io.mappedpages.ProtectedPageWriter#close()} without commit</td>
 * <td>discarded</td>
 * <td>the content before</td>
 * </tr>
 * <tr>
 * <td>{@link io.mappedpages.WritablePage#commit()}</td>
 * <td>durable</td>
 * <td>any mixture of old and new sectors</td>
 * </tr>
 * <tr>
 * <td>{@link io.mappedpages.WritablePage#close()} without commit</td>
 * <td>stored, durable some time later</td>
 * <td>any mixture of old and new sectors</td>
 * </tr>
 * <tr>
 * <td>{@link io.mappedpages.Pager#sync()}</td>
 * <td>everything stored into regular pages before is durable</td>
 * <td>any mixture of old and new sectors</td>
 * </tr>
 * </tbody>
 * </table>
 *
 * <h2>Byte order</h2>
 *
 * Page contents are yours, in whatever order you store them. {@code byteBuffer()} gives little-endian buffers, as the
 * file's own numbers are, and not big-endian ones as Java does by default; with {@code bytes()} the layout says the order,
 * and {@link java.lang.foreign.ValueLayout#JAVA_LONG} and its like are little-endian on all common machines. So what one
 * stores there the other shows. Name {@link java.nio.ByteOrder#LITTLE_ENDIAN} in your layouts if a file may go to another
 * kind of machine.
 *
 * <h2>Threads</h2>
 *
 * <ul>
 * <li>Any thread may call anything, including closing a borrow that another thread took.</li>
 * <li>A page has many readers or one writer, across all threads. A call waits for a borrowed page up to the
 * {@linkplain io.mappedpages.PagerBuilder#borrowTimeout(java.time.Duration) borrow timeout}, and then throws
 * {@link io.mappedpages.PageBorrowedException}. Readers of a protected page do not wait for its writer.</li>
 * <li>Borrows are not reentrant. A thread that asks for a page it holds exclusively waits for itself, and gets that
 * exception. {@link io.mappedpages.PagerBuilder#overdueBorrow(java.time.Duration)} finds the borrow that somebody did not
 * close.</li>
 * <li>Views stay valid while the file grows.</li>
 * <li>Interrupts never abort a call; the flag stays set.</li>
 * </ul>
 *
 * <h2>Errors</h2>
 *
 * Everything a pager throws about its file or a page is a {@link io.mappedpages.MappedPageException}: unchecked,
 * sealed, with a message that says what to do. After a failed remap, write or sync, and when the file was deleted,
 * renamed, replaced or overwritten while it was open, the pager is {@link io.mappedpages.PagerState#UNAVAILABLE}: every
 * call throws {@link io.mappedpages.PagerUnavailableException}, except {@code state()}, {@code stats()},
 * {@code checkFile()}, {@code failure()}, {@code recovery()}, {@code pageSize()}, {@code path()}, {@code close()} and
 * {@link io.mappedpages.Pager#reopen() reopen()}, which makes it usable again. A full disk is not such a failure:
 * it is a {@link io.mappedpages.PagerFullException} from the allocation, and the pager stays usable. An {@link Error} that
 * strikes because the caller's stack or heap is at its end leaves nothing borrowed, and makes the pager unavailable only
 * if a change was begun.
 *
 * <p>
 * No argument or return value is ever null, but for what a {@link io.mappedpages.PageReader} returns.
 *
 * @serial exclude
 */
@NullMarked
package io.mappedpages;

import org.jspecify.annotations.NullMarked;
