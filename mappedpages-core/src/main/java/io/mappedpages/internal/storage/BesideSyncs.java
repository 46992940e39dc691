package io.mappedpages.internal.storage;

import java.io.IOException;
import java.lang.System.Logger.Level;
import java.nio.file.Path;

import org.jspecify.annotations.Nullable;

import io.mappedpages.internal.log.SafeLog;

/**
 * Syncs that go on beside those of others, so through a description of their own: a failed write that one of them is told of
 * is still to be told to the others. It is opened when it is first asked for, which must be before anything is written that it
 * is to answer for: of a failure that another description was told of before it is opened it knows nothing.
 */
final class BesideSyncs implements AutoCloseable {

    private static final SafeLog LOG = SafeLog.of(BesideSyncs.class);

    private final SystemCalls calls;
    private final Path path;
    private final NativeFile original;
    private @Nullable NativeFile file;
    private @Nullable NativeSyncs syncs;
    private boolean isOver;

    /** @param original the file */
    BesideSyncs(SystemCalls calls, Path path, NativeFile original) {
        this.calls = calls;
        this.path = path;
        this.original = original;
    }

    /** {@return them, or null if there is no other description to be had, or it is closed} */
    synchronized @Nullable NativeSyncs get() {
        if (syncs == null && !isOver) {
            try {
                open();
            } catch (IOException e) {
                isOver = true;
                LOG.log(Level.INFO, path + " cannot be opened once more, so commits wait for the syncs of checkpoints",
                        e);
            }
        }
        return syncs;
    }

    private void open() throws IOException {
        NativeFile again = original.again();
        try {
            syncs = new NativeSyncs(calls, path, again, RangeWriting.of(path, again));
            file = again;
        } finally {
            if (syncs == null) {
                again.close();
            }
        }
    }

    /** Waits for the sync that is under way, and lets no other one begin here. */
    @Override
    public void close() throws IOException {
        NativeSyncs open;
        NativeFile own;
        synchronized (this) {
            isOver = true;
            open = syncs;
            own = file;
        }
        if (open != null && own != null) {
            open.close(() -> {
                try (own; open) {
                    open.unmap();
                }
            });
        }
    }
}
