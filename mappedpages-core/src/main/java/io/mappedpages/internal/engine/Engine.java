package io.mappedpages.internal.engine;

import java.io.IOException;
import java.lang.ref.Cleaner;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import java.util.function.LongConsumer;

import org.jspecify.annotations.Nullable;

import io.mappedpages.internal.backup.Backup;
import io.mappedpages.internal.borrow.FunctionReads;
import io.mappedpages.internal.borrow.Lending;
import io.mappedpages.internal.borrow.PageBorrow;
import io.mappedpages.internal.borrow.PageTransaction;
import io.mappedpages.internal.borrow.ProtectedStage;
import io.mappedpages.internal.borrow.ReadFailures;
import io.mappedpages.internal.fault.Fault;
import io.mappedpages.internal.fault.FaultException;
import io.mappedpages.internal.fault.LostFile;
import io.mappedpages.internal.format.PageState;
import io.mappedpages.internal.latch.BorrowWatch;
import io.mappedpages.internal.log.QuietLock;
import io.mappedpages.internal.recovery.Recovery;
import io.mappedpages.internal.recovery.Verification;
import io.mappedpages.internal.recovery.Verifier;
import io.mappedpages.internal.thread.StackRoom;
import io.mappedpages.internal.transaction.Allocating;
import io.mappedpages.internal.transaction.CheckpointRunner;
import io.mappedpages.internal.transaction.CommitQueue;
import io.mappedpages.internal.transaction.Deallocation;
import io.mappedpages.internal.transaction.EngineLock;
import io.mappedpages.internal.transaction.Growth;
import io.mappedpages.internal.transaction.IdleMoment;
import io.mappedpages.internal.transaction.Leadership;
import io.mappedpages.internal.transaction.OpenFile;
import io.mappedpages.internal.transaction.PageChecks;
import io.mappedpages.internal.transaction.Trim;
import io.mappedpages.internal.tree.ColdNodes;
import io.mappedpages.internal.tree.PageMap;
import io.mappedpages.internal.tree.Sought;

/**
 * A pager without its public face. Latches come before the engine lock, always. Each change becomes durable with one commit,
 * which may carry others and writes without that lock; more commits may come first, to make the file longer, to raise the high-water mark, or after a recovery.
 */
public final class Engine {

    private final Lifecycle life;
    private final EngineLock lock;
    private final Leadership leadership;
    private final CheckpointRunner checkpoints;
    private final CommitQueue queue;
    private final Lending lending;
    private final FunctionReads functionReads;
    private final Deallocation deallocation;
    private final Allocating allocating;
    private final Growth growth;
    private final Trim trim;
    private final PageTransaction.Tools tools;

    private final Backups backups;

    private final @Nullable BorrowWatch borrowWatch;
    private Cleaner.@Nullable Cleanable watch;

    private Engine(EngineConfig config, Opener opener, Opener.Opened opened, EngineEvents events) {
        QuietLock engineLock = new QuietLock();
        CheckpointRunner checkpoints = config.checkpoints().apply(opened.realPath());
        this.checkpoints = checkpoints;
        this.leadership = new Leadership(engineLock, checkpoints);
        this.life = new Lifecycle(config, opener, opened, engineLock, leadership);
        this.lock = new EngineLock(life, engineLock, events);
        this.queue = new CommitQueue(life, lock, leadership, checkpoints);
        Duration overdue = config.overdueBorrow();
        this.borrowWatch = overdue.isZero() ? null : new BorrowWatch(life.path(), overdue);
        PageChecks checks = new PageChecks(lock, borrowWatch);
        ReadFailures failures = new ReadFailures(life, lock);
        this.lending = new Lending(life, checks, queue, failures, borrowWatch);
        this.functionReads = new FunctionReads(life, lending, failures);
        this.deallocation = new Deallocation(life, queue, checks);
        QuietLock sizeLock = new QuietLock();
        IdleMoment idleMoment = new IdleMoment(life, lock);
        this.growth = new Growth(config.growth(), config.events(), life, queue, sizeLock);
        this.allocating = new Allocating(life, lock, queue, idleMoment, growth);
        this.trim = new Trim(life, queue, idleMoment, sizeLock);
        this.backups = new Backups(config, life, lock, queue);
        this.tools = new PageTransaction.Tools(lending, checks, allocating, deallocation, queue, lock);
        if (borrowWatch != null) {
            borrowWatch.start(); // last: nothing that fails leaves a thread behind
        }
    }

    /** Creates a file that must not exist. */
    public static Engine create(EngineConfig config) {
        Engine engine = start(config, Opener::create);
        try {
            engine.growth.makeJournal();
            return engine;
        } catch (RuntimeException | Error e) {
            try {
                engine.close();
            } catch (RuntimeException closing) {
                e.addSuppressed(closing);
            }
            throw e;
        }
    }

    /** Opens a file that must exist. */
    public static Engine open(EngineConfig config) {
        return start(config, Opener::open);
    }

