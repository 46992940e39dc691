package io.mappedpages;

import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Objects;
import java.util.function.Function;
import java.util.function.LongSupplier;
import java.util.function.UnaryOperator;

import org.jspecify.annotations.Nullable;

import io.mappedpages.internal.engine.Engine;
import io.mappedpages.internal.engine.EngineConfig;
import io.mappedpages.internal.engine.Importer;
import io.mappedpages.internal.engine.ReadOnlyOpener;
import io.mappedpages.internal.engine.Repairer;
import io.mappedpages.internal.fault.Fault;
import io.mappedpages.internal.fault.FaultException;
import io.mappedpages.internal.fault.InjectedFaults;
import io.mappedpages.internal.storage.FailingProvider;
import io.mappedpages.internal.storage.FileStorageProvider;
import io.mappedpages.internal.storage.StorageProvider;

/**
 * The options of a pager. Set what should differ from the defaults, then call {@link #create()}, {@link #open()} or
 * {@link #openOrCreate()}. Not for use by several threads at once.
 *
 * {@snippet lang = java :
 * Pager pager = Pager.builder(path).pageSizeLog2(13).maxSize(10L << 30).openOrCreate();
 * }
 */
public final class PagerBuilder {

    private static final int MIN_PAGE_SIZE_LOG2 = 10;
    private static final int MAX_PAGE_SIZE_LOG2 = 30;
    /** 64 MiB. */
    private static final long DEFAULT_GROWTH_STEP = 64L << 20;
    private static final Duration DEFAULT_BORROW_TIMEOUT = Duration.ofSeconds(5);
    /** This part of the heap, within limits, may go to each of the pager's caches. */
    private static final long CACHE_SHARE = 128;
    private static final long LEAST_CACHE_BYTES = 256 << 10;
    private static final long MOST_CACHE_BYTES = 64 << 20;
    /** What the engine takes for "as the file says, or 4 KiB if there is none". */
    private static final int ANY_PAGE_SIZE = 0;
    private static final long SUITABLE = -1;

    private final Path path;
    private int pageSizeLog2 = ANY_PAGE_SIZE;
    private long initialSize;
    private long maxSize = Long.MAX_VALUE;
    private long growthStep = DEFAULT_GROWTH_STEP;
    private boolean reserve = true;
    private Duration borrowTimeout = DEFAULT_BORROW_TIMEOUT;
    private Duration overdueBorrow = Duration.ZERO;
    private Duration lockTimeout = Duration.ZERO;
    private boolean acceptUnreadable;
    private CommitMode commitMode = CommitMode.JOURNAL;
    private long journalSize = SUITABLE;
    private LongSupplier salts = new SecureRandom()::nextLong;
    private UnaryOperator<EngineConfig> lastTouch = UnaryOperator.identity();
    private @Nullable PagerListener listener;
    private @Nullable FaultInjection faults;
    private long cacheBytes = Math.clamp(Runtime.getRuntime().maxMemory() / CACHE_SHARE, LEAST_CACHE_BYTES,
            MOST_CACHE_BYTES);
    private StorageProvider storage = new FileStorageProvider();
    private boolean watched = true;

    PagerBuilder(Path path) {
        this.path = Objects.requireNonNull(path, "path");
    }

    /**
     * The page size. A file keeps the page size it was created with; when an existing file is opened, a page size set
     * here must be the file's, and one that is not set is taken from the file.
     *
     * @param log2 base-2 logarithm of the page size in bytes, 10 (1 KiB) to 30 (1 GiB); 12 (4 KiB) if not set
     * @return this builder
     * @throws InvalidPageSizeException if {@code log2} is outside that range
     */
    public PagerBuilder pageSizeLog2(int log2) {
        if (log2 < MIN_PAGE_SIZE_LOG2 || log2 > MAX_PAGE_SIZE_LOG2) {
            throw Failures.of(new Fault.InvalidPageSize(log2), null);
        }
        this.pageSizeLog2 = log2;
        return this;
    }

    /**
     * The size a new file begins with. An existing file is not changed by it.
     *
     * @param bytes 0 or more, rounded up to whole pages; 0, the default, is the smallest possible file
     * @return this builder
     * @throws IllegalArgumentException if {@code bytes} is negative
     */
    public PagerBuilder initialSize(long bytes) {
        this.initialSize = Arguments.requireAtLeast(0, bytes, "initialSize");
        return this;
    }

