package io.mappedpages;

import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.Stream;

import org.jspecify.annotations.Nullable;

import io.mappedpages.internal.engine.PageRun;
import io.mappedpages.internal.fault.FaultException;
import io.mappedpages.internal.reading.ReadOnlyFile;

/**
 * A page file that is only read, by as many processes as like, also beside the one that writes to it. Made by
 * {@link PagerBuilder#openReadOnly()}. All methods may be called by any thread.
 *
 * {@snippet lang = java :
 * try (ReadOnlyPager pager = Pager.builder(path).openReadOnly()) {
 *     long balance = pager.read(account, page -> page.get(ValueLayout.JAVA_LONG, 8));
 * }
 * }
 *
 * <p>
 * <b>It takes no lock and writes nothing</b>, not even a lock file: the file may be on a read-only mount, and a writer neither waits
 * for it nor knows of it. A file that was not closed in order is read as a recovery would leave it, in memory.
 *
 * <p>
 * <b>What it sees.</b> The newest commit when it was opened or last {@linkplain #refresh refreshed}, or a later one: it goes on by itself where a
 * writer has written over what it wanted to read. So each protected page is read as one commit has left it, and never as an earlier one than
 * before; two pages that are read one after the other may be of different commits. It may see a commit a moment before the call
 * that made it returns; if the machine fails in that moment, the commit may be gone afterwards.
 *
 * <p>
 * <b>A protected page</b> is copied, and compared with the sums that were committed with it: what is given out is whole.
 * <b>A regular page</b> is copied as it is. Beside a writer that stores into it the copy may be torn, and after the page was freed it may be of
 * anybody: until the next refresh that does not show.
 *
 * <p>
 * A read is a system call and a copy, and for a protected page its sums: microseconds, where {@link Pager} takes a fraction of one.
 * There are no borrows, so nothing has to be given back; but the file is open until {@link #close()}.
 *
 * <p>
 * On Windows nobody can read a file that a pager has open for writing. Where locks are those of the process (a line of the log says
 * so; and without native access), closing a reader takes the lock off a page file that <em>the same process</em> has open for writing. The lock file
 * beside it keeps other pagers out all the same.
 *
 * <p>
 * A damaged tree node is a {@link CorruptMetadataException} of any call that needs it.
 */
public final class ReadOnlyPager implements AutoCloseable {

    private final ReadOnlyFile file;

    ReadOnlyPager(ReadOnlyFile file) {
        this.file = file;
    }

    /**
     * Reads a regular page by a function.
     *
     * @param id the page
     * @param reader the function; runs once, on a copy that is its own
     * @param <T> what it returns
     * @return what it returned
     * @throws PageNotAllocatedException if the page is not allocated
     * @throws PageOutOfBoundsException if the file has no such page
     * @throws ReservedPageException if the file uses the page itself
     * @throws PagerIoException if it could not be read, or not while it was written over
     */
    public <T extends @Nullable Object> T read(PageId id, PageReader<T> reader) {
        return reader.read(copy(id));
    }

    /**
     * Reads a protected page by a function.
     *
     * @param id the page
     * @param reader the function; runs once, on a copy that is its own
     * @param <T> what it returns
     * @return what it returned
     * @throws PageNotAllocatedException if the page is not allocated
     * @throws PageOutOfBoundsException if there is no such page
     * @throws CorruptPageException if the content is damaged
     * @throws PagerIoException if it could not be read, or not while it was written over
     */
    public <T extends @Nullable Object> T read(ProtectedPageId id, PageReader<T> reader) {
        return reader.read(copy(id));
    }

    /**
     * Copies a regular page.
     *
     * @param id the page
     * @return its bytes, read-only and on the heap: the caller's to keep
     * @throws MappedPageException as {@link #read(PageId, PageReader)} does
     */
    public MemorySegment copy(PageId id) {
        return ask(() -> file.read(id.number()));
    }

    /**
     * Copies a protected page.
     *
     * @param id the page
     * @return its bytes, read-only and on the heap: the caller's to keep
     * @throws MappedPageException as {@link #read(ProtectedPageId, PageReader)} does
     */
    public MemorySegment copy(ProtectedPageId id) {
        return ask(() -> file.readProtected(id.number()));
    }

