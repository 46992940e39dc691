package io.mappedpages.internal.storage;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import java.lang.System.Logger.Level;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;

import org.jspecify.annotations.Nullable;

import io.mappedpages.internal.log.SafeLog;
import io.mappedpages.internal.storage.CallBuffers.CallBuffer;

/**
 * The system calls themselves. They are used where the application was started with {@code --enable-native-access} for
 * this module; elsewhere everything works without them.
 */
final class LinuxCalls implements SystemCalls {

    private static final SafeLog LOG = SafeLog.of(LinuxCalls.class);

    private static final int O_CLOEXEC = 0x80000;
    /** Everybody may read and write, but whom the process's mask excludes; as the JDK has it. */
    private static final int NEW_FILE_MODE = 0666;
    private static final int SEEK_END = 2;
    private static final int AT_FDCWD = -100;
    private static final int AT_EMPTY_PATH = 0x1000;
    /**
     * Kind, mode and inode, and no times: a file whose times somebody has looked at gets new ones with its next write, instead
     * of keeping them for the rest of a tick (Linux 6.13 and later), and its inode is written with the next sync.
     */
    private static final int STATX_WANTED = 0x103;
    private static final int FALLOC_KEEP_SIZE_AND_PUNCH_HOLE = 1 | 2;
    private static final int PROT_NONE = 0;
    private static final int MAP_SHARED = 1;
    private static final int MS_SYNC = 4;
    private static final int MADV_RANDOM = 1;
    private static final int SC_PAGESIZE = 30;
    /** Begin to write, and do not wait. */
    private static final int SYNC_FILE_RANGE_WRITE = 2;
    /** Wait for what is under way, write, and wait for that. */
    private static final int SYNC_FILE_RANGE_ALL = 1 | 2 | 4;
    private static final int F_GETLK = 5;
    private static final int F_SETLK = 6;
    private static final int F_OFD_GETLK = 36;
    private static final int F_OFD_SETLK = 37;
    private static final short F_WRLCK = 1;
    private static final short F_UNLCK = 2;

    /** Where a name ends in a buffer at the latest, and where a result begins. */
    private static final int RESULT = 32 * 1024;

    private final long memoryPageSize;

    private LinuxCalls() {
        memoryPageSize = call(buffer -> (long) LinuxHandles.SYSCONF.invokeExact(buffer.errno(), SC_PAGESIZE));
        FileStatus root = status(new byte[] {'/'});
        if (memoryPageSize <= 0 || root.error() != 0) {
            throw new UnsupportedOperationException("statx and sysconf: " + root + ", " + memoryPageSize);
        }
    }

    /** {@return the calls, or null where they are not to be had} */
    static @Nullable SystemCalls get() {
        return Loaded.CALLS;
    }

    /** Decided once, when first needed, and said in one line of log. */
    private static final class Loaded {
        private static final @Nullable SystemCalls CALLS = load();

        private static String flag() {
            Module module = LinuxCalls.class.getModule();
            return module.isNamed() ? module.getName() : "ALL-UNNAMED";
        }

        private static @Nullable SystemCalls load() {
            boolean sixtyFourBits = ValueLayout.ADDRESS.byteSize() == Long.BYTES;
            if (!Host.LINUX || !sixtyFourBits) {
                return null;
            }
            if (!LinuxCalls.class.getModule().isNativeAccessEnabled()) {
                LOG.log(Level.INFO, "without native access, page files are locked with locks that this "
                        + "process can lose, and reserving space writes zeros. To have it, start the JVM with "
                        + "--enable-native-access=" + flag());
                return null;
            }
            try {
                return new LinuxCalls();
            } catch (RuntimeException | LinkageError e) {
                LOG.log(Level.INFO, "no native calls on this system; page files are locked with locks that this "
                        + "process can lose, and reserving space writes zeros", e);
                return null;
            }
        }
    }

    @Override
    public int open(byte[] path, int flags) {
        return (int) transfer(buffer -> (int) LinuxHandles.OPEN.invokeExact(buffer.errno(), name(buffer, path),
                flags | O_CLOEXEC, NEW_FILE_MODE));
    }

    @Override
    public int close(int descriptor) {
        return (int) call(buffer -> (int) LinuxHandles.CLOSE.invokeExact(buffer.errno(), descriptor));
    }

