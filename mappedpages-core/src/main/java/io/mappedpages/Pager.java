package io.mappedpages;

import java.lang.System.Logger.Level;
import java.nio.file.Path;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import java.util.function.LongConsumer;
import java.util.function.LongSupplier;
import java.util.stream.Stream;

import org.jspecify.annotations.Nullable;

import io.mappedpages.internal.engine.Engine;
import io.mappedpages.internal.fault.FaultException;
import io.mappedpages.internal.log.SafeLog;

/**
 * An open file of fixed-size pages. See the {@linkplain io.mappedpages package page} for threads, errors and
 * durability.
 *
 * <p>
 * Unless a method says otherwise: any thread may call it; an interrupt does not abort it and stays set; it throws
 * {@link PagerClosedException} after {@link #close()}, {@link PagerUnavailableException} while the pager is
 * {@link PagerState#UNAVAILABLE}, {@link CorruptMetadataException} if what it needs of the file's metadata is damaged, and
 * {@link PagerIoException} if that, or the file as such, cannot be read or written. A single page that is damaged or cannot
 * be read is named, and calls that do not need it go on.
 */
public final class Pager implements AutoCloseable {

    private static final SafeLog LOG = SafeLog.of(Pager.class);

    private final Engine engine;
    private final ListenerEvents events;
    private final RegularPages pages;
    private final ProtectedPages protectedPages;

    Pager(Engine engine, ListenerEvents events) {
        this.engine = engine;
        this.events = events;
        this.pages = new RegularPages(engine);
        this.protectedPages = new ProtectedPages(engine);
    }

    /**
     * Creates a file with default options: {@code builder(path).pageSizeLog2(pageSizeLog2).create()}.
     *
     * @param path the file, which must not exist, in a directory that does
     * @param pageSizeLog2 base-2 logarithm of the page size in bytes, 10 (1 KiB) to 30 (1 GiB)
     * @return the pager, to be closed by the caller
     * @throws InvalidPageSizeException if the page size is outside that range
     * @throws MappedPageException as {@link PagerBuilder#create()} does
     */
    public static Pager create(Path path, int pageSizeLog2) {
        return builder(path).pageSizeLog2(pageSizeLog2).create();
    }

    /**
     * Opens an existing file with default options: {@code builder(path).open()}.
     *
     * @param path the file
     * @return the pager, to be closed by the caller
     * @throws MappedPageException as {@link PagerBuilder#open()} does
     */
    public static Pager open(Path path) {
        return builder(path).open();
    }

    /**
     * Begins to describe a pager.
     *
     * @param path its file, existing or to be created
     * @return a builder with all options at their defaults
     */
    public static PagerBuilder builder(Path path) {
        return new PagerBuilder(path);
    }

    /**
     * Makes a page file of a file that the Rust crate has written, with default options:
     * {@code builder(target).importRust(source)}.
     *
     * @param source the file of the crate, which is only read
     * @param target the file to be made, which must not exist
     * @return what was imported
     * @throws MappedPageException as {@link PagerBuilder#importRust} does
     */
    public static ImportReport importRust(Path source, Path target) {
        return builder(target).importRust(source);
    }

    /**
     * Saves what can be saved of a file that does not open, with default options: {@code builder(target).repair(damaged)}.
     *
     * @param damaged the file, which is only read
     * @param target the file to be made, which must not exist
     * @return what was saved, and what was not
     * @throws MappedPageException as {@link PagerBuilder#repair} does
     */
    public static RepairReport repair(Path damaged, Path target) {
        return builder(target).repair(damaged);
    }

    /**
     * Allocates a regular page, full of zeros. Durable on return. The file grows if it has to; views of other pages
     * stay valid.
     *
     * @return the page's handle
     * @throws PagerFullException if there is no room; the pager stays usable
     */
    public PageId alloc() {
        return pages.alloc();
    }

