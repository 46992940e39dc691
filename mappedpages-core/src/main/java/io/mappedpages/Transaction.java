package io.mappedpages;

import java.util.List;
import java.util.concurrent.CompletableFuture;

import org.jspecify.annotations.Nullable;

import io.mappedpages.internal.borrow.PageTransaction;
import io.mappedpages.internal.engine.Engine;
import io.mappedpages.internal.fault.FaultException;

/**
 * Several changes that become durable together or not at all: pages allocated, filled, written and freed.
 *
 * {@snippet lang = java :
 * try (Transaction transfer = pager.begin()) {
 *     ByteBuffer from = transfer.write(savings).byteBuffer();
 *     ByteBuffer to = transfer.write(current).byteBuffer();
 *     from.putLong(0, from.getLong(0) - amount);
 *     to.putLong(0, to.getLong(0) + amount);
 *     transfer.commit();
 * }
 * }
 *
 * <p>
 * <b>Until it commits nothing of it is in the file</b>, and nobody else sees any of it. All that can go wrong with one of
 * its changes is refused by the call that asks for that change: the transaction stays usable and has the others still.
 * What is left for {@link #commit()} to fail with is a file that cannot be read or written, as a rule: while others make the file
 * shorter, there may turn out to be no room for a tree node.
 *
 * <p>
 * <b>Many can be open at once.</b> A page that a transaction {@linkplain #write(ProtectedPageId) writes} or frees is its own
 * from that call until the transaction ends: others who want to write or free it wait, up to their borrow timeout, and then
 * get a {@link PageBorrowedException}; so do two transactions that wait for each other. Readers of a page that is written
 * go on meanwhile and see what was committed last; readers of a page that is being freed wait. What one has allocated
 * belongs to it: the pages are not counted as free, and nobody else gets them.
 *
 * <p>
 * <b>Reading.</b> {@link #read(ProtectedPageId)} shows what this transaction has staged, and of other pages what was
 * committed last, each by itself: two pages that it only reads may be of different moments. To base a change on what a page
 * holds, begin with {@link #write(ProtectedPageId)}: from then on nobody else can change it.
 *
 * <p>
 * <b>Memory and time.</b> Each page that is written or filled, and each call of {@link #read}, takes one page outside of the heap
 * until the transaction ends. A commit of any number of changes is one record of the journal and one sync, or two, if regular pages
 * are allocated: these are made durable first. Now and then, when pages are filled that nobody has had before, another commit comes
 * first. What is too long for a record is committed as two checkpoints.
 *
 * <p>
 * <b>Closing.</b> {@link #close()} without a commit rolls back, so use it in a {@code try} statement. A transaction that is
 * forgotten keeps its pages. {@link Pager#close()} waits for those that write or free pages, up to the borrow timeout, as
 * it does for borrows; afterwards they throw {@link PagerClosedException}, and after {@link Pager#reopen()}
 * {@link PagerUnavailableException}: begin a new one.
 *
 * <p>
 * Any thread may call; calls of one transaction wait for each other. After its end each throws {@link IllegalStateException},
 * except {@link #close()}.
 */
public final class Transaction implements AutoCloseable {

    private final PageTransaction changes;

    Transaction(Engine engine) {
        this.changes = engine.begin();
    }

    /**
     * Allocates a regular page with the commit, full of zeros or of what {@link #write(PageId)} stages for it. The file grows now
     * if it has to.
     *
     * @return the page's handle, which means something to others after the commit
     * @throws PagerFullException if there is no room; the transaction stays as it was
     */
    public PageId alloc() {
        return new PageId(alloc(1)[0]);
    }

    /**
     * Allocates many regular pages with the commit, as {@link #alloc()} does: all or none.
     *
     * @param count how many, 0 or more
     * @return their handles, as an immutable list that stores 8 bytes per page
     * @throws IllegalArgumentException if {@code count} is negative
     * @throws PagerFullException if there is no room for all; the transaction stays as it was
     */
    public List<PageId> allocBulk(int count) {
        Arguments.requireAtLeast(0, count, "count");
        return new HandleList<>(alloc(count), PageId::new);
    }

    private long[] alloc(int count) {
        try {
            return changes.alloc(count);
        } catch (FaultException e) {
            throw Failures.of(e);
        }
    }

    /**
     * Allocates a protected page with the commit, full of zeros or of what {@link #write(ProtectedPageId)} stages for it. The file
     * grows now if it has to.
     *
     * @return the page's handle, which means something to others after the commit
     * @throws PagerFullException if there is no room; the transaction stays as it was
     */
    public ProtectedPageId allocProtected() {
        return new ProtectedPageId(allocProtected(1)[0]);
    }

    /**
     * Allocates many protected pages with the commit, as {@link #allocProtected()} does: all or none.
     *
     * @param count how many, 0 or more
     * @return their handles, as an immutable list that stores 8 bytes per page
     * @throws IllegalArgumentException if {@code count} is negative
     * @throws PagerFullException if there is no room for all; the transaction stays as it was
     */
    public List<ProtectedPageId> allocProtectedBulk(int count) {
        Arguments.requireAtLeast(0, count, "count");
        return new HandleList<>(allocProtected(count), ProtectedPageId::new);
    }

