package io.mappedpages.internal.engine;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;

import org.jspecify.annotations.Nullable;

import io.mappedpages.internal.format.CopyPair;
import io.mappedpages.internal.format.Geometry;
import io.mappedpages.internal.format.PageState;
import io.mappedpages.internal.format.Sums;
import io.mappedpages.internal.storage.ByteRange;

/**
 * A pager without its public face: checks each call, takes latches, and makes each change one commit under one lock.
 *
 * <p>Latches come before the lock, always. A check made before a latch was granted is made again after it: the page may
 * have been freed, or the pair flipped, while the caller waited.
 */
public final class Engine {

    private final EngineConfig config;
    private final Lifecycle life;
    private final Exclusive exclusive;
    private final Growth growth;
    private final Trim trim;

    private Engine(EngineConfig config, Opener opener, Opener.Opened opened) {
        ReentrantLock lock = new ReentrantLock();
        this.config = config;
        this.life = new Lifecycle(config, opener, opened, lock);
        this.exclusive = new Exclusive(life, lock);
        ReentrantLock sizeLock = new ReentrantLock();
        this.growth = new Growth(config, life, exclusive, sizeLock);
        this.trim = new Trim(exclusive, sizeLock);
    }

    /** Creates a file that must not exist. */
    public static Engine create(EngineConfig config) {
        Opener opener = new Opener(config);
        return new Engine(config, opener, opener.create());
    }

    /** Opens a file that must exist. */
    public static Engine open(EngineConfig config) {
        Opener opener = new Opener(config);
        return new Engine(config, opener, opener.open());
    }

    /** Opens the file if it exists and creates it if not, whoever else does the same at this moment. */
    public static Engine openOrCreate(EngineConfig config) {
        if (!config.provider().exists(config.path())) {
            try {
                return create(config);
            } catch (EngineException e) {
                if (!(e.getCause() instanceof FileAlreadyExistsException)) {
                    throw e;
                }
            }
        }
        return open(config);
    }

    /** {@return the file, all symbolic links resolved} */
    public Path path() {
        return life.path();
    }

    /** {@return bytes in a page} */
    public int pageSize() {
        return life.geometry().pageSize();
    }

    /** {@return pages in the file, the reserved ones included} */
    public long pageCount() {
        return life.usable().pageCount();
    }

    /** {@return pages that are free} */
    public long freePageCount() {
        return life.usable().metadata.durable().freeCount();
    }

    /** {@return protected pages in use} */
    public long protectedPageCount() {
        return life.usable().metadata.durable().protectedCount();
    }

    /** {@return where the engine is in its life} */
    public EngineState state() {
        return life.state();
    }

    /** {@return why the engine is unavailable, if it is} */
    public @Nullable Throwable failure() {
        return life.failure();
    }

    /** {@return what the last opening found, or null if that was nothing} */
    public @Nullable Recovery recovery() {
        return life.recovery();
    }

    /** Allocates regular pages, which read as zeros, in one commit. */
    public long[] alloc(int count) {
        return count == 0 ? nothing() : allocate(count, 0).dataPages();
    }

    /** Allocates protected pages, which read as zeros, in one commit. */
    public long[] allocProtected(int count) {
        return count == 0 ? nothing() : allocate(0, count).protectedIds();
    }

    private Allocation allocate(int dataPages, int protectedPages) {
        Incarnation file = life.usable();
        growth.requirePossible(file, dataPages + 2L * protectedPages);
        Allocation allocation = new Allocation(file, dataPages, protectedPages);
        while (!exclusive.on(file, _ -> tryAllocate(allocation, file))) {
            growth.grow(file, allocation.pageCount(), dataPages + 2L * protectedPages);
        }
        return allocation;
    }

    private static boolean tryAllocate(Allocation allocation, Incarnation file) throws IOException {
        file.committer.settle(); // before planning: it may find that more pages than thought must be zeroed
        if (!allocation.plan()) {
            return false;
        }
        allocation.apply();
        file.committer.commit();
        return true;
    }

    /** Frees regular pages in one commit; waits until nobody has borrowed them. */
    public void free(long[] pages) {
        if (pages.length == 0) {
            nothing();
            return;
        }
        long[] sorted = sortedWithoutDoubles(pages, false);
        Incarnation file = life.usable();
        for (long page : sorted) {
            requireData(file, page, true);
        }
        try (HeldLatches latches = new HeldLatches(file, patience())) {
            for (long page : sorted) {
                latches.acquire(page, -1);
            }
            locked(file, () -> {
                for (long page : sorted) {
                    requireData(file, page, true);
                }
                file.committer.settle();
                for (long page : sorted) {
                    file.map.state(page, PageState.FREE);
                }
                file.committer.commit();
            });
        }
    }

