package io.mappedpages.internal.borrow;

import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.ReentrantLock;

import org.jspecify.annotations.Nullable;

import io.mappedpages.internal.fault.Fault;
import io.mappedpages.internal.fault.FaultException;
import io.mappedpages.internal.mapping.StagingBuffers;
import io.mappedpages.internal.thread.StackRoom;
import io.mappedpages.internal.transaction.Allocating;
import io.mappedpages.internal.transaction.Change;
import io.mappedpages.internal.transaction.CommitQueue;
import io.mappedpages.internal.transaction.Deallocation;
import io.mappedpages.internal.transaction.EngineLock;
import io.mappedpages.internal.transaction.Late;
import io.mappedpages.internal.transaction.OpenFile;
import io.mappedpages.internal.transaction.PageChecks;
import io.mappedpages.internal.transaction.ProtectedWrite;
import io.mappedpages.internal.transaction.Reservation;
import io.mappedpages.internal.transaction.ReservedPages;
import io.mappedpages.internal.transaction.Together;

/**
 * Changes that are collected, and committed as one. What is allocated is reserved in memory, what is written is staged in
 * buffers, and what is written or freed is latched from then on: so all that can be refused is refused by the call that asks for
 * it, and nothing of it is in the file before the commit.
 *
 * <p>Any thread may call; one at a time gets in.
 */
public final class PageTransaction {

    private enum State {
        OPEN, COMMITTING, ENDED
    }

    /** What a transaction does its work with. */
    public record Tools(Lending lending, PageChecks checks, Allocating allocating, Deallocation deallocation,
            CommitQueue queue,
            EngineLock lock) {
    }

    private final Tools tools;
    private final OpenFile file;
    private final ReentrantLock turn = new ReentrantLock();
    private final Reservation reservation;
    /** Written protected pages, by id. */
    private final Map<Long, ProtectedStage> written = new LinkedHashMap<>();
    /** What reserved regular pages are to hold. */
    private final Map<Long, StagingBuffers.Buffer> filled = new LinkedHashMap<>();
    /** What reserved protected pages are to hold, by id. */
    private final Map<Long, StagingBuffers.Buffer> filledProtected = new LinkedHashMap<>();
    /** Contents that were only read. */
    private final List<StagingBuffers.Buffer> copies = new ArrayList<>();
    private final List<Deallocation.Free> frees = new ArrayList<>();
    private final Set<Long> freed = new HashSet<>();
    private final Set<Long> freedProtected = new HashSet<>();
    private volatile State state = State.OPEN;

    PageTransaction(Tools tools) {
        this.tools = tools;
        this.file = tools.lending.lending();
        this.reservation = new Reservation(file);
    }

    /** {@return one that has no changes yet, of the current opening} */
    public static PageTransaction begin(Tools tools) {
        return new PageTransaction(tools);
    }

    /** Something done in turn. */
    interface Call<T extends @Nullable Object> {
        T run();
    }

    private <T extends @Nullable Object> T inTurn(Call<T> call) {
        StackRoom.forChange();
        turn.lock();
        try {
            requireOpen();
            return call.run();
        } finally {
            turn.unlock();
        }
    }

    private void requireOpen() {
        if (state != State.OPEN) {
            throw new IllegalStateException("the transaction was committed or closed");
        }
    }

    /** {@return whether there is nothing to commit any more, and nothing to be called} */
    public boolean isEnded() {
        return state != State.OPEN;
    }

    /** {@return regular pages, promised to this transaction} */
    public long[] alloc(int count) {
        return inTurn(
                () -> count == 0 ? nothing() : tools.allocating.reserve(usable(), reservation, count, holdsAny()));
    }

    /** {@return protected pages, promised to this transaction} */
    public long[] allocProtected(int count) {
        return inTurn(() -> count == 0 ? nothing()
                : tools.allocating.reserveProtected(usable(), reservation, count, holdsAny()));
    }

    private long[] nothing() {
        usable();
        return new long[0];
    }

    /** The opening that this began with, if it is still current. */
    private OpenFile usable() {
        tools.lending.requireLendingOf(file);
        return file;
    }

    /** Frees a regular page with the commit; waits until nobody has borrowed it. */
    public void free(long page) {
        inTurn(() -> {
            if (freed.contains(page)) {
                throw new FaultException(new Fault.DoubleFree(page, false));
            }
            if (reservation.hasData(page)) {
                tools.lock.on(file, _ -> {
                    reservation.releaseData(page);
                    return true;
                });
                giveBack(filled.remove(page));
            } else {
                hold(page, freed, tools.deallocation.begin(usable(), new long[] {page}, holdsAny()),
                        () -> tools.checks.requireData(file, page, true)); // somebody may have freed it until it was latched
            }
            return true;
        });
    }