    /**
     * Frees a regular page. Durable on return. Waits for borrows of the page to be closed, up to the borrow timeout.
     *
     * @param id the page
     * @throws DoubleFreeException if the page is free already
     * @throws PageOutOfBoundsException if the file has no such page
     * @throws ReservedPageException if the file uses the page itself
     * @throws PageBorrowedException if the page is still borrowed after the borrow timeout
     */
    public void free(PageId id) {
        pages.free(id);
    }

    /**
     * Allocates a protected page, full of zeros. Durable on return. It takes two pages of the file.
     *
     * @return the page's handle
     * @throws PagerFullException if there is no room; the pager stays usable
     */
    public ProtectedPageId allocProtected() {
        return protectedPages.alloc();
    }

    /**
     * Frees a protected page. Durable on return. Waits for borrows of the page to be closed, up to the borrow timeout.
     *
     * @param id the page
     * @throws DoubleFreeException if the page is free already
     * @throws PageOutOfBoundsException if there is no such page
     * @throws PageBorrowedException if the page is still borrowed after the borrow timeout
     */
    public void freeProtected(ProtectedPageId id) {
        protectedPages.free(id);
    }

    /**
     * Allocates many regular pages at once: all or none. Durable on return.
     *
     * @param count how many, 0 or more
     * @return their handles, as an immutable list that stores 8 bytes per page
     * @throws IllegalArgumentException if {@code count} is negative
     * @throws PagerFullException if there is no room for all; none is allocated, and the pager stays usable
     */
    public List<PageId> allocBulk(int count) {
        return pages.allocBulk(count);
    }

    /**
     * Frees many regular pages at once: all or none. Durable on return.
     *
     * @param ids the pages, in any order
     * @throws DoubleFreeException if one is free already or is named twice
     * @throws PageOutOfBoundsException if the file does not have one of them
     * @throws ReservedPageException if the file uses one of them itself
     * @throws PageBorrowedException if one is still borrowed after the borrow timeout
     */
    public void freeBulk(Collection<PageId> ids) {
        pages.freeBulk(ids);
    }

    /**
     * Allocates many protected pages at once: all or none. Durable on return.
     *
     * @param count how many, 0 or more
     * @return their handles, as an immutable list that stores 8 bytes per page
     * @throws IllegalArgumentException if {@code count} is negative
     * @throws PagerFullException if there is no room for all; none is allocated, and the pager stays usable
     */
    public List<ProtectedPageId> allocProtectedBulk(int count) {
        return protectedPages.allocBulk(count);
    }

    /**
     * Frees many protected pages at once: all or none. Durable on return.
     *
     * @param ids the pages, in any order
     * @throws DoubleFreeException if one is free already or is named twice
     * @throws PageOutOfBoundsException if one of them does not exist
     * @throws PageBorrowedException if one is still borrowed after the borrow timeout
     */
    public void freeProtectedBulk(Collection<ProtectedPageId> ids) {
        protectedPages.freeBulk(ids);
    }

    /**
     * Borrows a regular page for reading. Waits for a writer of the page, up to the borrow timeout.
     *
     * @param id the page
     * @return the page, to be closed by the caller
     * @throws PageNotAllocatedException if the page is not allocated
     * @throws PageOutOfBoundsException if the file has no such page
     * @throws ReservedPageException if the file uses the page itself
     * @throws PageBorrowedException if a writer still holds the page after the borrow timeout
     */
    public MappedPage read(PageId id) {
        return pages.read(id);
    }

    /**
     * Reads a regular page by a function, without borrowing it: the quickest way for reads that are short. Waits for a writer of the
     * page, up to the borrow timeout; nobody waits for the function.
     * The function may run several times, on bytes that change under it; what it returns or throws counts, and is passed on as it is, only if nobody
     * has written or freed the page meanwhile. See {@link PageReader} for what it must not do.
     *
     * @param id the page
     * @param reader the function
     * @param <T> what it returns
     * @return what it returned in the run that counts
     * @throws PageNotAllocatedException if the page is not allocated
     * @throws PageOutOfBoundsException if the file has no such page
     * @throws ReservedPageException if the file uses the page itself
     * @throws PageBorrowedException if a writer still holds the page after the borrow timeout
     * @throws PagerIoException if the page could not be read, which concerns this page only
     */
    public <T extends @Nullable Object> T read(PageId id, PageReader<T> reader) {
        return pages.read(id, reader);
    }