    /** Frees protected pages in one commit; waits until nobody has borrowed either copy. */
    public void freeProtected(long[] ids) {
        if (ids.length == 0) {
            nothing();
            return;
        }
        long[] sorted = sortedWithoutDoubles(ids, true);
        Incarnation file = life.usable();
        Patience patience = patience();
        while (!tryFreeProtected(file, sorted, patience)) {
            // a page was freed and allocated anew, at another place, while this call waited for its copies
        }
    }

    private boolean tryFreeProtected(Incarnation file, long[] ids, Patience patience) {
        record Copy(long page, long id) {
        }
        CopyPair[] pairs = new CopyPair[ids.length];
        Copy[] copies = new Copy[2 * ids.length];
        for (int i = 0; i < ids.length; i++) {
            pairs[i] = requireEntry(file, ids[i], true);
            copies[2 * i] = new Copy(pairs[i].pageA(), ids[i]);
            copies[2 * i + 1] = new Copy(pairs[i].pageB(), ids[i]);
        }
        Arrays.sort(copies, (a, b) -> Long.compare(a.page(), b.page()));
        for (int i = 1; i < copies.length; i++) {
            if (copies[i].page() == copies[i - 1].page()) {
                return false; // it went from one of the ids to another between the two looks
            }
        }
        try (HeldLatches latches = new HeldLatches(file, patience)) {
            for (Copy copy : copies) {
                latches.acquire(copy.page(), copy.id());
            }
            boolean[] done = new boolean[1];
            locked(file, () -> {
                for (int i = 0; i < ids.length; i++) {
                    CopyPair now = requireEntry(file, ids[i], true);
                    if (now.pageA() != pairs[i].pageA() || now.pageB() != pairs[i].pageB()) {
                        return;
                    }
                }
                for (Copy copy : copies) {
                    file.map.state(copy.page()); // a damaged leaf must show before anything is changed
                }
                file.committer.settle();
                for (int i = 0; i < ids.length; i++) {
                    file.directory.entry(ids[i], CopyPair.NONE);
                }
                for (Copy copy : copies) {
                    file.map.state(copy.page(), PageState.FREE);
                    file.latches.clearVerified(copy.page());
                }
                file.committer.commit();
                done[0] = true;
            });
            return done[0];
        }
    }

    /** Borrows a regular page shared. */
    public PageBorrow read(long page) {
        Incarnation file = lending();
        requireData(file, page, false);
        if (!file.latches.acquireShared(page, patience())) {
            throw borrowed(file, page, -1);
        }
        try {
            requireUsable(file);
            requireData(file, page, false);
            return new PageBorrow(this, file, page, false, segment(file, page).asReadOnly());
        } catch (RuntimeException | Error e) {
            file.latches.releaseShared(page);
            throw e;
        }
    }

    /** Borrows a regular page exclusively. */
    public PageBorrow write(long page) {
        Incarnation file = lending();
        requireData(file, page, false);
        if (!file.committer.hasWritten()) {
            locked(file, file.committer::settle);
        }
        if (!file.latches.acquireExclusive(page, patience())) {
            throw borrowed(file, page, -1);
        }
        try {
            requireUsable(file);
            requireData(file, page, false);
            file.markLent(page);
            return new PageBorrow(this, file, page, true, segment(file, page));
        } catch (RuntimeException | Error e) {
            file.latches.releaseExclusive(page);
            throw e;
        }
    }

    /** Borrows the current copy of a protected page shared. */
    public PageBorrow readProtected(long id) {
        Incarnation file = lending();
        Patience patience = patience();
        while (true) {
            long page = requireEntry(file, id, false).activePage();
            if (!file.latches.acquireShared(page, patience)) {
                throw borrowed(file, page, id);
            }
            boolean lent = false;
            try {
                requireUsable(file);
                CopyPair now = requireEntry(file, id, false);
                if (now.activePage() == page) {
                    MemorySegment segment = segment(file, page).asReadOnly();
                    verifyOnce(file, id, now, segment);
                    lent = true;
                    return new PageBorrow(this, file, page, false, segment);
                }
            } finally {
                if (!lent) {
                    file.latches.releaseShared(page);
                }
            }
        }
    }