    /** Frees a protected page with the commit; waits until nobody has borrowed either copy. */
    public void freeProtected(long id) {
        inTurn(() -> {
            if (freedProtected.contains(id)) {
                throw new FaultException(new Fault.DoubleFree(id, true));
            }
            if (reservation.hasId(id)) {
                tools.lock.on(file, _ -> {
                    reservation.releaseId(id);
                    return true;
                });
                giveBack(filledProtected.remove(id));
                return true;
            }
            if (usable().mayMoveCopies()) {
                tools.queue.settle(file); // now, and not while they are latched
            }
            ProtectedStage stage = written.get(id);
            if (stage == null) {
                hold(id, freedProtected, tools.deallocation.beginProtected(file, new long[] {id}, holdsAny()), () -> {
                });
            } else {
                Deallocation.Free free = tools.deallocation.beginProtected(file, id, stage.pair(), stage.latch());
                written.remove(id);
                stage.release(); // all but the latch
                holdOrEnd(id, free);
            }
            return true;
        });
    }

    private void hold(long number, Set<Long> numbers, Deallocation.Free free, Runnable check) {
        try {
            check.run();
            numbers.add(number);
            frees.add(free);
        } catch (RuntimeException | Error e) {
            numbers.remove(number);
            free.close();
            throw e;
        }
    }

    /** What was staged is gone already. */
    private void holdOrEnd(long id, Deallocation.Free free) {
        try {
            hold(id, freedProtected, free, () -> {
            });
        } catch (Error e) {
            end();
            throw e;
        }
    }

    private boolean holdsAny() {
        return !written.isEmpty() || !frees.isEmpty();
    }

    /** {@return what a regular page that this transaction allocated is to hold; zeros at first} */
    public Staged write(long page) {
        return inTurn(() -> {
            if (!reservation.hasData(page)) {
                throw new IllegalArgumentException("regular page " + page + " was not allocated by this transaction");
            }
            return staged(filled, page);
        });
    }

    /** {@return what a protected page is to hold; its current content at first} Waits for other writers of it. */
    public Staged writeProtected(long id) {
        return inTurn(() -> {
            requireNotFreed(id);
            return reservation.hasId(id) ? staged(filledProtected, id) : new Staged(stage(id)::segment);
        });
    }

    private ProtectedStage stage(long id) {
        ProtectedStage there = written.get(id);
        if (there != null) {
            return there;
        }
        usable();
        ProtectedStage stage = tools.lending.writeProtected(id);
        tools.lending.take(stage, holdsAny());
        try {
            usable(); // it may have been opened anew
            written.put(id, stage);
            return stage;
        } catch (RuntimeException | Error e) {
            stage.release();
            throw e;
        }
    }

    /** {@return the content of a protected page: what this transaction has staged, or what was committed last} Not to be written to. */
    public Staged readProtected(long id) {
        return inTurn(() -> {
            requireNotFreed(id);
            if (reservation.hasId(id)) {
                return staged(filledProtected, id);
            }
            ProtectedStage own = written.get(id);
            return own != null ? new Staged(own::segment) : copied(id);
        });
    }

    private Staged copied(long id) {
        PageBorrow borrow = tools.lending.readProtected();
        tools.lending.takeCurrent(borrow, id);
        try {
            StagingBuffers.Buffer buffer = tools.lending.buffer(file);
            copies.add(buffer);
            buffer.segment().copyFrom(borrow.segment());
            return new Staged(buffer::segment);
        } finally {
            borrow.release();
        }
    }

    private void requireNotFreed(long id) {
        if (freedProtected.contains(id)) {
            throw new FaultException(new Fault.NotAllocated(id, true));
        }
    }

    private Staged staged(Map<Long, StagingBuffers.Buffer> buffers, long number) {
        StagingBuffers.Buffer buffer = buffers.get(number);
        if (buffer == null) {
            buffer = tools.lending.buffer(usable());
            buffers.put(number, buffer);
        }
        return new Staged(buffer::segment);
    }

    private void giveBack(StagingBuffers.@Nullable Buffer buffer) {
        if (buffer != null) {
            file.mapping().staging().giveBack(buffer);
        }
    }

    /** The bytes of one page, as this transaction has them, until it ends. */
    public final class Staged {

        private final Call<MemorySegment> bytes;

        Staged(Call<MemorySegment> bytes) {
            this.bytes = bytes;
        }

