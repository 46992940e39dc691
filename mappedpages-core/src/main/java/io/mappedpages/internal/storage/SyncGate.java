package io.mappedpages.internal.storage;

import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.locks.ReentrantLock;

import org.jspecify.annotations.Nullable;

/**
 * One sync at a time, and none after one that failed. The operating system reports a failed write to one sync only:
 * another one at the same time, or the next, would succeed without its bytes being on the disk.
 */
final class SyncGate {

    private final Path path;
    private final ReentrantLock syncing = new ReentrantLock();
    /** The first sync that failed. Guarded by {@link #syncing}. */
    private @Nullable Throwable failed;
    private boolean closed;

    SyncGate(Path path) {
        this.path = path;
    }

    /** What a sync does. */
    interface Sync {
        void run() throws IOException;
    }

    /** Runs a sync when no other one is under way. */
    void pass(Sync sync) throws IOException {
        syncing.lock();
        try {
            if (closed) {
                throw new IOException(path + " is closed");
            }
            if (failed != null) {
                throw new IOException(path + ": a sync has failed before; what it was to write may never be written",
                        failed);
            }
            try {
                sync.run();
            } catch (IOException e) {
                failed = e;
                throw FullDisk.judge(e, path);
            } catch (Throwable e) { // out of memory, say, after the report of a failed write was taken
                failed = e;
                throw e;
            }
        } finally {
            syncing.unlock();
        }
    }

    /** Waits for the sync that is under way, lets no other one begin, and runs the last step once. */
    void close(Sync last) throws IOException {
        syncing.lock();
        try {
            if (!closed) {
                closed = true;
                last.run();
            }
        } finally {
            syncing.unlock();
        }
    }
}