    /**
     * Borrows a regular page for writing, alone. Waits for other borrows of it, up to the borrow timeout. <b>What is
     * stored stays stored</b>; {@link WritablePage#commit()} makes it durable.
     *
     * @param id the page
     * @return the page, to be committed and closed by the caller
     * @throws PageNotAllocatedException if the page is not allocated
     * @throws PageOutOfBoundsException if the file has no such page
     * @throws ReservedPageException if the file uses the page itself
     * @throws PageBorrowedException if the page is still borrowed after the borrow timeout
     */
    public WritablePage write(PageId id) {
        return pages.write(id);
    }

    /**
     * Borrows a protected page for reading: the content that was committed last. Does not wait for a writer of the
     * page, nor for its commit. The first borrow after opening checks the content.
     *
     * @param id the page
     * @return the page, to be closed by the caller; it shows the same content until then, whatever is committed
     *         meanwhile
     * @throws PageNotAllocatedException if the page is not allocated
     * @throws PageOutOfBoundsException if there is no such page
     * @throws PageBorrowedException if a call that frees the page was under way for all of the borrow timeout
     * @throws CorruptPageException if the content is damaged
     * @throws PagerIoException if the content could not be read, which concerns this page only
     */
    public MappedPage read(ProtectedPageId id) {
        return protectedPages.read(id);
    }

    /**
     * Reads a protected page by a function, without borrowing it: the quickest way for reads that are short. It sees the content
     * that was committed last, and waits for no writer; nobody waits for the function.
     * The function may run several times, on bytes that change under it; what it returns or throws counts, and is passed on as it is, only if nobody
     * has written or freed the page meanwhile. See {@link PageReader} for what it must not do.
     *
     * @param id the page
     * @param reader the function
     * @param <T> what it returns
     * @return what it returned in the run that counts
     * @throws PageNotAllocatedException if the page is not allocated
     * @throws PageOutOfBoundsException if there is no such page
     * @throws PageBorrowedException if a call that frees the page was under way for all of the borrow timeout
     * @throws CorruptPageException if the content is damaged, which is looked for the first time after opening
     * @throws PagerIoException if the content could not be read, which concerns this page only
     */
    public <T extends @Nullable Object> T read(ProtectedPageId id, PageReader<T> reader) {
        return protectedPages.read(id, reader);
    }

    /**
     * Borrows a protected page for writing, alone among writers. The buffer begins as a copy of the current content.
     * <b>Without {@link ProtectedPageWriter#commit()} the page stays as it was.</b>
     *
     * @param id the page
     * @return the writer, to be committed and closed by the caller
     * @throws PageNotAllocatedException if the page is not allocated
     * @throws PageOutOfBoundsException if there is no such page
     * @throws PageBorrowedException if another writer, or a reader of the content before the current, still holds the
     *         page after the borrow timeout
     * @throws CorruptPageException if the content is damaged
     * @throws PagerIoException if the content could not be read, which concerns this page only
     */
    public ProtectedPageWriter write(ProtectedPageId id) {
        return protectedPages.write(id);
    }

