package io.mappedpages.benchmarks;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

import io.mappedpages.internal.storage.ByteRange;
import io.mappedpages.internal.storage.FileStorageProvider;
import io.mappedpages.internal.storage.HeldLock;
import io.mappedpages.internal.storage.PageSource;
import io.mappedpages.internal.storage.PageStorage;
import io.mappedpages.internal.storage.StorageProvider;
import io.mappedpages.internal.storage.Whereabouts;

/**
 * Real files that note what a call wrote, and how long it took to write, to sync and to look at the file. Only what the thread
 * does that called {@link #reset} is noted: what a pager does beside a call is no part of it.
 */
final class RecordingDisk implements StorageProvider {

    private final StorageProvider real = new FileStorageProvider();
    private List<Write> writes = new ArrayList<>();
    private List<List<Write>> epochs = new ArrayList<>();
    private long syncNanos;
    private long writeNanos;
    private long lookNanos;
    private volatile Thread noted = Thread.currentThread();

    /** Some bytes that were written. */
    record Write(long offset, int length) {
    }

    /** Forgets what was noted, and notes what this thread does from now on. */
    void reset() {
        noted = Thread.currentThread();
        writes = new ArrayList<>();
        epochs = new ArrayList<>();
        syncNanos = 0;
        writeNanos = 0;
        lookNanos = 0;
    }

    /** {@return what was written before each sync since {@link #reset}} */
    List<List<Write>> epochs() {
        return List.copyOf(epochs);
    }

    /** {@return nanoseconds spent in syncs since {@link #reset}} */
    long syncNanos() {
        return syncNanos;
    }

    /** {@return nanoseconds spent in writes since {@link #reset}} */
    long writeNanos() {
        return writeNanos;
    }

    /** {@return nanoseconds spent with reading and with looking whether the file is in its place since {@link #reset}} */
    long lookNanos() {
        return lookNanos;
    }

    private boolean isNoted() {
        return Thread.currentThread().equals(noted);
    }

    private interface Sync {
        void run() throws IOException;
    }

    private void timed(Sync sync) throws IOException {
        long begin = System.nanoTime();
        sync.run();
        if (isNoted()) {
            syncNanos += System.nanoTime() - begin;
            epochs.add(writes);
            writes = new ArrayList<>();
        }
    }

    private final class Recorded implements PageStorage {
        private final PageStorage file;

        Recorded(PageStorage file) {
            this.file = file;
        }

        @Override
        public long length() throws IOException {
            return file.length();
        }

        @Override
        public void read(long offset, byte[] target, int from, int length) throws IOException {
            long begin = System.nanoTime();
            file.read(offset, target, from, length);
            if (isNoted()) {
                lookNanos += System.nanoTime() - begin;
            }
        }

        @Override
        public void write(long offset, byte[] source, int from, int length) throws IOException {
            long begin = System.nanoTime();
            file.write(offset, source, from, length);
            if (isNoted()) {
                writeNanos += System.nanoTime() - begin;
                writes.add(new Write(offset, length));
            }
        }

        @Override
        public void sync() throws IOException {
            timed(file::sync);
        }

        @Override
        public void sync(List<ByteRange> ranges) throws IOException {
            timed(() -> file.sync(ranges));
        }

        @Override
        public void extend(long from, long to, boolean reserve) throws IOException {
            file.extend(from, to, reserve);
        }

        @Override
        public void truncate(long length) throws IOException {
            file.truncate(length);
        }

        @Override
        public boolean punchHole(ByteRange range) throws IOException {
            return file.punchHole(range);
        }

        @Override
        public Whereabouts whereabouts() throws IOException {
            long begin = System.nanoTime();
            Whereabouts found = file.whereabouts();
            if (isNoted()) {
                lookNanos += System.nanoTime() - begin;
            }
            return found;
        }

        @Override
        public MemorySegment map(long offset, long length, Arena arena) throws IOException {
            return file.map(offset, length, arena);
        }

        @Override
        public void close() throws IOException {
            file.close();
        }
    }

    private static PageStorage real(PageStorage storage) {
        return storage instanceof Recorded recorded ? recorded.file : storage;
    }

    @Override
    public boolean exists(Path path) {
        return real.exists(path);
    }

    @Override
    public Path resolve(Path path) throws IOException {
        return real.resolve(path);
    }

    @Override
    public PageStorage createTemporary(Path target) throws IOException {
        return new Recorded(real.createTemporary(target));
    }

    @Override
    public void publish(PageStorage temporary, Path target) throws IOException {
        real.publish(real(temporary), target);
    }

    @Override
    public void discard(PageStorage temporary) {
        real.discard(real(temporary));
    }

    @Override
    public HeldLock lock(Path realPath) throws IOException {
        return real.lock(realPath);
    }

    @Override
    public PageStorage open(Path realPath, HeldLock lock) throws IOException {
        return new Recorded(real.open(realPath, lock));
    }

    @Override
    public PageSource openToRead(Path realPath) throws IOException {
        return real.openToRead(realPath);
    }

    @Override
    public Object identity(Path realPath) throws IOException {
        return real.identity(realPath);
    }
}