        /** {@return the bytes} @throws IllegalStateException once the transaction is committed or closed */
        public MemorySegment segment() {
            requireOpen();
            return bytes.run();
        }

        /** {@return bytes in the page} */
        public int size() {
            return file.mapping().pageSize();
        }
    }

    /** Makes all changes durable, as one. Whatever comes of it, this has ended then. */
    public void commit() {
        StackRoom.forChange();
        turn.lock();
        try {
            requireOpen();
            state = State.COMMITTING;
            try {
                submit(beginWrites());
            } finally {
                end();
            }
        } finally {
            turn.unlock();
        }
    }

    /** As {@link #commit}, without waiting. */
    public void commitLater(CompletableFuture<@Nullable Void> future) {
        StackRoom.forChange();
        turn.lock();
        try {
            requireOpen();
            state = State.COMMITTING;
            try {
                submitLater(future);
            } catch (RuntimeException | Error e) {
                end();
                throw e;
            }
        } finally {
            turn.unlock();
        }
    }

    private void submitLater(CompletableFuture<@Nullable Void> future) {
        Map<ProtectedStage, MemorySegment> writes = beginWrites();
        Together all = together(writes);
        if (all == null) {
            usable();
            end();
            future.complete(null);
            return;
        }
        tools.queue.submitLater(file, all, (applied, failure) -> {
            if (applied || failure != null) {
                Late.end(future, failure, this::end);
            } else {
                Late.complete(future, null, () -> {
                    submitAgain(writes);
                    return null;
                });
            }
        });
    }

    private void submitAgain(Map<ProtectedStage, MemorySegment> writes) {
        try {
            tools.allocating.reserveForNodes(file, reservation);
            submit(writes);
        } finally {
            end();
        }
    }

    private Map<ProtectedStage, MemorySegment> beginWrites() {
        Map<ProtectedStage, MemorySegment> writes = new LinkedHashMap<>();
        for (ProtectedStage stage : written.values()) {
            writes.put(stage, stage.beginCommit());
        }
        return writes;
    }

    private void submit(Map<ProtectedStage, MemorySegment> writes) {
        for (Together all = together(writes); all != null; all = together(writes)) {
            if (tools.queue.submit(file, all)) {
                return;
            }
            tools.allocating.reserveForNodes(file, reservation);
        }
        usable();
    }

    /** {@return all changes, or null if there are none} For one submission: what a commit wrote that came to nothing has to be written again. */
    private @Nullable Together together(Map<ProtectedStage, MemorySegment> writes) {
        List<Change> parts = new ArrayList<>();
        if (!reservation.isEmpty()) {
            parts.add(new ReservedPages(file, reservation, filledPages()));
        }
        writes.forEach((stage, staged) -> parts
                .add(new ProtectedWrite(file, stage.id(), stage.pair(), stage.latch(), staged)));
        parts.addAll(frees);
        return parts.isEmpty() ? null : new Together(parts);
    }

    private List<ReservedPages.Filled> filledPages() {
        List<ReservedPages.Filled> pages = new ArrayList<>();
        filled.forEach((page, buffer) -> pages.add(new ReservedPages.Filled(page, false, buffer.segment())));
        filledProtected.forEach((id, buffer) -> pages
                .add(new ReservedPages.Filled(reservation.copiesOf(id).pageA(), true, buffer.segment())));
        return pages;
    }

    /** Gives everything back that was not committed. Again does nothing. */
    public void close() {
        StackRoom.forChange();
        turn.lock();
        try {
            if (state == State.OPEN) {
                end();
            }
        } finally {
            turn.unlock();
        }
    }

    /** Each step is taken, whatever comes of those before. */
    private void end() {
        boolean wasCommitting = state == State.COMMITTING;
        state = State.ENDED;
        Error failure = null;
        try {
            tools.lock.quietly(file, reservation::releaseAll);
        } catch (Error e) {
            failure = e;
        }
        for (ProtectedStage stage : written.values()) {
            try {
                if (wasCommitting) {
                    stage.end();
                } else {
                    stage.release();
                }
            } catch (Error e) {
                failure = e;
            }
        }
        for (Deallocation.Free free : frees) {
            try {
                free.close();
            } catch (Error e) {
                failure = e;
            }
        }
        giveBackAll(copies);
        giveBackAll(filled.values());
        giveBackAll(filledProtected.values());
        if (failure != null) {
            throw failure;
        }
    }

    private void giveBackAll(Iterable<StagingBuffers.Buffer> buffers) {
        for (StagingBuffers.Buffer buffer : buffers) {
            giveBack(buffer);
        }
    }
}