    /**
     * As {@link #alloc()}, without waiting for the commit: it is one of those that the next commit carries, and no thread
     * waits for it.
     *
     * <p>
     * This holds for all calls that return a future:
     * <ul>
     * <li>The future is completed when the change is durable and visible, or with the exception that the call would have thrown
     * had it waited; arguments that can never be right are refused by the call itself. What is begun is begun: cancelling or
     * completing the future changes nothing.
     * <li>What depends on the future runs on a virtual thread, one for each future, and may wait for anything, other calls of the
     * pager included; where it is attached, if the future was completed before. Never on a thread that commits for others.
     * <li>A call does not wait for a commit, nor for a page that is borrowed, nor for growth: what has to be waited for
     * is waited for by a virtual thread. It may look at a tree node in the file, and writes what it commits to the file, without a
     * sync. If no thread for commits can be had, the call throws {@link OutOfMemoryError}, and nothing is committed.
     * <li>Changes take effect in no particular order. One that needs another one begins when that one's future is completed.
     * <li>A call that is under way takes about a kilobyte of the heap, and a page outside of it if it writes a protected page. Nothing
     * limits how many there are but the caller.
     * <li>Calls under way when the pager is closed end with the commit that carries them, or with {@link PagerClosedException}.
     * </ul>
     *
     * @return the page's handle, when it is durable
     */
    public CompletableFuture<PageId> allocAsync() {
        return AsyncCalls.<long[], PageId>call(future -> engine.allocLater(1, future), page -> new PageId(page[0]));
    }

    /**
     * As {@link #allocBulk(int)}, without waiting; see {@link #allocAsync()}.
     *
     * @param count how many, 0 or more
     * @return their handles, when they are durable
     * @throws IllegalArgumentException if {@code count} is negative
     */
    public CompletableFuture<List<PageId>> allocBulkAsync(int count) {
        Arguments.requireAtLeast(0, count, "count");
        return AsyncCalls.<long[], List<PageId>>call(future -> engine.allocLater(count, future),
                made -> new HandleList<>(made, PageId::new));
    }

    /**
     * As {@link #free(PageId)}, without waiting; see {@link #allocAsync()}.
     *
     * @param id the page
     * @return completed when it is free
     */
    public CompletableFuture<@Nullable Void> freeAsync(PageId id) {
        long[] page = {id.number()};
        return AsyncCalls.run(future -> engine.freeLater(page, future));
    }

    /**
     * As {@link #freeBulk(Collection)}, without waiting; see {@link #allocAsync()}.
     *
     * @param ids the pages, in any order
     * @return completed when they are free
     */
    public CompletableFuture<@Nullable Void> freeBulkAsync(Collection<PageId> ids) {
        long[] numbers = HandleList.numbersOf(ids);
        return AsyncCalls.run(future -> engine.freeLater(numbers, future));
    }

    /**
     * As {@link #allocProtected()}, without waiting; see {@link #allocAsync()}.
     *
     * @return the page's handle, when it is durable
     */
    public CompletableFuture<ProtectedPageId> allocProtectedAsync() {
        return AsyncCalls.<long[], ProtectedPageId>call(future -> engine.allocProtectedLater(1, future),
                page -> new ProtectedPageId(page[0]));
    }

    /**
     * As {@link #allocProtectedBulk(int)}, without waiting; see {@link #allocAsync()}.
     *
     * @param count how many, 0 or more
     * @return their handles, when they are durable
     * @throws IllegalArgumentException if {@code count} is negative
     */
    public CompletableFuture<List<ProtectedPageId>> allocProtectedBulkAsync(int count) {
        Arguments.requireAtLeast(0, count, "count");
        return AsyncCalls.<long[], List<ProtectedPageId>>call(future -> engine.allocProtectedLater(count, future),
                made -> new HandleList<>(made, ProtectedPageId::new));
    }

    /**
     * As {@link #freeProtected(ProtectedPageId)}, without waiting; see {@link #allocAsync()}.
     *
     * @param id the page
     * @return completed when it is free
     */
    public CompletableFuture<@Nullable Void> freeProtectedAsync(ProtectedPageId id) {
        long[] number = {id.number()};
        return AsyncCalls.run(future -> engine.freeProtectedLater(number, future));
    }

    /**
     * As {@link #freeProtectedBulk(Collection)}, without waiting; see {@link #allocAsync()}.
     *
     * @param ids the pages, in any order
     * @return completed when they are free
     */
    public CompletableFuture<@Nullable Void> freeProtectedBulkAsync(Collection<ProtectedPageId> ids) {
        long[] numbers = HandleList.numbersOf(ids);
        return AsyncCalls.run(future -> engine.freeProtectedLater(numbers, future));
    }

