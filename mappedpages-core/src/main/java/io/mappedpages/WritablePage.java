package io.mappedpages;

import java.lang.foreign.MemorySegment;
import java.util.concurrent.CompletableFuture;

import org.jspecify.annotations.Nullable;

import io.mappedpages.internal.borrow.PageBorrow;
import io.mappedpages.internal.engine.Engine;
import io.mappedpages.internal.fault.FaultException;

/**
 * A regular page borrowed for writing. Stores go straight into the mapped file.
 *
 * <p>
 * <b>There is no way back.</b> What is stored is in the page at once, whether or not {@link #commit()} is called;
 * without it the bytes reach the disk some time later (at the latest with {@link Pager#sync()}), in any order. A crash
 * before that can leave the page torn: some sectors new, some old. For content that must change whole or not at all use
 * a protected page.
 *
 * <p>
 * <b>Do not use a view after closing.</b> By contract a view is valid until this borrow is closed. Technically it stays
 * usable until the pager is closed or reopened, and then throws {@link IllegalStateException}; in between it can spoil
 * whatever regular page is there, though never a protected page or the file's own pages.
 */
public final class WritablePage implements PageWriter {

    private final Engine engine;
    private final PageBorrow borrow;

    WritablePage(Engine engine, PageBorrow borrow) {
        this.engine = engine;
        this.borrow = borrow;
    }

    @Override
    public MemorySegment bytes() {
        return borrow.writableSegment();
    }

    @Override
    public int size() {
        return borrow.size();
    }

    /**
     * Makes what was stored so far durable before returning. The page stays borrowed; store and commit again as often
     * as needed.
     */
    @Override
    public void commit() {
        requireOpen();
        try {
            engine.sync(borrow);
        } catch (FaultException e) {
            throw Failures.of(e);
        }
    }

    /** {@inheritDoc} The page stays borrowed. */
    @Override
    public CompletableFuture<@Nullable Void> commitAsync() {
        requireOpen();
        return AsyncCalls.run(future -> engine.syncLater(borrow, future));
    }

    private void requireOpen() {
        if (borrow.isReleased()) {
            throw new IllegalStateException("This page was closed; commit before closing it");
        }
    }

    /** Gives the page back and keeps what was stored. Does nothing if it was given back already. */
    @Override
    public void close() {
        borrow.release();
    }
}
