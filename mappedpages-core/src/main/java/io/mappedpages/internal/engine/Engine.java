package io.mappedpages.internal.engine;

import java.io.IOException;
import java.lang.ref.Cleaner;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;

import org.jspecify.annotations.Nullable;

import io.mappedpages.internal.format.PageState;

/**
 * A pager without its public face. Latches come before the engine lock, always. Each change becomes durable with one commit
 * under that lock; others may come first, to make the file longer, to raise the high-water mark, or after a recovery.
 */
public final class Engine {

    private final Lifecycle life;
    private final Exclusive exclusive;
    private final Lending lending;
    private final Freeing freeing;
    private final Allocating allocating;
    private final Trim trim;

    private Cleaner.@Nullable Cleanable watch;

    private Engine(EngineConfig config, Opener opener, Opener.Opened opened, EngineEvents events) {
        ReentrantLock lock = new ReentrantLock();
        this.life = new Lifecycle(config, opener, opened, lock);
        this.exclusive = new Exclusive(life, lock, events);
        PageChecks checks = new PageChecks(exclusive);
        this.lending = new Lending(life, exclusive, checks);
        this.freeing = new Freeing(life, exclusive, checks);
        ReentrantLock sizeLock = new ReentrantLock();
        IdleMoment idleMoment = new IdleMoment(life, exclusive);
        this.allocating = new Allocating(life, exclusive, idleMoment, new Growth(config, life, exclusive, sizeLock));
        this.trim = new Trim(life, exclusive, idleMoment, sizeLock);
    }

    /** Creates a file that must not exist. */
    public static Engine create(EngineConfig config) {
        return start(config, Opener::create);
    }

    /** Opens a file that must exist. */
    public static Engine open(EngineConfig config) {
        return start(config, Opener::open);
    }

    private static Engine start(EngineConfig asked, Function<Opener, Opener.Opened> how) {
        EngineConfig config = asked.telling(new FaintEvents(asked.events()));
        Opener opener = new Opener(config);
        Opener.Opened opened = how.apply(opener);
        try {
            return new Engine(config, opener, opened, asked.events());
        } catch (RuntimeException | Error e) {
            opened.giveUp(e);
            throw e;
        }
    }

    /**
     * From now on, if nobody has this engine, or anything that was borrowed of it, in hand any more and it was not closed,
     * that is reported and it is closed.
     *
     * @param afterwards what to do then; it must not lead to the engine
     */
    public void closeWhenForgotten(Runnable afterwards) {
        watch = Forgotten.watch(exclusive, life, afterwards);
    }

    /** Opens the file if it exists and creates it if not, also if others do the same at this moment. */
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

    /** Allocates regular pages, which read as zeros: all or none. */
    public long[] alloc(int count) {
        return count == 0 ? nothing() : allocating.allocate(count, 0).dataPages();
    }

    /** Allocates protected pages, which read as zeros: all or none. */
    public long[] allocProtected(int count) {
        return count == 0 ? nothing() : allocating.allocate(0, count).protectedIds();
    }

    /** Frees regular pages, all or none; waits until nobody has borrowed them. */
    public void free(long[] pages) {
        if (pages.length == 0) {
            nothing();
        } else {
            freeing.free(pages);
        }
    }

    /** Frees protected pages, all or none; waits until nobody has borrowed either copy. */
    public void freeProtected(long[] ids) {
        if (ids.length == 0) {
            nothing();
        } else {
            freeing.freeProtected(ids);
        }
    }

    /** {@return a borrow of a regular page, not taken yet; take it with {@link PageBorrow#takeShared}} */
    public PageBorrow read(long page) {
        return lending.read(page);
    }

    /** {@return a borrow of a regular page, not taken yet; take it with {@link PageBorrow#takeExclusive}} */
    public PageBorrow write(long page) {
        return lending.write(page);
    }

    /** {@return a borrow of a protected page, not taken yet; take it with {@link PageBorrow#takeCurrent}} */
    public PageBorrow readProtected() {
        return lending.readProtected();
    }

    /** {@return a writer of a protected page, not taken yet; take it with {@link ProtectedStage#take}} */
    public ProtectedStage writeProtected(long id) {
        return lending.writeProtected(id);
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
        long near = life.usable().directory.durableNextUsed(from);
        return near >= 0 ? near : exclusive.<Long>onCurrent(file -> file.directory.nextUsed(from));
    }

    /** Makes durable all that was stored into regular pages so far. */
    public void sync() {
        StackRoom.forChange();
        Incarnation file = life.usable();
        try {
            exclusive.requireWhole(file);
            file.storage.sync();
        } catch (IOException e) {
            throw life.fail(file, e);
        }
    }

    /** Gives free pages at the end of the file back. {@return how many} */
    public long trim() {
        StackRoom.forChange();
        return trim.trim();
    }

    /** Checks the whole file; no commit runs meanwhile. */
    public Verification verify() {
        return exclusive.onCurrent(file -> {
            try {
                return Verifier.verify(file, life.path());
            } catch (IOException e) {
                throw new EngineException(new Fault.Io(life.path(), Fault.Doing.VERIFYING), e);
            }
        });
    }

    /** {@return what became of the file; empty if it is what it was} The state stays as it is. */
    public Optional<LostFile> lost() {
        return exclusive.onCurrent(file -> {
            try {
                return Optional.ofNullable(file.lost());
            } catch (IOException e) {
                throw new EngineException(new Fault.Io(life.path(), Fault.Doing.LOOKING_FOR_IT), e);
            }
        });
    }

    /** Looks whether the file still is what it was, and stops if not; never waits for a commit. {@return the state} */
    public EngineState check() {
        return life.check();
    }

    /** Opens the file anew, after waiting for what is borrowed. */
    public void reopen() {
        StackRoom.forChange();
        life.reopen();
    }

    /** Closes for good, after waiting for what is borrowed. Again goes on where it could not, and then does nothing. */
    public void close() {
        StackRoom.forChange();
        life.close();
        if (watch != null) {
            watch.clean();
        }
    }

    private long[] nothing() {
        life.usable();
        return new long[0];
    }
}