    /**
     * Goes on to the newest commit.
     *
     * @return the number of that commit
     * @throws PagerIoException if the file has another name now, or was deleted, or another file has its name: then nothing was
     *         refreshed, and what is open stays readable. Also if it could not be read, or was written to all the time
     * @throws CorruptMetadataException if neither copy of the metadata can be used any more
     */
    public long refresh() {
        return ask(file::refresh);
    }

    /**
     * The commit that is seen now.
     *
     * @return its number; each commit has a higher one than the one before
     */
    public long generation() {
        return ask(file::generation);
    }

    /**
     * The regular pages in use, in ascending order, looked up while the stream is used; see {@link Pager#allocatedPages()}.
     *
     * @return a lazy stream; need not be closed
     */
    public Stream<PageId> allocatedPages() {
        return AllocatedNumbers.stream(file::nextAllocated, 0).mapToObj(PageId::new);
    }

    /**
     * The protected pages in use, in ascending order, looked up while the stream is used.
     *
     * @return a lazy stream; need not be closed
     */
    public Stream<ProtectedPageId> allocatedProtectedPages() {
        return AllocatedNumbers.stream(file::nextProtected, 0).mapToObj(ProtectedPageId::new);
    }

    /**
     * What the pages of the file are used for; see {@link Pager#pageMap(long)}. The ranges of one stream may be of several commits.
     *
     * @param from the number of the page to begin with, 0 or more
     * @return a lazy stream; need not be closed
     * @throws IllegalArgumentException if {@code from} is negative
     */
    public Stream<PageRange> pageMap(long from) {
        return PageRanges.stream(at -> PageRun.in(file, at), Arguments.requireAtLeast(0, from, "from"));
    }

    /**
     * The page size. Never throws.
     *
     * @return bytes per page, 2^10 to 2^30
     */
    public int pageSize() {
        return file.pageSize();
    }

    /**
     * How many pages the file has.
     *
     * @return pages, the file's own included
     */
    public long pageCount() {
        return ask(file::pageCount);
    }

    /**
     * How many pages are free.
     *
     * @return pages that can be allocated before the file has to grow
     */
    public long freePageCount() {
        return ask(file::freePageCount);
    }

    /**
     * How many protected pages are in use.
     *
     * @return protected pages, each counted once
     */
    public long protectedPageCount() {
        return ask(file::protectedPageCount);
    }

    /**
     * The file. Never throws.
     *
     * @return its path, all symbolic links resolved
     */
    public Path path() {
        return file.path();
    }

    /**
     * What opening the file for writing would have found when its state was last read from the beginning, which is when it was opened and after
     * checkpoints of its writer. Of a file that somebody is writing to, it may name a commit that is just being made as one that was not finished.
     *
     * @return the report, or empty if the file is in order
     */
    public Optional<RecoveryReport> recovery() {
        return ask(() -> Optional.ofNullable(file.recovery())).map(Reports::of);
    }

    /**
     * Reads and checks all of the metadata and the content of all protected pages, as they are now. While somebody writes to the
     * file, what looks wrong is looked at anew, from the beginning; so beside a writer that is never at rest use {@link Pager#verify()}
     * where that is.
     *
     * @return what was counted and found; damage is reported there, not thrown, and so is what cannot be read
     * @throws PagerIoException if the file was written to each time
     */
    public VerifyReport verify() {
        return ask(() -> Reports.of(file.verify()));
    }

    /** Closes the file. Closing again does nothing; every other call but {@link #path} and {@link #pageSize} throws {@link PagerClosedException}. */
    @Override
    public void close() {
        ask(() -> {
            file.close();
            return true;
        });
    }

    private static <T> T ask(Supplier<T> question) {
        try {
            return question.get();
        } catch (FaultException e) {
            throw Failures.of(e);
        }
    }

    @Override
    public String toString() {
        return "ReadOnlyPager[" + path() + "]";
    }
}
