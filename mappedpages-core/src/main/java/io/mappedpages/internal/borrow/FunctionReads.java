package io.mappedpages.internal.borrow;

import java.lang.foreign.MemorySegment;
import java.lang.invoke.VarHandle;

import org.jspecify.annotations.Nullable;

import io.mappedpages.internal.format.TreeNode;
import io.mappedpages.internal.latch.LatchBlock;
import io.mappedpages.internal.mapping.LentMapping;
import io.mappedpages.internal.storage.MappedChunks;
import io.mappedpages.internal.thread.StackRoom;
import io.mappedpages.internal.transaction.OpenFile;
import io.mappedpages.internal.transaction.Openings;
import io.mappedpages.internal.tree.Directory;
import io.mappedpages.internal.tree.Node;

/**
 * Runs functions on pages without taking a latch: looks, runs the function, and looks again. What the function returned or
 * threw counts only if nothing has happened in between that could have changed the bytes under it; else it runs again, and
 * after a few vain runs with the page borrowed. Nothing is written to memory that others read, so reads of different pages,
 * and of one page by many threads, do not disturb each other, and the processor overlaps their cache misses.
 *
 * <p>The order is that of a sequence lock. Here: the loads of the function, an acquire fence, the load of what says that the
 * page is still the same. There: the store that says that it is not, a fence, the first store into the page. So if one of
 * these stores was seen, so is what says that it may have been. Where the fences of writers stand:
 *
 * <ul>
 * <li>who has a regular page exclusively: between the latch and the stores, {@link PageBorrow#writableSegment};
 * <li>commits: between what the commits before have made free, or not current, and the first byte written, {@code Batch.begin};
 * <li>who writes a protected page ahead of its commit: {@code ProtectedWrite.prepareAhead};
 * <li>holes where a file ends after a trim: {@code Trim}.
 * </ul>
 *
 * <p>What says that a regular page is the same is the word of its latch, see {@link LatchBlock#isUnwritten}: writing and
 * freeing take it exclusively. The words of a block that was given up are such that they say no, before another block stands
 * for the page. Of a protected page it is the directory: a copy is not written while it is the current one, so it is enough
 * that it is still current, of the same generation, and that it was noted there that it has the content that was committed.
 *
 * <p>Unmapping is no different. Before the file is mapped anew it says that nothing is mapped, and before it is unmapped for
 * good nothing is lent any more; both are looked at again. The memory is of a shared arena: until it is closed all loads are
 * of mapped memory, and from then on they throw. So what comes of that never counts.
 *
 * <p>The bytes are found by the number of the page alone, and not by way of its latch block as for a borrow: so the processor
 * loads them while it still waits for the word.
 *
 * <p>Nothing is counted, so nobody waits for a function: not a writer, not a {@code free}, not {@code close}.
 */
public final class FunctionReads {

    /** After so many vain runs the page is borrowed: somebody writes it all the time. */
    private static final int MOST_RUNS = 3;
    /**
     * So often the slow way calls itself before it goes on. While pages are read for the first time nearly every read goes that
     * way, and HotSpot would make it a part of the quick way's code, which would then be too large to become a part of its
     * callers' for good. Of what one call in several leads to it makes no part.
     */
    private static final int DETOUR = 7;

    private final Openings openings;
    private final Lending lending;
    private final ReadFailures failures;

    /**
     * Reads pages of whichever opening is current; those of which nothing is known yet as {@code lending} lends them.
     */
    public FunctionReads(Openings openings, Lending lending, ReadFailures failures) {
        this.openings = openings;
        this.lending = lending;
        this.failures = failures;
    }

    /**
     * How a reader is called, which is the caller's matter. A constant, so that no object is made for each read.
     *
     * @param <R> what has the function
     * @param <T> what it returns
     */
    public interface Call<R, T extends @Nullable Object> {

        /** {@return what {@code reader} makes of the bytes, which are read-only} */
        T on(R reader, MemorySegment page);
    }

    /** {@return what {@code reader} makes of a regular page} */
    public <R, T extends @Nullable Object> T read(long page, R reader, Call<R, T> call) {
        return read(page, reader, call, MOST_RUNS);
    }

    private <R, T extends @Nullable Object> T read(long page, R reader, Call<R, T> call, int runs) {
        LentMapping mapping = openings.mapping();
        LatchBlock block = mapping.latches().blockIfThere(page);
        int runsLeft = 0;
        if (block != null) {
            long word = block.look(page);
            MappedChunks mapped = mapping.mapped();
            int size = mapping.pageSize();
            MemorySegment chunk = mapped.chunk(page * size);
            long within = mapped.within(page * size);
            if (LatchBlock.isReadable(word) && within + size <= chunk.byteSize()) {
                block.noteUse();
                try {
                    T result = call.on(reader, chunk.asSlice(within, size));
                    if (isSame(mapping, mapped, block, page, word)) {
                        return result;
                    }
                } catch (Throwable e) {
                    if (isSame(mapping, mapped, block, page, word)) {
                        requireReadable(mapping, -1, page, e);
                        throw e;
                    }
                }
                runsLeft = runs - 1;
            }
        }
        return readSlowly(page, reader, call, runsLeft, DETOUR);
    }