    @Override
    public int read(int descriptor, long offset, byte[] target, int from, int length) {
        long most = Math.min(length, CallBuffers.TRANSFER_BYTES);
        return (int) transfer(buffer -> {
            long count = (long) LinuxHandles.PREAD.invokeExact(buffer.errno(), descriptor, buffer.bytes(), most,
                    offset);
            if (count > 0) {
                MemorySegment.copy(buffer.bytes(), JAVA_BYTE, 0, target, from, (int) count);
            }
            return count;
        });
    }

    @Override
    public int write(int descriptor, long offset, byte[] source, int from, int length) {
        int most = Math.min(length, CallBuffers.TRANSFER_BYTES);
        return (int) transfer(buffer -> {
            MemorySegment.copy(source, from, buffer.bytes(), JAVA_BYTE, 0, most);
            return (long) LinuxHandles.PWRITE.invokeExact(buffer.errno(), descriptor, buffer.bytes(), (long) most,
                    offset);
        });
    }

    @Override
    public long length(int descriptor) {
        return call(buffer -> (long) LinuxHandles.LSEEK.invokeExact(buffer.errno(), descriptor, 0L, SEEK_END));
    }

    @Override
    public int truncate(int descriptor, long length) {
        return (int) call(buffer -> (int) LinuxHandles.FTRUNCATE.invokeExact(buffer.errno(), descriptor, length));
    }

    @Override
    public int syncData(int descriptor) {
        return (int) call(buffer -> (int) LinuxHandles.FDATASYNC.invokeExact(buffer.errno(), descriptor));
    }

    @Override
    public int sync(int descriptor) {
        return (int) call(buffer -> (int) LinuxHandles.FSYNC.invokeExact(buffer.errno(), descriptor));
    }

    @Override
    public FileStatus status(int descriptor) {
        return status(descriptor, new byte[0], AT_EMPTY_PATH);
    }

    @Override
    public FileStatus status(byte[] path) {
        return status(AT_FDCWD, path, 0);
    }

    /** {@code statx}, for its answer has one form on all processors. */
    private static FileStatus status(int descriptor, byte[] path, int flags) {
        CallBuffer buffer = CallBuffers.take();
        try {
            MemorySegment answer = buffer.bytes().asSlice(RESULT);
            int returned = (int) LinuxHandles.STATX.invokeExact(buffer.errno(), descriptor, name(buffer, path), flags,
                    STATX_WANTED, answer);
            if (returned < 0) {
                return new FileStatus(-LinuxHandles.errno(buffer.errno()), 0, 0, 0);
            }
            long device = (long) answer.get(JAVA_INT, 136) << 32 | Integer.toUnsignedLong(answer.get(JAVA_INT, 140));
            return new FileStatus(0, device, answer.get(JAVA_LONG, 32), answer.get(JAVA_SHORT, 28) & 0xFFFF);
        } catch (Throwable e) {
            throw unexpected(e);
        } finally {
            CallBuffers.giveBack(buffer);
        }
    }

    @Override
    public long fileSystemType(int descriptor) {
        return call(buffer -> {
            int returned = (int) LinuxHandles.FSTATFS.invokeExact(buffer.errno(), descriptor, buffer.bytes());
            return returned < 0 ? returned : buffer.bytes().get(JAVA_LONG, 0) & 0xFFFF_FFFFL;
        });
    }

    @Override
    public int allocate(int descriptor, long offset, long length) {
        return (int) call(
                buffer -> (int) LinuxHandles.FALLOCATE.invokeExact(buffer.errno(), descriptor, 0, offset, length));
    }

    @Override
    public int punchHole(int descriptor, long offset, long length) {
        return (int) call(buffer -> (int) LinuxHandles.FALLOCATE.invokeExact(buffer.errno(), descriptor,
                FALLOC_KEEP_SIZE_AND_PUNCH_HOLE, offset, length));
    }

    @Override
    public int startWriting(int descriptor, ByteRange range) {
        return syncFileRange(descriptor, range, SYNC_FILE_RANGE_WRITE);
    }

    @Override
    public int finishWriting(int descriptor, ByteRange range) {
        return syncFileRange(descriptor, range, SYNC_FILE_RANGE_ALL);
    }

    private static int syncFileRange(int descriptor, ByteRange range, int how) {
        return (int) call(buffer -> (int) LinuxHandles.SYNC_FILE_RANGE.invokeExact(buffer.errno(), descriptor,
                range.offset(), range.length(), how));
    }

