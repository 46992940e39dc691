package io.mappedpages.internal.storage;

import java.io.IOException;
import java.lang.System.Logger.Level;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystemException;
import java.nio.file.Path;
import java.util.concurrent.locks.ReentrantReadWriteLock;

import org.jspecify.annotations.Nullable;

import io.mappedpages.internal.log.SafeLog;
import io.mappedpages.internal.storage.SystemCalls.LockOwner;

/**
 * One descriptor of a file, for system calls. Closing waits for the calls that are under way, so that no call meets
 * another file that has got the same number.
 */
final class NativeFile implements LockableFile {

    private static final SafeLog LOG = SafeLog.of(NativeFile.class);

    private final SystemCalls calls;
    private final Path path;
    private final byte[] name;
    private final FileStatus status;
    /** Shared by calls, exclusive for closing. */
    private final ReentrantReadWriteLock lock = new ReentrantReadWriteLock();
    private int descriptor;
    /** Whose lock on the file is held. */
    private volatile @Nullable LockOwner holds;

    private NativeFile(SystemCalls calls, Path path, byte[] name, int descriptor, FileStatus status) {
        this.calls = calls;
        this.path = path;
        this.name = name;
        this.descriptor = descriptor;
        this.status = status;
    }

    /** Opens a file by the exact bytes of its name. */
    static NativeFile open(SystemCalls calls, Path path, int flags) throws IOException {
        byte[] name = ExactNames.bytes(path);
        return open(calls, path, name, name, flags);
    }

    private static NativeFile open(SystemCalls calls, Path path, byte[] name, byte[] by, int flags)
            throws IOException {
        int descriptor = calls.open(by, flags);
        while (descriptor == -Errno.EINTR) {
            descriptor = calls.open(by, flags);
        }
        if (descriptor < 0) {
            throw Errno.refusal(path, -descriptor);
        }
        try {
            FileStatus status = calls.status(descriptor);
            if (status.error() != 0) {
                throw Errno.refusal(path, -status.error());
            }
            return new NativeFile(calls, path, name, descriptor, status);
        } catch (Throwable e) { // out of memory, say
            calls.close(descriptor);
            throw e;
        }
    }

    /** Opens another description of this very file, which has locks and reports of failed writes of its own. */
    NativeFile again() throws IOException {
        NativeFile other;
        try {
            other = open(calls, path, name, descriptorName().getBytes(StandardCharsets.US_ASCII), SystemCalls.O_RDWR);
        } catch (IOException e) { // there is no /proc here
            other = open(calls, path, name, name, SystemCalls.O_RDWR);
        }
        if (!other.status.isSameFile(status)) {
            other.close();
            throw new FileSystemException(path.toString(), null, "it was replaced while it was opened");
        }
        return other;
    }

    /** {@return the path that stands for this descriptor in this process, where there is such a thing} */
    String descriptorName() throws IOException {
        return "/proc/self/fd/" + number();
    }

    /** Only for its name: the number may be another file's as soon as this one is closed. */
    private int number() throws IOException {
        return (int) call((_, open) -> open);
    }

    FileStatus status() {
        return status;
    }

    /** What to do with an open descriptor. */
    interface Call {
        long on(SystemCalls calls, int descriptor);
    }

    /**
     * Makes a system call, again if a signal disturbed it.
     *
     * @return what it returned, which is negative for a failure
     * @throws IOException if the file is closed
     */
    long call(Call call) throws IOException {
        lock.readLock().lock();
        try {
            if (descriptor < 0) {
                throw new IOException(path + " is closed");
            }
            long result = call.on(calls, descriptor);
            while (result == -Errno.EINTR) {
                result = call.on(calls, descriptor);
            }
            return result;
        } finally {
            lock.readLock().unlock();
        }
    }

    /** Makes a call for which every failure is an exception. */
    long require(String what, Call call) throws IOException {
        long result = call(call);
        if (result < 0) {
            throw Errno.failure(path, what, (int) -result);
        }
        return result;
    }

    /** {@return how many bytes were read, fewer than asked for only if the file ends there} */
    int read(long offset, byte[] target, int from, int length) throws IOException {
        int done = 0;
        while (done < length) {
            int at = done;
            int count = (int) require("reading", (linux, open) -> linux.read(open, offset + at, target, from + at,
                    length - at));
            if (count == 0) {
                return done;
            }
            done += count;
        }
        return done;
    }

    void write(long offset, byte[] source, int from, int length) throws IOException {
        int done = 0;
        while (done < length) {
            int at = done;
            done += (int) require("writing", (linux, open) -> linux.write(open, offset + at, source, from + at,
                    length - at));
        }
    }

    @Override
    public void lock(Path pageFile) throws IOException {
        LockOwner owner = LockOwner.DESCRIPTION;
        long result = lockFor(owner);
        if (result < 0 && (Errno.isUnsupported((int) -result) || result == -Errno.ENOLCK)) {
            owner = LockOwner.PROCESS; // weaker, but what every system has
            result = lockFor(owner);
        }
        if (result == -Errno.EAGAIN || result == -Errno.EACCES) {
            LockOwner asked = owner;
            boolean here = call((linux, open) -> linux.lockHolder(open, asked)) == ProcessHandle.current().pid();
            throw new FileLockedException(pageFile, here ? FileLockedException.Holder.THIS_JVM
                    : FileLockedException.Holder.ANOTHER_PROCESS);
        }
        if (result < 0) {
            String reason = "it cannot be locked: " + Errno.words((int) -result);
            throw result == -Errno.ENOSYS || result == -Errno.EOPNOTSUPP || result == -Errno.EINVAL
                    ? new NoLocksException(path, reason) // any other answer may be for this process or this moment only
                    : new FileSystemException(path.toString(), null, reason);
        }
        holds = owner;
        if (owner == LockOwner.PROCESS && path.equals(pageFile)) { // once, and not for the lock beside it, too
            LOG.log(Level.INFO,
                    "{0}: locks of the open file description are not to be had here. It is locked with a lock that this"
                            + " process loses when it closes another descriptor of the file",
                    path);
        }
    }

    private long lockFor(LockOwner owner) throws IOException {
        return call((linux, open) -> linux.lock(open, owner));
    }

    @Override
    public boolean isStillThere() throws IOException {
        return named().isSameFile(status);
    }

    /** {@return what the name leads to now} */
    FileStatus named() throws IOException {
        requireOpen();
        return calls.status(name);
    }

    private void requireOpen() throws IOException {
        call((_, open) -> open);
    }

    @Override
    public void close() {
        lock.writeLock().lock();
        try {
            if (descriptor >= 0) {
                int open = descriptor;
                descriptor = -1;
                try {
                    LockOwner owner = holds;
                    if (owner != null) {
                        calls.unlock(open, owner); // a mapping that could not be taken away would keep the lock
                    }
                } finally {
                    calls.close(open); // the descriptor is gone even if that reports an error; syncs report writes
                }
            }
        } finally {
            lock.writeLock().unlock();
        }
    }
}