    /**
     * Begins a transaction: changes that become durable together or not at all. Nothing happens in the file, and nobody
     * waits, before it asks for something.
     *
     * @return the transaction, to be committed and closed by the caller
     */
    public Transaction begin() {
        try {
            return new Transaction(engine);
        } catch (FaultException e) {
            throw Failures.of(e);
        }
    }

    /**
     * Runs a function in a transaction, and commits that when the function returns; if it throws, all is rolled back, and what it
     * threw is passed on. It is run once: a {@link PageBorrowedException} is the caller's to act on.
     *
     * {@snippet lang = java :
     * PageId page = pager.transact(transaction -> {
     *     PageId id = transaction.alloc();
     *     transaction.write(id).byteBuffer().put(record);
     *     return id;
     * });
     * }
     *
     * @param <T> what it returns
     * @param work what to do with the transaction; it may commit or close it itself
     * @return what {@code work} returned
     * @throws MappedPageException as the calls of {@link Transaction} do, and {@link Transaction#commit()}
     */
    public <T extends @Nullable Object> T transact(Function<? super Transaction, T> work) {
        try (Transaction transaction = begin()) {
            T result = work.apply(transaction);
            if (transaction.isOpen()) {
                transaction.commit();
            }
            return result;
        }
    }

    /**
     * The regular pages, for code that works with either kind. Never throws.
     *
     * @return the same object each time
     */
    public PageAllocator<PageId> pages() {
        return pages;
    }

    /**
     * The protected pages, for code that works with either kind. Never throws.
     *
     * @return the same object each time
     */
    public PageAllocator<ProtectedPageId> protectedPages() {
        return protectedPages;
    }

    /**
     * The regular pages in use, in ascending order. Looked up while the stream is used, and weakly consistent: what is
     * allocated or freed meanwhile may or may not appear. The stream may throw what any call may. To begin somewhere else,
     * use {@link PageAllocator#allocated(long)}.
     *
     * @return a lazy stream; need not be closed
     */
    public Stream<PageId> allocatedPages() {
        return pages.allocated(0);
    }

    /**
     * The protected pages in use, in ascending order; as weakly consistent as {@link #allocatedPages()}.
     *
     * @return a lazy stream; need not be closed
     */
    public Stream<ProtectedPageId> allocatedProtectedPages() {
        return protectedPages.allocated(0);
    }

    /**
     * What the pages of the file are used for, in ascending order: each range ends where the use changes. For showing how full a
     * file is, and where. Looked up while the stream is used, which may read from the file, and weakly consistent: a change meanwhile
     * may or may not be seen, and then two ranges beside each other may have the same use.
     *
     * @param from the number of the page to begin with, 0 or more
     * @return a lazy stream; need not be closed
     * @throws IllegalArgumentException if {@code from} is negative
     */
    public Stream<PageRange> pageMap(long from) {
        return PageRanges.stream(engine::nextRun, Arguments.requireAtLeast(0, from, "from"));
    }

    /**
     * The page size. Never throws.
     *
     * @return bytes per page, 2^10 to 2^30
     */
    public int pageSize() {
        return engine.pageSize();
    }

    /**
     * The size of the file in pages.
     *
     * @return pages in the file, the three reserved ones included
     */
    public long pageCount() {
        return ask(engine::pageCount);
    }

    /**
     * How many pages can be allocated before the file has to grow. A protected page needs two, and now and then the file
     * needs some itself.
     *
     * <p>A page that was borrowed for writing since the file was opened, and then freed, is counted as every other. As long
     * as anything is borrowed it can only become a regular page again, because somebody may have kept its segment. If a
     * protected page needs it, and the file may not grow, the allocation waits until nothing is borrowed, up to the borrow
     * timeout; kept segments throw {@link IllegalStateException} from then on.
     *
     * @return free pages in the file
     */
    public long freePageCount() {
        return ask(engine::freePageCount);
    }