    /**
     * The size the file may not grow beyond; an allocation that would need more throws {@link PagerFullException}. A
     * file that is larger already is opened as it is, and does not grow.
     *
     * @param bytes 1 or more; no limit if not set
     * @return this builder
     * @throws IllegalArgumentException if {@code bytes} is less than 1
     */
    public PagerBuilder maxSize(long bytes) {
        this.maxSize = Arguments.requireAtLeast(1, bytes, "maxSize");
        return this;
    }

    /**
     * How much the file grows at a time once it is large. A small file doubles until it would grow by more than this.
     *
     * @param bytes 1 or more, rounded up to whole pages; 64 MiB if not set
     * @return this builder
     * @throws IllegalArgumentException if {@code bytes} is less than 1
     */
    public PagerBuilder growthStep(long bytes) {
        this.growthStep = Arguments.requireAtLeast(1, bytes, "growthStep");
        return this;
    }

    /**
     * Whether growing reserves real disk blocks. With it, a full disk is a {@link PagerFullException} from an
     * allocation, and storing into a page cannot fail for want of room (on file systems that overwrite in place).
     * Without it the file is sparse and growing is faster, but what is stored into a page can be <b>lost without an
     * error</b> when the disk is full. It is about growth from now on: holes that a file has already stay holes.
     *
     * @param reserve true, the default, to reserve
     * @return this builder
     */
    public PagerBuilder reserve(boolean reserve) {
        this.reserve = reserve;
        return this;
    }

    /**
     * How long a call waits for a page that others have borrowed before it throws {@link PageBorrowedException}, and
     * how long closing waits for open borrows.
     *
     * @param timeout zero or more; zero does not wait; 5 seconds if not set
     * @return this builder
     * @throws IllegalArgumentException if {@code timeout} is negative
     */
    public PagerBuilder borrowTimeout(Duration timeout) {
        this.borrowTimeout = Arguments.requireNotNegative(timeout, "borrowTimeout");
        return this;
    }

    /**
     * Reports borrows that stay open for too long, to find the one that is never closed. Each is reported once, as a
     * warning in the log that names the page, its thread and its age, with the stack trace of the call that took it; and
     * a {@link PageBorrowedException} then says where those took the page who hold it.
     *
     * <p>
     * It is for looking for a mistake, not for every day: each borrow takes a stack trace, which costs microseconds where a
     * borrow else costs some 30 nanoseconds, and keeps it in memory while it is open. While the pager is open a daemon
     * thread looks after its borrows.
     *
     * @param longest how long a borrow may be open, in steps of a millisecond; zero, the default, for no such report
     * @return this builder
     * @throws IllegalArgumentException if {@code longest} is negative
     */
    public PagerBuilder overdueBorrow(Duration longest) {
        this.overdueBorrow = Arguments.requireNotNegative(longest, "overdueBorrow");
        return this;
    }

    /**
     * How long opening waits for a file that another pager has open, in another process or in this one, before it throws
     * {@link PagerLockedException}: for a deployment in which the new process starts while the old one ends. The file is looked
     * at again and again, ten times a second after the first moments. An interrupt does not end the wait. {@link Pager#reopen()} does not wait.
     *
     * @param timeout zero or more; zero, the default, does not wait
     * @return this builder
     * @throws IllegalArgumentException if {@code timeout} is negative
     */
    public PagerBuilder lockTimeout(Duration timeout) {
        this.lockTimeout = Arguments.requireNotNegative(timeout, "lockTimeout");
        return this;
    }

    /**
     * Whether opening goes on without a part of the file that <b>cannot be read</b>, although what was committed last may
     * depend on it. Then the commit before is taken, as far as that is whole, and {@link Pager#recovery()} names the place
     * and says that something may be lost. What the journal has below a tree node that cannot be read is left out, and
     * the rest goes on.
     *
     * <p>
     * Without it such a file is not opened, and stays as it is: a read that fails says nothing about what is on the disk.
     * The next attempt may succeed, or one on another machine, or from a copy of the disk. This is for a place that stays
     * unreadable: a bad block of the medium, or a wrong checksum under a file system that has its own, as btrfs does. Copy
     * the file first, as far as it can be copied. <b>What is passed over is gone for good</b> with the first change, even
     * if the disk could read it again later. Turn the option off again once the file has been opened with it.
     *
     * <p>
     * It is not needed for damage, that is for what was read and is wrong; nor for a page that nothing of the last commit
     * depends on, which only fails by itself when it is used. {@link Pager#reopen()} obeys it as well.
     *
     * @param accept true to go on and lose what may be lost; false, the default, to refuse
     * @return this builder
     */
    public PagerBuilder acceptUnreadable(boolean accept) {
        this.acceptUnreadable = accept;
        return this;
    }