    private static boolean isSame(LentMapping mapping, MappedChunks mapped, LatchBlock block, long page, long word) {
        VarHandle.acquireFence();
        return block.isUnwritten(page, word) && mapping.mapped() == mapped;
    }

    /** {@return what comes of another run, or with the page borrowed if none is left} See {@link #DETOUR}. */
    private <R, T extends @Nullable Object> T readSlowly(long page, R reader, Call<R, T> call, int runs, int detour) {
        if (detour > 0) {
            return readSlowly(page, reader, call, runs, detour - 1);
        }
        return runs > 0 ? read(page, reader, call, runs) : readBorrowed(page, reader, call);
    }

    private <R, T extends @Nullable Object> T readBorrowed(long page, R reader, Call<R, T> call) {
        StackRoom.forLatch(); // to give it back
        PageBorrow borrow = lending.read(page);
        lending.takeShared(borrow);
        return runAndRelease(borrow, -1, reader, call);
    }

    /** {@return what {@code reader} makes of a protected page} */
    public <R, T extends @Nullable Object> T readProtected(long id, R reader, Call<R, T> call) {
        return readProtected(id, reader, call, MOST_RUNS);
    }

    private <R, T extends @Nullable Object> T readProtected(long id, R reader, Call<R, T> call, int runs) {
        OpenFile file = openings.current();
        LentMapping mapping = file.mapping();
        Directory directory = file.state().directory();
        Node leaf = directory.leafIfThere(id);
        int runsLeft = 0;
        if (leaf != null) {
            Node.Durable durable = leaf.durableEntries();
            int index = directory.indexInLeaf(id);
            if (durable.isChecked(index)) {
                TreeNode entries = durable.content();
                long page = entries.activePage(index);
                MappedChunks mapped = mapping.mapped();
                int size = mapping.pageSize();
                MemorySegment chunk = mapped.chunk(page * size);
                long within = mapped.within(page * size);
                if (within + size <= chunk.byteSize()) {
                    try {
                        T result = call.on(reader, chunk.asSlice(within, size));
                        if (isSame(mapping, mapped, leaf, entries, index)) {
                            return result;
                        }
                    } catch (Throwable e) {
                        if (isSame(mapping, mapped, leaf, entries, index)) {
                            requireReadable(mapping, id, page, e);
                            throw e;
                        }
                    }
                    runsLeft = runs - 1;
                }
            }
        }
        return readProtectedSlowly(id, reader, call, runsLeft, DETOUR);
    }

    private static boolean isSame(LentMapping mapping, MappedChunks mapped, Node leaf, TreeNode entries, int index) {
        VarHandle.acquireFence();
        return leaf.hasStill(entries, index) && mapping.mapped() == mapped;
    }

    private <R, T extends @Nullable Object> T readProtectedSlowly(long id, R reader, Call<R, T> call, int runs,
            int detour) {
        if (detour > 0) {
            return readProtectedSlowly(id, reader, call, runs, detour - 1);
        }
        return runs > 0 ? readProtected(id, reader, call, runs) : readProtectedBorrowed(id, reader, call);
    }

    private <R, T extends @Nullable Object> T readProtectedBorrowed(long id, R reader, Call<R, T> call) {
        StackRoom.forLatch(); // to give it back
        PageBorrow borrow = lending.readProtected();
        lending.takeCurrent(borrow, id);
        return runAndRelease(borrow, id, reader, call);
    }

    private <R, T extends @Nullable Object> T runAndRelease(PageBorrow borrow, long id, R reader, Call<R, T> call) {
        try {
            OpenFile file = openings.current();
            if (id >= 0 && file.mapping() == borrow.mapping()) { // or else it is another opening, in which nothing was checked
                file.state().directory().noteChecked(id, borrow.page());
            }
            MemorySegment bytes = borrow.segment();
            try {
                return call.on(reader, bytes);
            } catch (Throwable e) {
                if (!bytes.scope().isAlive()) { // closing has waited long enough, and unmapped the file
                    throw openings.refusal();
                }
                requireReadable(borrow.mapping(), id, borrow.page(), e);
                throw e;
            }
        } finally {
            borrow.release();
        }
    }

    /** Gives what the JDK throws where a page cannot be read its name. All else is the function's own. */
    private void requireReadable(LentMapping mapping, long id, long page, Throwable thrown) {
        if (thrown instanceof InternalError e) {
            OpenFile file = openings.current();
            throw file.mapping() == mapping ? failures.unreadable(file, id, page, e) : openings.refusal();
        }
    }
}