    /**
     * How many protected pages are in use.
     *
     * @return protected pages, each counted once
     */
    public long protectedPageCount() {
        return ask(engine::protectedPageCount);
    }

    /**
     * The file. Never throws.
     *
     * @return the path of the pager's file
     */
    public Path path() {
        return engine.path();
    }

    /**
     * What the pager can do at the moment, as far as was noticed. Never throws and never waits.
     *
     * @return the state
     */
    public PagerState state() {
        return Reports.of(engine.state());
    }

    /**
     * What can be counted of the pager, at one moment. Works in any state: of a pager that is not open it tells what was
     * known last, and does not touch the file. Never throws, and waits for nobody, not for a commit either.
     *
     * <p>
     * Open borrows are counted when this is called, so that borrowing costs nothing for it: this looks at one word for each
     * page that was borrowed lately, and for its neighbours in blocks of 256 pages. That takes microseconds as a rule, one
     * or two milliseconds for 4 GiB of 4 KiB pages that were all borrowed, and some 15 milliseconds at most, since there are
     * never more than 64 MiB of such words but for pages that are borrowed now. It also asks the system for the length of the
     * file.
     *
     * @return the counts
     */
    public PagerStats stats() {
        return Reports.of(engine.stats());
    }

    /**
     * Looks whether the file is still there: in its place, as long as its pages need, and written to by nobody else. If
     * it was deleted, renamed, replaced, truncated or overwritten, the pager becomes {@link PagerState#UNAVAILABLE}, and
     * {@link #failure()} says what happened. Commits, {@link #sync()} and {@link #close()} look themselves; this is for
     * noticing it while nothing is written, from a health check say.
     *
     * <p>
     * It takes a look at a directory and a read of a few bytes. What cannot be looked at, because the
     * directory may not be searched any more say, is taken to be in order. Never throws, and waits for no other call: while a
     * commit is under way it returns the state at once.
     *
     * @return the state
     */
    public PagerState checkFile() {
        return Reports.of(engine.check());
    }

    /**
     * Why the pager is, or was when it was closed or suspended, {@link PagerState#UNAVAILABLE}. Never throws and never waits.
     *
     * @return the last failure since the file was opened or reopened, also after closing; empty if there was none
     */
    public Optional<Throwable> failure() {
        return Optional.ofNullable(engine.failure()).map(Failures::published);
    }

    /**
     * What the last open or reopen had to put in order. Never throws and never waits.
     *
     * @return the report, or empty if the file was in order
     */
    public Optional<RecoveryReport> recovery() {
        return Optional.ofNullable(engine.recovery()).map(Reports::of);
    }

    /** Makes everything durable that was stored into regular pages before this call. */
    public void sync() {
        run(engine::sync);
    }

    /**
     * Writes a checkpoint: what was committed since the last one is in the journal alone, and is in the file's own structures after
     * this. The pager does that itself, when the journal is half full and when nothing was committed for a second or two; this is for
     * having it at a certain moment: the next opening has less to replay then, and a copy of the file less to carry.
     * Commits go on meanwhile. Does nothing if there is nothing to write, and always in {@link CommitMode#CHECKPOINT}.
     */
    public void checkpoint() {
        run(engine::checkpoint);
    }

    /**
     * Gives free pages at the end of the file back to the file system. Users' pages stay where they are, so this gives back
     * what lies behind the last of them. A journal that lies there moves out of the way, shorter if the file gets much shorter,
     * and a file that ends below 1 MiB has none after that, unless its size was set. It works in small steps, and others borrow and commit between them; if an
     * allocation needs the pages meanwhile, it gets them, and this ends early. A crash leaves a sound file, trimmed by some
     * of the steps or by all.
     *
     * <p>The space of the pages is free at once where the file system can free it in the middle of a file. The file itself
     * gets shorter when it is closed. Until then a segment kept of a page that was given back can still be touched, and
     * shows anything.
     *
     * @return how many pages were given back; 0 if there is nothing to give
     * @throws PagerUnavailableException if a write or sync fails, or had failed before
     * @throws PagerClosedException if the pager is closed
     */
    public long trim() {
        return ask(engine::trim);
    }