    private static Engine start(EngineConfig asked, Function<Opener, Opener.Opened> how) {
        EngineConfig config = asked.withEvents(new FaintEvents(asked.events()));
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
        BorrowWatch thread = borrowWatch; // which does not lead to the engine either
        watch = Forgotten.watch(lock, life, thread == null ? afterwards : () -> {
            thread.close();
            afterwards.run();
        });
    }

    /** Opens the file if it exists and creates it if not, also if others do the same at this moment. */
    public static Engine openOrCreate(EngineConfig config) {
        if (!config.provider().exists(config.path())) {
            try {
                return create(config);
            } catch (FaultException e) {
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

    /** {@return pages that are free, and that no transaction was promised} */
    public long freePageCount() {
        return life.usable().state().map().availableCount();
    }

    /** {@return protected pages in use} */
    public long protectedPageCount() {
        return life.usable().state().metadata().durable().protectedCount();
    }

    /** {@return where the engine is in its life} */
    public EngineState state() {
        return life.state();
    }

    /** {@return what can be counted} In any state, and without waiting. */
    public EngineStats stats() {
        return life.stats();
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
        return count == 0 ? nothing() : allocating.allocate(count);
    }

    /** Allocates protected pages, which read as zeros: all or none. */
    public long[] allocProtected(int count) {
        return count == 0 ? nothing() : allocating.allocateProtected(count);
    }

    /** Frees regular pages, all or none; waits until nobody has borrowed them. */
    public void free(long[] pages) {
        if (pages.length == 0) {
            nothing();
        } else {
            deallocation.free(pages);
        }
    }

    /** Frees protected pages, all or none; waits until nobody has borrowed either copy. */
    public void freeProtected(long[] ids) {
        if (ids.length == 0) {
            nothing();
        } else {
            deallocation.freeProtected(ids);
        }
    }

    /** {@return what {@code reader} makes of a regular page} It may run several times; of those one counts. */
    public <R, T extends @Nullable Object> T read(long page, R reader, FunctionReads.Call<R, T> call) {
        return functionReads.read(page, reader, call);
    }

    /** {@return what {@code reader} makes of a protected page} It may run several times; of those one counts. */
    public <R, T extends @Nullable Object> T readProtected(long id, R reader, FunctionReads.Call<R, T> call) {
        return functionReads.readProtected(id, reader, call);
    }

    /** {@return a borrow of a regular page, not taken yet; take it with {@link #takeShared}} */
    public PageBorrow read(long page) {
        return lending.read(page);
    }

    /** Borrows a regular page shared. If this throws, nothing is held. */
    public void takeShared(PageBorrow borrow) {
        lending.takeShared(borrow);
    }

    /** {@return a borrow of a regular page, not taken yet; take it with {@link #takeExclusive}} */
    public PageBorrow write(long page) {
        return lending.write(page);
    }

    /** Borrows a regular page exclusively. If this throws, nothing is held. */
    public void takeExclusive(PageBorrow borrow) {
        lending.takeExclusive(borrow);
    }

    /** Makes what was stored into a regular page, which is borrowed exclusively, durable. */
    public void sync(PageBorrow borrow) {
        lending.sync(borrow);
    }

    /** {@return a borrow of a protected page, not taken yet; take it with {@link #takeCurrent}} */
    public PageBorrow readProtected() {
        return lending.readProtected();
    }

    /** Borrows the current copy of protected page {@code id} shared. If this throws, nothing is held. */
    public void takeCurrent(PageBorrow borrow, long id) {
        lending.takeCurrent(borrow, id);
    }

    /** {@return a writer of a protected page, not taken yet; take it with {@link #take}} */
    public ProtectedStage writeProtected(long id) {
        return lending.writeProtected(id);
    }

    /** Borrows a protected page for writing. If this throws, nothing is held. */
    public void take(ProtectedStage stage) {
        lending.take(stage);
    }

    /** Makes what was staged the page's contents, durably, and gives the page back. */
    public void commit(ProtectedStage stage) {
        lending.commit(stage);
    }

    /** As {@link #alloc}, without waiting. */
    public void allocLater(int count, CompletableFuture<long[]> future) {
        if (count == 0) {
            future.complete(nothing());
        } else {
            allocating.allocateLater(count, future);
        }
    }

    /** As {@link #allocProtected}, without waiting. */
    public void allocProtectedLater(int count, CompletableFuture<long[]> future) {
        if (count == 0) {
            future.complete(nothing());
        } else {
            allocating.allocateProtectedLater(count, future);
        }
    }

    /** As {@link #free}, without waiting. */
    public void freeLater(long[] pages, CompletableFuture<@Nullable Void> future) {
        if (pages.length == 0) {
            nothing();
            future.complete(null);
        } else {
            deallocation.freeLater(pages, future);
        }
    }

    /** As {@link #freeProtected}, without waiting. */
    public void freeProtectedLater(long[] ids, CompletableFuture<@Nullable Void> future) {
        if (ids.length == 0) {
            nothing();
            future.complete(null);
        } else {
            deallocation.freeProtectedLater(ids, future);
        }
    }

    /** As {@link #sync(PageBorrow)}, without waiting. */
    public void syncLater(PageBorrow borrow, CompletableFuture<@Nullable Void> future) {
        lending.syncLater(borrow, future);
    }

    /** As {@link #commit}, without waiting. */
    public void commitLater(ProtectedStage stage, CompletableFuture<@Nullable Void> future) {
        lending.commitLater(stage, future);
    }

    /** {@return changes that are committed together, none yet} */
    public PageTransaction begin() {
        return PageTransaction.begin(tools);
    }

    /** {@return the smallest page at or after {@code from} that is allocated to a user, or -1} */
    public long nextAllocated(long from) {
        OpenFile open = life.usable();
        long limit = open.pageCount();
        if (from < 0 || from >= limit) {
            return -1;
        }
        long near = open.state().map().durableNext(PageState.DATA, from, limit);
        return near != PageMap.NOT_LOADED
                ? near
                : seek(from, (file, at) -> file.state().map().nextOfState(PageState.DATA, at, file.pageCount()));
    }

    /** {@return the smallest protected page at or after {@code from} that is in use, or -1} */
    public long nextProtected(long from) {
        long near = life.usable().state().directory().durableNextUsed(from);
        return near >= 0 ? near : seek(from, (file, at) -> file.state().directory().nextUsed(at));
    }

    /** {@return the pages from {@code from} on that are used for the same, perhaps not all of them; none behind the end} */
    public PageRun nextRun(long from) {
        return lock.onCurrent(
                file -> from < file.pageCount() ? PageRun.of(file.state().map().runs().at(from)) : PageRun.none(from));
    }

    /** Looks at one leaf, under the engine lock. */
    private interface Look {
        Sought at(OpenFile file, long from) throws IOException;
    }

    /** Looks at one leaf after the other, for there may be many: nobody waits for more than one. */
    private long seek(long from, Look look) {
        Sought sought = new Sought(-1, from);
        while (!sought.isOver()) {
            long at = sought.next();
            sought = lock.onCurrent(file -> look.at(file, at));
        }
        return sought.found();
    }

    /** Makes durable all that was stored into regular pages so far. */
    public void sync() {
        StackRoom.forChange();
        OpenFile file = life.usable();
        try {
            lock.requireWhole(file);
            file.storage().sync();
        } catch (IOException e) {
            throw life.fail(file, e);
        }
    }

    /** Writes what is in the journal alone into the file's own structures. */
    public void checkpoint() {
        queue.checkpoint();
    }

    /**
     * Makes a backup, while everything else goes on. One after the other.
     *
     * @param target   where there must not be anything
     * @param progress is told how many bytes were copied; what it throws ends the backup
     */
    public Backup.Done backup(Path target, LongConsumer progress) {
        StackRoom.forChange();
        leadership.requireMayWait();
        return backups.make(target, progress);
    }

    /** Gives free pages at the end of the file back. {@return how many} */
    public long trim() {
        StackRoom.forChange();
        return trim.trim();
    }

    /** Checks the whole file; all others go on meanwhile. */
    public Verification verify() {
        StackRoom.forChange();
        leadership.requireMayWait();
        OpenFile file = lock.onCurrent(open -> open); // which looks whether it is whole
        Verifier.Guard guard = new Verifier.Guard() {

            @Override
            public <T extends @Nullable Object> T look(ColdNodes.Action<T> action) {
                return lock.on(file, _ -> action.run());
            }

            @Override
            public long quiet() {
                return leadership.quiet();
            }
        };
        try {
            return Verifier.verify(file.storage(), life.path(), file.geometry(), file.state(), file.contents(), guard);
        } catch (IOException e) {
            guard.look(() -> true); // unless it is being closed
            throw new FaultException(new Fault.Io(life.path(), Fault.Doing.VERIFYING), e);
        }
    }

    /** {@return what became of the file; empty if it is what it was} The state stays as it is. */
    public Optional<LostFile> lost() {
        return lock.onCurrent(file -> {
            try {
                return Optional.ofNullable(file.lost());
            } catch (IOException e) {
                throw new FaultException(new Fault.Io(life.path(), Fault.Doing.LOOKING_FOR_IT), e);
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

    /** As {@link #reopen}, if the engine is unavailable. {@return whether it was} */
    public boolean reopenIfUnavailable() {
        StackRoom.forChange();
        return life.reopenIfUnavailable();
    }

    /** Closes the file until it is {@linkplain #reopen opened anew}, after waiting for what is borrowed. */
    public void suspend() {
        StackRoom.forChange();
        life.suspend();
    }

    /** Closes for good, after waiting for what is borrowed. Again goes on where it could not, and then does nothing. */
    public void close() {
        StackRoom.forChange();
        try {
            life.close();
        } finally {
            checkpoints.stop();
            if (borrowWatch != null) {
                borrowWatch.close();
            }
        }
        if (watch != null) {
            watch.clean();
        }
    }

    private long[] nothing() {
        life.usable();
        return new long[0];
    }
}