    @Override
    public long mapForSyncing(int descriptor, long offset, long length) {
        return call(buffer -> (long) LinuxHandles.MMAP.invokeExact(buffer.errno(), 0L, length, PROT_NONE, MAP_SHARED,
                descriptor, offset));
    }

    @Override
    public int syncMapped(long address, long length) {
        return (int) call(buffer -> (int) LinuxHandles.MSYNC.invokeExact(buffer.errno(), address, length, MS_SYNC));
    }

    @Override
    public int unmap(long address, long length) {
        return (int) call(buffer -> (int) LinuxHandles.MUNMAP.invokeExact(buffer.errno(), address, length));
    }

    @Override
    public int adviseRandom(MemorySegment mapped) {
        return (int) call(buffer -> (int) LinuxHandles.MADVISE.invokeExact(buffer.errno(), mapped, mapped.byteSize(),
                MADV_RANDOM));
    }

    @Override
    public int lock(int descriptor, LockOwner owner) {
        int command = owner == LockOwner.DESCRIPTION ? F_OFD_SETLK : F_SETLK;
        return (int) call(buffer -> (int) LinuxHandles.FCNTL.invokeExact(buffer.errno(), descriptor, command,
                wholeFile(buffer, F_WRLCK)));
    }

    @Override
    public int unlock(int descriptor, LockOwner owner) {
        int command = owner == LockOwner.DESCRIPTION ? F_OFD_SETLK : F_SETLK;
        return (int) call(buffer -> (int) LinuxHandles.FCNTL.invokeExact(buffer.errno(), descriptor, command,
                wholeFile(buffer, F_UNLCK)));
    }

    @Override
    public int lockHolder(int descriptor, LockOwner owner) {
        int command = owner == LockOwner.DESCRIPTION ? F_OFD_GETLK : F_GETLK;
        return (int) call(buffer -> {
            MemorySegment lock = wholeFile(buffer, F_WRLCK);
            int returned = (int) LinuxHandles.FCNTL.invokeExact(buffer.errno(), descriptor, command, lock);
            boolean told = returned == 0 && lock.get(JAVA_SHORT, 0) != F_UNLCK;
            return told ? Math.max(0, lock.get(JAVA_INT, 24)) : 0; // -1: a lock of a description is of no process
        });
    }

    /** A {@code struct flock}: a lock, or none, from the beginning to the end, however long the file becomes. */
    private static MemorySegment wholeFile(CallBuffer buffer, short type) {
        MemorySegment lock = buffer.bytes().asSlice(0, 32).fill((byte) 0);
        lock.set(JAVA_SHORT, 0, type);
        return lock;
    }

    @Override
    public long memoryPageSize() {
        return memoryPageSize;
    }

    /** Writes a name to the beginning of the buffer, with its final zero. One that is too long for Linux is cut. */
    private static MemorySegment name(CallBuffer buffer, byte[] path) {
        byte[] name = path.length < RESULT ? path : Arrays.copyOf(path, RESULT - 1);
        MemorySegment.copy(name, 0, buffer.bytes(), JAVA_BYTE, 0, name.length);
        buffer.bytes().set(JAVA_BYTE, name.length, (byte) 0);
        return buffer.bytes();
    }

    private interface Call {
        long with(CallBuffer buffer) throws Throwable;
    }

    /** A call that carries neither a name nor contents. */
    private static long call(Call call) {
        return call(CallBuffers.takeSmall(), call);
    }

    /** A call that carries a name or contents. */
    private static long transfer(Call call) {
        return call(CallBuffers.take(), call);
    }

    private static long call(CallBuffer buffer, Call call) {
        try {
            long returned = call.with(buffer);
            return returned >= 0 ? returned : -LinuxHandles.errno(buffer.errno());
        } catch (Throwable e) {
            throw unexpected(e);
        } finally {
            CallBuffers.giveBack(buffer);
        }
    }

    /** What is no fault of the call itself, such as {@code OutOfMemoryError}, stays what it is. */
    static RuntimeException unexpected(Throwable e) {
        if (e instanceof Error error) {
            throw error;
        }
        return e instanceof RuntimeException known ? known : new IllegalStateException("a native call failed", e);
    }
}
