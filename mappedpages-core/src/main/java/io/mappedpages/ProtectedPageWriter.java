package io.mappedpages;

import java.lang.foreign.MemorySegment;
import java.util.concurrent.CompletableFuture;

import org.jspecify.annotations.Nullable;

import io.mappedpages.internal.borrow.ProtectedStage;
import io.mappedpages.internal.engine.Engine;
import io.mappedpages.internal.fault.FaultException;

/**
 * A protected page borrowed for writing. Stores go into a buffer that begins as a copy of the page's current content.
 *
 * <p>
 * <b>Only {@link #commit()} changes the page</b>, whole or not at all, whatever happens meanwhile. <b>Closing without
 * commit discards</b> everything that was stored. Readers see the old content until the commit is durable and are never
 * made to wait by a writer.
 *
 * <p>
 * <b>Close it.</b> The buffer is memory outside of the heap, counted by {@code -XX:MaxDirectMemorySize}, and closing gives
 * it back. Do not use a view after closing: some time later it throws {@link IllegalStateException}; until then what is
 * stored through it reaches nobody.
 */
public final class ProtectedPageWriter implements PageWriter {

    private final Engine engine;
    private final ProtectedStage stage;

    ProtectedPageWriter(Engine engine, ProtectedStage stage) {
        this.engine = engine;
        this.stage = stage;
    }

    @Override
    public MemorySegment bytes() {
        return stage.segment();
    }

    @Override
    public int size() {
        return stage.size();
    }

    /**
     * Makes the buffer the page's content. On return it is durable and readers see it. If this throws, the page has the
     * content before, or, after a failed write or sync and a reopen, the one or the other, whole.
     *
     * <p>
     * Either way this writer is finished: the page is given back, and {@link #bytes()} and {@code commit()} throw from
     * then on. To write again, borrow the page again.
     */
    @Override
    public void commit() {
        requireOpen();
        try {
            engine.commit(stage);
        } catch (FaultException e) {
            throw Failures.of(e);
        } finally {
            stage.release();
        }
    }

    /**
     * {@inheritDoc} This writer is finished when the method returns; the page is given back, and readers see the new content, when
     * it is durable.
     */
    @Override
    public CompletableFuture<@Nullable Void> commitAsync() {
        requireOpen();
        return AsyncCalls.run(future -> engine.commitLater(stage, future));
    }

    private void requireOpen() {
        if (stage.isReleased()) {
            throw new IllegalStateException("This writer was committed or closed; borrow the page again to write");
        }
    }

    /** Gives the page back; discards what was stored unless it was committed. Does nothing the second time. */
    @Override
    public void close() {
        stage.release();
    }
}