    /**
     * How commits become durable. With a journal, checkpoints are written by a daemon thread while others commit, also when
     * nothing was committed for a second or two. The thread ends when there is nothing more for it to do.
     *
     * @param mode the way; {@link CommitMode#JOURNAL} if not set
     * @return this builder
     */
    public PagerBuilder commitMode(CommitMode mode) {
        this.commitMode = Objects.requireNonNull(mode, "mode");
        return this;
    }

    /**
     * How long the journal is, in {@link CommitMode#JOURNAL}. There are two copies of it in the file. A longer one needs
     * fewer checkpoints, so less is written in all; both copies are read when the file is opened, unless it was closed in order.
     *
     * @param bytes of each copy, 16 KiB to 64 MiB, rounded up to whole pages; 0 for no journal, which makes each commit a
     *              checkpoint; one that is there is given up. A new file is at least so long that it has room for it. In a
     *              file that exists, a journal that is shorter is made anew when the file grows. If not set it is 1/32 of
     *              the file, at least 64 KiB and at most 16 MiB, and there is none in a file below 1 MiB
     * @return this builder
     * @throws IllegalArgumentException if {@code bytes} is something else
     */
    public PagerBuilder journalSize(long bytes) {
        if (bytes != 0 && (bytes < EngineConfig.SHORTEST_JOURNAL || bytes > EngineConfig.LONGEST_JOURNAL)) {
            throw new IllegalArgumentException("journalSize must be 0, or " + EngineConfig.SHORTEST_JOURNAL + " to "
                    + EngineConfig.LONGEST_JOURNAL + " bytes: " + bytes);
        }
        this.journalSize = bytes;
        return this;
    }

    /**
     * Who hears of commits, growth, recovery and changes of state. A thread is started for it.
     *
     * @param listener the listener; none if not set
     * @return this builder
     */
    public PagerBuilder listener(PagerListener listener) {
        this.listener = Objects.requireNonNull(listener, "listener");
        return this;
    }

    /**
     * Lets calls of the pager fail when a test wants it.
     *
     * @param injection says what fails; none if not set
     * @return this builder
     */
    public PagerBuilder faults(FaultInjection injection) {
        this.faults = Objects.requireNonNull(injection, "injection");
        return this;
    }

    /** For tests: how much heap to use for what is kept in memory to be quick. */
    PagerBuilder cacheBytes(long bytes) {
        this.cacheBytes = bytes;
        return this;
    }

    /** For tests: another disk. */
    PagerBuilder storage(StorageProvider storage) {
        this.storage = Objects.requireNonNull(storage, "storage");
        return this;
    }

    /** For tests: something else than what can be asked for. */
    PagerBuilder lastTouch(UnaryOperator<EngineConfig> change) {
        this.lastTouch = change;
        return this;
    }

    /** For tests: salts that are the same each time. */
    PagerBuilder salts(LongSupplier source) {
        this.salts = source;
        return this;
    }

    /** For tests that forget pagers by the thousand, as a process does that is killed: nothing is done about those. */
    PagerBuilder unwatched() {
        this.watched = false;
        return this;
    }

    /**
     * Creates the file and opens it. A crash meanwhile leaves no file or a good one.
     *
     * @return the pager, to be closed by the caller
     * @throws IllegalArgumentException if the initial size is larger than the maximum size
     * @throws PagerIoException if the file exists already, or its directory does not, or cannot be written
     * @throws PagerFullException if there is no room on the disk, or if four pages, the smallest file, are more than
     *         the maximum size; no file is left
     * @throws PagerLockedException if another pager is just creating it
     */
    public Pager create() {
        return start(Engine::create);
    }

