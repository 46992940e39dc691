package io.mappedpages.internal.storage;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * The lock beside a page file. A lock on the page file alone would be lost as soon as some code in this JVM, a backup say,
 * opens and closes the page file; nobody has a reason to open the lock file.
 */
final class LockFile implements HeldLock {

    private static final String SUFFIX = ".lock";

    private final Path lockPath;
    private final FileChannel channel;
    private final AtomicBoolean held = new AtomicBoolean(true);

    private LockFile(Path lockPath, FileChannel channel) {
        this.lockPath = lockPath;
        this.channel = channel;
    }

    /** Takes the lock of a page file, or fails at once. */
    static LockFile take(Path realPath) throws IOException {
        Path lockPath = pathFor(realPath);
        HeldFiles.claim(lockPath, realPath);
        try {
            FileChannel channel = openOrCreate(lockPath);
            try {
                lockExclusively(channel, realPath);
                return new LockFile(lockPath, channel);
            } catch (Throwable e) {
                channel.close();
                throw e;
            }
        } catch (Throwable e) {
            HeldFiles.release(lockPath);
            throw e;
        }
    }

    private static FileChannel openOrCreate(Path lockPath) throws IOException {
        try {
            return FileChannel.open(lockPath, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        } catch (IOException e) {
            throw FullDisk.judge(e, lockPath);
        }
    }

    /** Locks a whole file until its channel is closed. */
    static void lockExclusively(FileChannel channel, Path path) throws IOException {
        try {
            boolean locked = Uninterruptible.call("lock", () -> channel.tryLock() != null);
            if (!locked) {
                throw new FileLockedException(path, FileLockedException.Holder.ANOTHER_PROCESS);
            }
        } catch (OverlappingFileLockException e) {
            FileLockedException locked = new FileLockedException(path, FileLockedException.Holder.THIS_JVM);
            locked.initCause(e);
            throw locked;
        }
    }

    static Path pathFor(Path realPath) {
        return realPath.resolveSibling(realPath.getFileName() + SUFFIX);
    }

    /** Tells whether this is the lock of that page file and still held. */
    boolean guards(Path realPath) {
        return held.get() && lockPath.equals(pathFor(realPath));
    }

    @Override
    public void close() {
        if (!held.getAndSet(false)) {
            return;
        }
        try {
            channel.close();
        } catch (IOException e) {
            // The descriptor is gone even if closing it reports an error, and nothing was written to it.
        } finally {
            HeldFiles.release(lockPath);
        }
    }

    @Override
    public String toString() {
        return lockPath.toString();
    }
}