    /** Begins to write a protected page. */
    public ProtectedStage writeProtected(long id) {
        Incarnation file = lending();
        Patience patience = patience();
        while (true) {
            long page = requireEntry(file, id, false).inactivePage();
            if (!file.latches.acquireExclusive(page, patience)) {
                throw borrowed(file, page, id);
            }
            boolean lent = false;
            try {
                requireUsable(file);
                CopyPair now = requireEntry(file, id, false);
                if (now.inactivePage() == page) {
                    // While this latch is held nobody else can write or free the page: the current copy stays what it is.
                    MemorySegment buffer = Arena.ofAuto().allocate(file.geometry.pageSize(), Long.BYTES);
                    copy(file, segment(file, now.activePage()), buffer);
                    verifyOnce(file, id, now, buffer);
                    lent = true;
                    return new ProtectedStage(this, file, id, now, buffer);
                }
            } finally {
                if (!lent) {
                    file.latches.releaseExclusive(page);
                }
            }
        }
    }

    void commitStage(ProtectedStage stage, MemorySegment buffer) {
        Incarnation file = stage.file;
        locked(file, () -> {
            file.committer.settle();
            Sums sums = file.committer.write(stage.pair.inactivePage(), buffer);
            CopyPair next = stage.pair.flippedTo(file.committer.nextGeneration(), sums);
            file.directory.entry(stage.id, next);
            file.committer.commit();
            file.latches.markVerified(next.activePage());
        });
    }

    void syncPage(Incarnation file, long page) {
        if (life.usable() != file) { // while it is being closed, open borrows may still be brought to an end
            throw life.refusal();
        }
        try {
            requireWhole(file);
            file.storage.sync(List.of(new ByteRange(file.geometry.offsetOf(page), file.geometry.pageSize())));
        } catch (IOException e) {
            throw life.fail(file, e);
        }
    }

    /** What seems too short is looked at again under the lock, where nobody trims it meanwhile. */
    private void requireWhole(Incarnation file) throws IOException {
        if (!file.looksWhole()) {
            exclusive.on(file, _ -> Boolean.TRUE); // which looks first
        }
    }

    /** {@return the smallest page at or after {@code from} that is allocated to a user, or -1} */
    public long nextAllocated(long from) {
        Incarnation open = life.usable();
        long limit = open.pageCount();
        if (from < 0 || from >= limit) {
            return -1;
        }
        long near = open.map.durableNext(PageState.DATA, from, limit);
        return near != PageMap.NOT_LOADED
                ? near
                : exclusive.<Long>onCurrent(file -> file.map.nextOfState(PageState.DATA, from, file.pageCount()));
    }

    /** {@return the smallest protected page at or after {@code from} that is in use, or -1} */
    public long nextProtected(long from) {
        return exclusive.<Long>onCurrent(file -> file.directory.nextUsed(from));
    }

    /** Makes durable all that was stored into regular pages so far. */
    public void sync() {
        Incarnation file = life.usable();
        try {
            requireWhole(file);
            file.storage.sync();
        } catch (IOException e) {
            throw life.fail(file, e);
        }
    }

    /** Gives free pages at the end of the file back. {@return how many} */
    public long trim() {
        return trim.trim();
    }

    /** Checks the whole file; no commit runs meanwhile. */
    public Verification verify() {
        return exclusive.onCurrent(file -> {
            try {
                return Verifier.verify(file, life.path());
            } catch (IOException e) {
                throw new EngineException(new Fault.Io(life.path(), "the file could not be read to be checked"), e);
            }
        });
    }

    /** Opens the file anew, after waiting for what is borrowed. */
    public void reopen() {
        life.reopen();
    }

    /** Closes for good, after waiting for what is borrowed. Again does nothing. */
    public void close() {
        life.close();
    }

    private Patience patience() {
        return Patience.of(life.borrowNanos());
    }

    private long[] nothing() {
        life.usable();
        return new long[0];
    }

    private long[] sortedWithoutDoubles(long[] numbers, boolean isProtected) {
        long[] sorted = numbers.clone();
        Arrays.sort(sorted);
        for (int i = 1; i < sorted.length; i++) {
            if (sorted[i] == sorted[i - 1]) {
                throw new EngineException(new Fault.DoubleFree(sorted[i], isProtected));
            }
        }
        return sorted;
    }