    /**
     * Copies the file to another one while everything else goes on: commits, borrows and growth wait for nothing of this but, now and
     * then, for one page to be read. The copy is a page file as any other, with the same page numbers, and opens as the last commit before
     * one moment during this call: allocations, protected pages and what transactions wrote are those of that moment.
     * A regular page that was allocated then is as it was at some moment between that one and the end of this call, without a store in
     * the middle of being made: it is copied while nobody has it borrowed for writing; if one was freed since, it is as it was
     * when it was freed. Who keeps one borrowed for longer than the borrow timeout has it copied as it is, see {@link
     * BackupReport#beingWritten()}.
     *
     * <p>The copy appears under its name when it is whole and durable. A failure, a crash or an exception from {@code progress} leaves nothing
     * there. It has the file's id, so it can take its place; both have nothing else in common. Free pages take no
     * space in it, unless the pager was told to {@linkplain PagerBuilder#reserve reserve} space. It needs up to three bits of heap a page, and up to
     * 64 MiB more for what is written over faster than it is copied. {@link #trim()} gives nothing back meanwhile. One
     * backup is made at a time: another one waits.
     *
     * <p>A borrow for writing may meet the copying of its page, as it may meet a reader of it: with a borrow timeout of zero it is refused then.
     *
     * <p>{@link #close()}, {@link #reopen()} and {@link #suspend()} end it: then this throws as any call does afterwards.
     *
     * @param target where there must not be anything
     * @param progress is told, on this thread, how many bytes were copied so far; pages that are written to meanwhile may be copied again
     * @return what was copied
     * @throws PagerFullException if there is no room for it
     * @throws PagerIoException if the target exists, or cannot be written; if a page of the file cannot be read; or if
     *         far more is written over than the target takes
     * @throws PagerUnavailableException if the pager is, or becomes, unavailable
     * @throws PagerClosedException if the pager is closed, also meanwhile
     */
    public BackupReport backup(Path target, LongConsumer progress) {
        Objects.requireNonNull(target, "target");
        Objects.requireNonNull(progress, "progress");
        try {
            return Reports.of(engine.backup(target, progress));
        } catch (FaultException e) {
            throw Failures.of(e);
        }
    }

    /**
     * As {@link #backup(Path, LongConsumer)}, and tells nobody how far it is.
     *
     * @param target where there must not be anything
     * @return what was copied
     */
    public BackupReport backup(Path target) {
        return backup(target, _ -> {
        });
    }

    /**
     * Reads and checks all of the metadata and the content of all protected pages, and looks whether the file is still in
     * its place. This takes as long as reading those. Everything else goes on meanwhile, commits and growth too, and waits
     * for nothing of this; {@link #close()} and {@link #reopen()} end it. What is found is wrong for certain, and not only being
     * changed. If the file is changed meanwhile, the counts in the report are of different moments.
     *
     * @return what was counted and found; damage is reported there, not thrown, and so is
     *         what cannot be read
     */
    public VerifyReport verify() {
        try {
            VerifyReport report = Reports.of(engine.verify());
            return engine.lost().map(lost -> report.with(new VerifyReport.Finding(-1, LostFiles.what(path(), lost))))
                    .orElse(report);
        } catch (FaultException e) {
            throw Failures.of(e);
        }
    }

