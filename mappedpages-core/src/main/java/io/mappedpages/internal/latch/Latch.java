package io.mappedpages.internal.latch;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.function.BooleanSupplier;

import io.mappedpages.internal.thread.Deadline;

/**
 * The latch of one page, for one piece of code that takes it and gives it back once.
 *
 * <p>This object is made before the latch is taken, and the atomic instruction that takes it is the last thing that can
 * fail: so there is no moment at which a latch is held and nobody has the object to give it back by, wherever an
 * {@link OutOfMemoryError} or a {@link StackOverflowError} strikes. Giving back may fail for want of stack, too; then
 * nothing has happened, and it can be tried again.
 */
public class Latch {

    /** In place of a ticket: this was the wrong page to ask for. */
    private static final long MOVED = -4;

    private static final VarHandle TAKEN_OFF;

    static {
        try {
            TAKEN_OFF = MethodHandles.lookup().findVarHandle(Latch.class, "takenOff", boolean.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    private final LatchTable table;
    private LatchBlock block;
    private long page;
    private long ticket = LatchBlock.REFUSED;
    /** For those who use this after it was released. Not volatile: only the latch decides who releases. */
    private boolean released;
    @SuppressWarnings("unused") // read through TAKEN_OFF
    private volatile boolean takenOff;

    /** Nothing is held yet. */
    public Latch(LatchTable table, LatchBlock block, long page) {
        this.table = table;
        this.block = block;
        this.page = page;
    }

    /** Nothing is held yet, and where the latch is has to be looked up. */
    public Latch(LatchTable table, long page) {
        this(table, LatchBlock.NONE, page);
    }

    /** {@return the page that this latch guards} */
    public final long page() {
        return page;
    }

    /** {@return where it is looked up} */
    final LatchTable table() {
        return table;
    }

    /** {@return where the word of the latch is} It stays there while it is held. */
    public final LatchBlock block() {
        return block;
    }

    /** {@return what {@link LatchBlock} gave for it when it was taken} */
    final long ticket() {
        return ticket;
    }

    /** From now on this is for the latch of {@code page}. No latch may be held. */
    public final void aim(long page) {
        this.page = page;
        block = LatchBlock.NONE;
        ticket = LatchBlock.REFUSED;
        released = false;
        takenOff = false;
    }

    /** Takes the latch shared if it is free for that and its word has all {@code required} marks. Does not wait. */
    public final boolean tryShared(long required) {
        ticket = block.tryShared(page, required);
        return ticket >= 0;
    }

    /** Takes the latch alone if it is free for that and its word has all {@code required} marks; sets {@code marks}. */
    public final boolean tryExclusive(long required, long marks) {
        ticket = block.tryExclusive(page, required, marks);
        return ticket >= 0;
    }

    /** Takes the latch shared. {@return false if it was not granted in time} */
    public final boolean acquireShared(Deadline deadline) {
        table.passGate();
        return tryShared() || table.await(page, deadline, this::tryShared);
    }

    /** Takes the latch alone. {@return false if it was not granted in time} */
    public final boolean acquireExclusive(Deadline deadline) {
        table.passGate();
        return tryExclusive() || table.await(page, deadline, this::tryExclusive);
    }

    /**
     * Takes the latch shared, unless what is wanted turns out to be elsewhere. That is asked whenever there is a reason to
     * wait.
     *
     * @param hasMoved must not wait for anything, nor take a lock
     * @return false if the latch was not granted; {@link #wasRefused} says why
     */
    public final boolean acquireShared(Deadline deadline, BooleanSupplier hasMoved) {
        table.passGate();
        return (tryShared() || table.await(page, deadline, () -> isMoved(hasMoved) || tryShared())) && ticket >= 0;
    }

    /**
     * Takes the latch alone, unless what is wanted turns out to be elsewhere. When it is granted, nobody has had it since
     * {@code hasMoved} last said no: so what only a holder can change is as it was then.
     *
     * @param hasMoved must not wait for anything, nor take a lock
     * @return false if the latch was not granted; {@link #wasRefused} says why
     */
    public final boolean acquireExclusive(Deadline deadline, BooleanSupplier hasMoved) {
        table.passGate();
        return acquireOneMore(deadline, hasMoved);
    }

    /** {@return whether somebody else held the latch when it was asked for last} Else what is wanted may be elsewhere. */
    public final boolean wasRefused() {
        return ticket == LatchBlock.REFUSED;
    }

    private boolean isMoved(BooleanSupplier hasMoved) {
        boolean moved = hasMoved.getAsBoolean();
        if (moved) {
            ticket = MOVED;
        }
        return moved;
    }

    /** {@return whether there is nothing to wait for any more} */
    private boolean tryExclusive(BooleanSupplier hasMoved) {
        do {
            find();
            long seen = block.look(page);
            if (isMoved(hasMoved)) {
                return true;
            }
            ticket = block.tryExclusiveSince(page, seen);
        } while (ticket == LatchBlock.GONE || ticket == LatchBlock.CHANGED);
        return ticket >= 0;
    }

    /**
     * As {@link #acquireExclusive(Deadline, BooleanSupplier)}, for one who holds others, and is not held back: who waits for
     * idleness waits for it.
     */
    public final boolean acquireOneMore(Deadline deadline, BooleanSupplier hasMoved) {
        return (tryExclusive(hasMoved) || table.await(page, deadline, () -> tryExclusive(hasMoved))) && ticket >= 0;
    }

    /** Looks up where the word of the latch is. Nothing is taken yet. */
    public final void find() {
        block = table.block(page);
    }

    private boolean tryShared() {
        do {
            find();
            if (tryShared(0)) {
                return true;
            }
        } while (isBlockGone());
        return false;
    }

    private boolean tryExclusive() {
        do {
            find();
            if (tryExclusive(0, 0)) {
                return true;
            }
        } while (isBlockGone());
        return false;
    }

    /** {@return whether another block stands for the page by now} After a try that failed. */
    private boolean isBlockGone() {
        return ticket == LatchBlock.GONE;
    }

    /** From now on others may take the latch shared, too, and nobody alone; sets {@code marks}. For its sole holder. */
    public final void share(long marks) {
        block.share(page, ticket, marks);
    }

    /** {@return whether the latch was given back} */
    public final boolean isReleased() {
        return released;
    }

    /** What is held here somebody else gives back: nothing is held here any more. */
    final void handOver() {
        released = true;
    }

    /** Gives the latch back, if it is held. Again does nothing. */
    public void release() {
        if (!released) {
            if (block.releaseSole(page, ticket, 0)) {
                released = true; // before the waking, but after what may fail
                table.wakeWaiters(page);
            } else {
                releaseCounted();
            }
        }
    }

    /** It was released by another thread at this moment, or there are or were other readers, or it is not held. */
    private void releaseCounted() {
        boolean counted = ticket == LatchBlock.ONE_OF_SEVERAL || block.isCounted(page, ticket);
        if (counted && TAKEN_OFF.compareAndSet(this, false, true)) {
            try {
                block.releaseCounted(page);
            } catch (Error e) { // the end of the stack, before anything was done
                takenOff = false;
                throw e;
            }
            released = true;
            table.wakeWaiters(page);
        } else {
            released = true;
        }
    }
}