    /**
     * Opens an existing file, and recovers it if it was not left in order: see {@link Pager#recovery()}.
     *
     * @return the pager, to be closed by the caller
     * @throws IllegalArgumentException if the initial size is larger than the maximum size
     * @throws PagerIoException if the file does not exist or cannot be read and written, or if a read failed, twice, on
     *         which what was committed last may depend (see {@link #acceptUnreadable}); then nothing was changed
     * @throws PagerLockedException if a pager has the file open, in this JVM or in another process, for all of the lock
     *         timeout
     * @throws InvalidPageSizeException if a page size was set and the file has another
     * @throws UnsupportedFormatException if the file is of a format this version does not know
     * @throws CorruptSuperblockException if the file is no page file, or too short, or its first page is damaged
     * @throws CorruptMetadataException if neither copy of the metadata can be used
     */
    public Pager open() {
        return start(Engine::open);
    }

    /**
     * Opens the file if it exists and creates it otherwise.
     *
     * @return the pager, to be closed by the caller
     * @throws IllegalArgumentException if the initial size is larger than the maximum size
     * @throws MappedPageException as {@link #open()} and {@link #create()} do, except about existence
     */
    public Pager openOrCreate() {
        return start(Engine::openOrCreate);
    }

    /**
     * Opens an existing file for reading alone, beside whoever has it open; see {@link ReadOnlyPager}. Of the options, the page
     * size, {@link #acceptUnreadable} and the {@linkplain #borrowTimeout borrow timeout} count: so long a call tries again
     * while a writer writes over what it reads. The others are about writing, and are left aside.
     *
     * @return the pager, to be closed by the caller
     * @throws PagerIoException if the file does not exist or cannot be read, or if a read failed, twice, on which what was
     *         committed last may depend, or if it was written to all the time
     * @throws InvalidPageSizeException if a page size was set and the file has another
     * @throws UnsupportedFormatException if the file is of a format this version does not know
     * @throws CorruptSuperblockException if the file is no page file, or too short, or its first page is damaged
     * @throws CorruptMetadataException if neither copy of the metadata can be used
     */
    public ReadOnlyPager openReadOnly() {
        try {
            return new ReadOnlyPager(ReadOnlyOpener.open(config(new ListenerEvents(null, path))));
        } catch (FaultException e) {
            throw Failures.of(e);
        }
    }

    /**
     * Makes this builder's file of a file that the Rust crate {@code mappedpages} has written (major version 0, minor version up to
     * 2), instead of creating it empty. Every regular page and every protected page keeps its number and its content. The source is
     * only read. The new file is durable on return, and has its name only then: if this fails, or the process dies, there is
     * no file.
     *
     * <p>
     * All checksums that the source has are checked: those of its metadata, of its directory, and of the current copy of each protected
     * page. Where one is wrong, or where two things contradict each other, the import is refused, and the exception says which page it
     * is. Regular pages have no checksum there, either. With {@link #acceptUnreadable} it goes on with the other copy of a metadata
     * page or of a page of the directory if the one that counts is damaged; what was committed last is lost with that, and
     * the report says so.
     *
     * <p>
     * Nobody should have the source open for writing meanwhile: the crate locks nothing. Pages that the crate has lost to a crash count as
     * regular ones, as they do for the crate itself. Besides {@code acceptUnreadable}, the page size, {@link #initialSize},
     * {@link #maxSize}, {@link #reserve}, {@link #commitMode} and {@link #journalSize} count; the other options are left
     * aside.
     *
     * @param source the file of the crate
     * @return what was imported
     * @throws PagerIoException if the source does not exist, cannot be read, or was written to meanwhile; if this builder's file exists
     *         already, or its directory does not, or cannot be written
     * @throws UnsupportedFormatException if the source is of another version of the crate, or of this library
     * @throws CorruptSuperblockException if the source is no file of the crate, or too short, or its first page is damaged
     * @throws CorruptMetadataException if the source's metadata or directory is damaged
     * @throws CorruptPageException if the content of a protected page of the source is damaged
     * @throws InvalidPageSizeException if a page size was set and the source has another
     * @throws PagerFullException if there is no room on the disk, or the file would be longer than its maximum size
     * @throws PagerLockedException if somebody is just creating this builder's file
     */
    public ImportReport importRust(Path source) {
        Objects.requireNonNull(source, "source");
        try {
            return Reports.of(Importer.importRust(config(new ListenerEvents(null, path)), source));
        } catch (FaultException e) {
            throw Failures.of(e);
        }
    }

