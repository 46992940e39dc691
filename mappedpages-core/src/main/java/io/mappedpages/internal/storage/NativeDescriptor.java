package io.mappedpages.internal.storage;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.concurrent.locks.ReentrantReadWriteLock;

import org.jspecify.annotations.Nullable;

/**
 * A second descriptor of a file, for system calls. It must live as long as the file's own: closing any descriptor of a
 * file gives up this process's locks on it.
 */
final class NativeDescriptor {

    /** What a call returns without a descriptor; no errno. */
    private static final int NOT_OPEN = Integer.MIN_VALUE;

    private final Path path;
    private final @Nullable LinuxCalls calls;
    /** Shared by calls, exclusive for closing. */
    private final ReentrantReadWriteLock lock = new ReentrantReadWriteLock();
    private int descriptor;

    /** Opens a second descriptor; whoever does must make sure that the path leads to the same file. */
    NativeDescriptor(Path path, @Nullable LinuxCalls calls) {
        this.path = path;
        this.calls = calls;
        this.descriptor = calls == null ? -1 : calls.open(path.toString());
    }

    /**
     * Puts real blocks behind a range.
     *
     * @return false if that has to be done in another way here
     * @throws OutOfSpaceException if there are not enough
     */
    boolean reserve(long offset, long length) throws IOException {
        if (length == 0) {
            return false;
        }
        int result = call((linux, open) -> linux.allocate(open, offset, length));
        return switch (-result) {
            case LinuxCalls.ENOSPC, LinuxCalls.EDQUOT, LinuxCalls.EFBIG -> throw new OutOfSpaceException(
                    path + ": no room for " + length + " bytes at " + offset + " (errno " + -result + ")", null);
            default -> result >= 0; // another failure: this file system has no such call
        };
    }

    /**
     * Begins to write a range to the device and does not wait.
     *
     * @return false if that is not possible here
     * @throws IOException if writing fails
     */
    boolean startWriting(ByteRange range) throws IOException {
        return written(range, call((linux, open) -> linux.startWriting(open, range)));
    }

    /**
     * Writes a range to the device and waits for it.
     *
     * @return false if that is not possible here
     * @throws IOException if writing fails
     */
    boolean write(ByteRange range) throws IOException {
        return written(range, call((linux, open) -> linux.write(open, range)));
    }

    private boolean written(ByteRange range, int result) throws IOException {
        if (result < 0 && result != NOT_OPEN) {
            throw new IOException(path + ": writing " + range + " to the device failed (errno " + -result + ")");
        }
        return result >= 0;
    }

    /** Says that mapped memory will be used here and there; only advice, so it does not matter what becomes of it. */
    void adviseRandom(MemorySegment mapped) {
        LinuxCalls linux = calls;
        if (linux != null) {
            linux.adviseRandom(mapped);
        }
    }

    void close() {
        lock.writeLock().lock();
        try {
            LinuxCalls linux = calls;
            if (linux != null && descriptor >= 0) {
                linux.close(descriptor);
                descriptor = -1;
            }
        } finally {
            lock.writeLock().unlock();
        }
    }

    /** A call on an open descriptor. */
    private interface Call {
        int on(LinuxCalls linux, int descriptor);
    }

    private int call(Call call) {
        LinuxCalls linux = calls;
        if (linux == null) {
            return NOT_OPEN;
        }
        lock.readLock().lock();
        try {
            return descriptor < 0 ? NOT_OPEN : call.on(linux, descriptor);
        } finally {
            lock.readLock().unlock();
        }
    }

}