    private long[] allocProtected(int count) {
        try {
            return changes.allocProtected(count);
        } catch (FaultException e) {
            throw Failures.of(e);
        }
    }

    /**
     * Frees a regular page with the commit. Waits for borrows of it to be closed, up to the borrow timeout; until the
     * transaction ends nobody can borrow it. One that it allocated itself is given up at once.
     *
     * @param id the page
     * @throws DoubleFreeException if the page is free already, or this transaction frees it
     * @throws PageOutOfBoundsException if the file has no such page
     * @throws ReservedPageException if the file uses the page itself
     * @throws PageBorrowedException if the page is still borrowed after the borrow timeout
     */
    public void free(PageId id) {
        try {
            changes.free(id.number());
        } catch (FaultException e) {
            throw Failures.of(e);
        }
    }

    /**
     * Frees a protected page with the commit, whatever was staged for it. Waits for borrows of it to be closed, up to the
     * borrow timeout; until the transaction ends nobody can borrow it. One that it allocated itself is given up at once.
     *
     * @param id the page
     * @throws DoubleFreeException if the page is free already, or this transaction frees it
     * @throws PageOutOfBoundsException if there is no such page
     * @throws PageBorrowedException if the page is still borrowed after the borrow timeout
     */
    public void freeProtected(ProtectedPageId id) {
        try {
            changes.freeProtected(id.number());
        } catch (FaultException e) {
            throw Failures.of(e);
        }
    }

    /**
     * Stages new content for a protected page: the page is this transaction's alone, among writers, until it ends.
     *
     * @param id the page, which this transaction may have allocated
     * @return the page, the same bytes each time; at first its current content, or zeros if it is new
     * @throws PageNotAllocatedException if the page is not allocated, or this transaction frees it
     * @throws PageOutOfBoundsException if there is no such page
     * @throws PageBorrowedException if another writer, or a reader of the content before the current, still holds the page after
     *         the borrow timeout
     * @throws CorruptPageException if the content is damaged
     * @throws PagerIoException if the content could not be read, which concerns this page only
     */
    public StagedPage write(ProtectedPageId id) {
        try {
            return new StagedPage(changes.writeProtected(id.number()), true);
        } catch (FaultException e) {
            throw Failures.of(e);
        }
    }

    /**
     * Stages what a regular page that this transaction has allocated is to hold: filled before anybody sees it, and durable with
     * the commit. Other regular pages are not covered by transactions, because nothing could bring their content before
     * back; write to those with {@link Pager#write(PageId)}, or use protected pages.
     *
     * @param id a page that this transaction has allocated
     * @return the page, the same bytes each time; zeros at first
     * @throws IllegalArgumentException if this transaction has not allocated the page, or has freed it
     */
    public StagedPage write(PageId id) {
        try {
            return new StagedPage(changes.write(id.number()), true);
        } catch (FaultException e) {
            throw Failures.of(e);
        }
    }

    /**
     * Reads a protected page: what this transaction has staged, or else a copy of what was committed last. Does not wait for
     * writers. See above for what two such reads have to do with each other.
     *
     * @param id the page, which this transaction may have allocated
     * @return the page, read-only
     * @throws PageNotAllocatedException if the page is not allocated, or this transaction frees it
     * @throws PageOutOfBoundsException if there is no such page
     * @throws PageBorrowedException if a call that frees the page was under way for all of the borrow timeout
     * @throws CorruptPageException if the content is damaged
     * @throws PagerIoException if the content could not be read, which concerns this page only
     */
    public StagedPage read(ProtectedPageId id) {
        try {
            return new StagedPage(changes.readProtected(id.number()), false);
        } catch (FaultException e) {
            throw Failures.of(e);
        }
    }

    /**
     * Makes all changes durable, as one, and ends the transaction: they are durable and visible on return. If it throws, none
     * of them is, unless the pager has become {@link PagerState#UNAVAILABLE} by it: then all of them or none are there after
     * {@link Pager#reopen()}.
     *
     * @throws CorruptMetadataException if a tree node that has to be changed is damaged; nothing has happened
     * @throws PagerFullException if there is no room for a tree node that has become necessary since; nothing has happened
     * @throws PagerUnavailableException if the pager is {@link PagerState#UNAVAILABLE}, also because writing has just failed, or
     *         was opened anew since the transaction began
     * @throws PagerClosedException if the pager is closed
     */
    public void commit() {
        try {
            changes.commit();
        } catch (FaultException e) {
            throw Failures.of(e);
        }
    }

    /**
     * As {@link #commit()}, without waiting for it. The transaction has ended, for all but this, when the method returns: closing
     * it does not take it back. See {@link Pager#allocAsync()} for the future.
     *
     * @return completed when all changes are durable and visible, or with what {@link #commit()} would have thrown
     */
    public CompletableFuture<@Nullable Void> commitAsync() {
        return AsyncCalls.run(changes::commitLater);
    }

    /** {@return whether this was neither committed nor closed} */
    boolean isOpen() {
        return !changes.isEnded();
    }

    /** Rolls back what was not committed. Never throws for that; does nothing after a commit or the second time. */
    @Override
    public void close() {
        changes.close();
    }
}