    /** Every page that a caller may use as a regular one is in the file and allocated as such. */
    private void requireData(Incarnation file, long page, boolean freeing) {
        long pages = file.pageCount();
        if (page < 0 || page >= pages) {
            throw new EngineException(new Fault.OutOfBounds(page, pages, false));
        }
        int state = file.map.durableState(page);
        if (state == PageMap.NOT_LOADED) {
            state = exclusive.on(file, _ -> file.map.state(page));
        }
        switch (state) {
            case PageState.DATA -> {
                // that is what the caller may have
            }
            case PageState.FREE -> throw new EngineException(
                    freeing ? new Fault.DoubleFree(page, false) : new Fault.NotAllocated(page, false));
            case PageState.COPY -> throw new EngineException(
                    new Fault.Reserved(page, "it holds a copy of a protected page"));
            default -> throw new EngineException(new Fault.Reserved(page,
                    page < Geometry.RESERVED_PAGES ? "it is the pager's own" : "it holds a tree node"));
        }
    }

    private CopyPair requireEntry(Incarnation file, long id, boolean freeing) {
        long pages = file.pageCount();
        if (id < 0) {
            throw new EngineException(new Fault.OutOfBounds(id, pages, true));
        }
        CopyPair pair = file.durableEntry(id);
        if (pair == null) {
            pair = exclusive.on(file, _ -> file.directory.entry(id));
        }
        if (!pair.inUse()) {
            if (id >= pages) { // more protected pages than pages there cannot be, but after a trim a high id may be left
                throw new EngineException(new Fault.OutOfBounds(id, pages, true));
            }
            throw new EngineException(freeing ? new Fault.DoubleFree(id, true) : new Fault.NotAllocated(id, true));
        }
        return pair;
    }

    /** The first borrow of a copy since opening compares it with its sums; a copy written since then is known. */
    private void verifyOnce(Incarnation file, long id, CopyPair pair, MemorySegment bytes) {
        long page = pair.activePage();
        if (file.latches.isVerified(page)) {
            return;
        }
        Sums sums;
        try {
            sums = file.contents.sumsOf(bytes);
        } catch (InternalError e) {
            throw life.fail(file, unreadable(e));
        } catch (IllegalStateException e) {
            throw unmapped(file, e);
        }
        if (!sums.equals(pair.sums())) {
            throw new EngineException(new Fault.CorruptProtectedPage(life.path(), id, page,
                    "sums are " + sums + ", committed were " + pair.sums()));
        }
        file.latches.markVerified(page);
    }

    /** The mapped bytes of a page; a mapping that was not needed until now may still fail. */
    private MemorySegment segment(Incarnation file, long page) {
        try {
            return file.segment(page);
        } catch (IOException e) {
            throw life.fail(file, e);
        } catch (IllegalStateException e) {
            throw unmapped(file, e);
        }
    }

    private void copy(Incarnation file, MemorySegment from, MemorySegment to) {
        try {
            to.copyFrom(from);
        } catch (InternalError e) {
            throw life.fail(file, unreadable(e));
        } catch (IllegalStateException e) {
            throw unmapped(file, e);
        }
    }

    /** Closing has waited long enough and unmapped the file under this call. */
    private RuntimeException unmapped(Incarnation file, IllegalStateException e) {
        return file.isClosing() ? life.refusal() : e;
    }

    /** What the JDK throws when mapped memory has no file behind it any more. */
    private static IOException unreadable(InternalError e) {
        return new IOException("the mapped file could not be read; was it truncated by somebody?", e);
    }

    /** The opening to borrow from; one that is being closed refuses at once, and does not make the caller wait first. */
    private Incarnation lending() {
        Incarnation file = life.usable();
        if (file.isClosing()) {
            throw life.refusal();
        }
        return file;
    }

    /** The opening that a borrow was granted by must still be the one that is open. */
    private void requireUsable(Incarnation file) {
        if (file.isClosing() || life.usable() != file) {
            throw life.refusal();
        }
    }

    private EngineException borrowed(Incarnation file, long page, long id) {
        LatchTable.Holders holders = file.latches.holders(page);
        return new EngineException(new Fault.Borrowed(page, id, holders.writer(), holders.readers(),
                config.borrowTimeout()));
    }

    private interface Change {
        void run() throws IOException;
    }

    private void locked(Incarnation file, Change change) {
        exclusive.on(file, _ -> {
            change.run();
            return Boolean.TRUE;
        });
    }
}