    /**
     * Saves what can be saved of a page file that does not open, or in which something is damaged, to this builder's file. The damaged
     * file is only read. The new one is durable on return, and has its name only then; nothing in it is damaged.
     *
     * <p>
     * The newest state is taken that the superblock, or a metadata page alone, leads to, with what the journal has after it. Every page keeps its number.
     * <ul>
     * <li>A protected page is saved only if its content has both checksums that were committed. If the content that the state names has not,
     * or if the part of the directory is damaged that names it, the whole file is searched for what still names it, and the newest content is taken
     * that has its checksums: perhaps that of an earlier commit.
     * <li>A regular page has no checksum, and is saved as it is. Where nobody can tell any more whether a page was in use, it counts as in use:
     * free those that you know nothing of.
     * </ul>
     * The report tells all numbers that are lost, or of which it cannot be told. A file that is in order is simply copied.
     *
     * <p>
     * It takes as long as reading the file twice, a third time if the search is needed, and writing the new one; and memory for some bits a page, and a hundred bytes for each
     * protected page that the search finds. The page size, {@link #initialSize}, {@link #maxSize}, {@link #reserve}, {@link #commitMode} and
     * {@link #journalSize} count; the other options are left aside.
     *
     * @param damaged the file
     * @return what was saved, and what was not
     * @throws PagerIoException if the damaged file does not exist or cannot be opened; if a page of it could be read once and not again; if this
     *         builder's file exists already, or its directory does not, or cannot be written
     * @throws PagerLockedException if a pager has the damaged file open, or somebody is just creating this builder's file
     * @throws UnsupportedFormatException if the damaged file is of a format this version does not know
     * @throws CorruptSuperblockException if nothing is left that tells the page size, or it never was a page file
     * @throws InvalidPageSizeException if a page size was set and the damaged file has another
     * @throws PagerFullException if there is no room on the disk, or the file would be longer than its maximum size
     */
    public RepairReport repair(Path damaged) {
        Objects.requireNonNull(damaged, "damaged");
        try {
            return RepairReport.of(Repairer.repair(config(new ListenerEvents(null, path)), damaged));
        } catch (FaultException e) {
            throw Failures.of(e);
        }
    }

    private Pager start(Function<EngineConfig, Engine> how) {
        if (initialSize > maxSize) {
            throw new IllegalArgumentException(
                    "initialSize " + initialSize + " must not be larger than maxSize " + maxSize);
        }
        ListenerEvents events = new ListenerEvents(listener, path);
        try {
            EngineConfig config = config(events).withLockTimeout(lockTimeout);
            FaultInjection injection = faults;
            if (injection != null) {
                config = config.withFaults(injection::strikes, new FailingProvider(storage,
                        call -> injection.strikes(InjectedFaults.Point.valueOf(call.name()))));
            }
            Engine engine = how.apply(lastTouch.apply(config));
            return handle(engine, events);
        } catch (FaultException e) {
            events.close();
            throw Failures.of(e);
        } catch (RuntimeException | Error e) {
            events.close();
            throw e;
        }
    }

    private EngineConfig config(ListenerEvents events) {
        return new EngineConfig(path, pageSizeLog2, initialSize, maxSize, growthStep, reserve, borrowTimeout,
                acceptUnreadable, commitMode == CommitMode.JOURNAL && journalSize != 0, journalSize, salts, events,
                cacheBytes, storage, overdueBorrow);
    }

    private Pager handle(Engine engine, ListenerEvents events) {
        try {
            if (watched) {
                engine.closeWhenForgotten(events.ending());
            }
            Pager pager = new Pager(engine, events);
            pager.logRecovery();
            return pager;
        } catch (RuntimeException | Error e) {
            closeAfter(e, engine);
            throw e;
        }
    }

    /** Nobody will ever have this engine in hand. A failure to close it must not hide why. */
    private static void closeAfter(Throwable why, Engine engine) {
        try {
            engine.close();
        } catch (FaultException e) {
            why.addSuppressed(Failures.of(e));
        }
    }
}