    /**
     * Opens the file anew, after a failure, after {@link #suspend()}, or at any other time before {@link #close()}. Refuses new borrows, waits for
     * open ones up to the borrow timeout, and then goes on: views taken before throw {@link IllegalStateException} from
     * then on. What was committed is there again; staged writes are gone. A change whose call has failed is there as a whole or
     * not at all; if it is there, it is durable as soon as the next change is. If opening fails, the pager is
     * {@link PagerState#UNAVAILABLE}, and this may be called again.
     *
     * <p>
     * A file that was deleted, renamed or replaced is not closed, because it could never be opened again; this works
     * when it is back in its place.
     *
     * @throws PagerClosedException if the pager was closed
     * @throws PagerIoException if the file is not in its place; or if an I/O operation uses a buffer of a page, and this
     *         may be called again when that is over
     * @throws MappedPageException as {@link PagerBuilder#open()} does; also if the file is another, or older than what
     *         this pager had committed
     */
    public void reopen() {
        run(engine::reopen);
        logRecovery();
    }

    /**
     * Opens the file anew, as {@link #reopen()} does, if the pager is {@link PagerState#UNAVAILABLE}; else it does nothing. For what
     * looks after pagers by itself: between its look at the state and its call somebody else may have reopened the pager, or
     * suspended it.
     *
     * @return whether the file was opened anew
     * @throws MappedPageException as {@link #reopen()} does
     */
    public boolean reopenIfUnavailable() {
        boolean done = ask(() -> engine.reopenIfUnavailable() ? 1 : 0) == 1;
        if (done) {
            logRecovery();
        }
        return done;
    }

    /**
     * Gives the file up until {@link #reopen()}: closes it as {@link #close()} does, lock included, but the pager stays. Refuses new
     * borrows, waits for open ones up to the borrow timeout, and then goes on: views taken before throw
     * {@link IllegalStateException} from then on. For an application that pauses and lets another one have the file meanwhile.
     *
     * <p>
     * From then on the pager is {@link PagerState#SUSPENDED}, also if this throws, unless it cannot be told whether the file still has its
     * name. The file is closed then, too, with the exception that {@link #close()} names; calling this again closes it when that operation
     * is over. When the file is closed, calling this again does nothing. What others commit to the file meanwhile is there after {@link #reopen()}.
     *
     * @throws PagerClosedException if the pager was closed
     * @throws PagerIoException as {@link #close()} does; if the file was deleted, renamed or replaced while it was open, it is not
     *         given up, because it could never be opened again, and the pager is {@link PagerState#UNAVAILABLE}
     */
    public void suspend() {
        run(engine::suspend);
    }

    /**
     * Closes the file. Refuses new borrows, waits for open ones up to the borrow timeout, and then goes on: views taken
     * before throw {@link IllegalStateException} from then on. Waits up to five seconds more for a listener to hear of
     * everything. Works in any state.
     *
     * <p>
     * From then on the pager is {@link PagerState#CLOSED}, also if this throws. The file is closed then, too, with one
     * exception: it stays mapped and locked while an I/O operation (a write to a socket, say) uses a buffer of one of
     * its pages. The exception says so, and calling this again closes the file when the operation is over. When the file
     * is closed, calling this again does nothing.
     *
     * @throws PagerIoException if a buffer of a page is in use; if what was stored into regular pages could not be made
     *         durable (what was committed is); if the last checkpoint of the journal could not be written, which loses nothing: the
     *         next opening replays the journal; or if the file was deleted, renamed, replaced, truncated or overwritten
     *         while it was open, and what was committed with it
     */
    @Override
    public void close() {
        try {
            run(engine::close);
        } finally {
            events.close();
        }
    }

    /** What was recovered or lost goes to the log as well, on the thread that opened the file. */
    void logRecovery() {
        recovery().ifPresent(report -> LOG.log(
                report.loss() == RecoveryReport.Loss.NONE ? Level.INFO : Level.WARNING,
                "{0} was not left in order and was recovered: {1}", path(), report));
    }

    private static long ask(LongSupplier call) {
        try {
            return call.getAsLong();
        } catch (FaultException e) {
            throw Failures.of(e);
        }
    }

    private static void run(Runnable call) {
        try {
            call.run();
        } catch (FaultException e) {
            throw Failures.of(e);
        }
    }
}
