package io.mappedpages.internal.storage;

import java.lang.System.Logger.Level;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout.PathElement;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.VarHandle;

import org.jspecify.annotations.Nullable;

import io.mappedpages.internal.log.SafeLog;

/**
 * The few system calls of Linux that make a page file better and that the JDK has no method for. They are used where the
 * application was started with {@code --enable-native-access} for this module; elsewhere everything works without them.
 * Each returns 0 or more for success and the negative {@code errno} for a failure.
 */
final class LinuxCalls {

    static final int ENOSPC = 28;
    static final int EFBIG = 27;
    static final int EDQUOT = 122;

    private static final SafeLog LOG = SafeLog.of(LinuxCalls.class);

    private static final int O_RDWR = 2;
    private static final int O_CLOEXEC = 0x80000;
    private static final int MADV_RANDOM = 1;
    /** Begin to write, and do not wait. */
    private static final int SYNC_FILE_RANGE_WRITE = 2;
    /** Wait for what is under way, write, and wait for that. */
    private static final int SYNC_FILE_RANGE_ALL = 1 | 2 | 4;

    private static final StructLayout CAPTURED = Linker.Option.captureStateLayout();
    private static final VarHandle ERRNO = CAPTURED.varHandle(PathElement.groupElement("errno"));

    private final MethodHandle open;
    private final MethodHandle close;
    private final MethodHandle fallocate;
    private final MethodHandle madvise;
    private final MethodHandle syncFileRange;

    @SuppressWarnings("restricted")
    private LinuxCalls(Linker linker) {
        open = handle(linker, "open", FunctionDescriptor.of(ValueLayout.JAVA_INT, ValueLayout.ADDRESS,
                ValueLayout.JAVA_INT));
        close = handle(linker, "close", FunctionDescriptor.of(ValueLayout.JAVA_INT, ValueLayout.JAVA_INT));
        fallocate = handle(linker, "fallocate", FunctionDescriptor.of(ValueLayout.JAVA_INT, ValueLayout.JAVA_INT,
                ValueLayout.JAVA_INT, ValueLayout.JAVA_LONG, ValueLayout.JAVA_LONG));
        madvise = handle(linker, "madvise", FunctionDescriptor.of(ValueLayout.JAVA_INT, ValueLayout.ADDRESS,
                ValueLayout.JAVA_LONG, ValueLayout.JAVA_INT));
        syncFileRange = handle(linker, "sync_file_range", FunctionDescriptor.of(ValueLayout.JAVA_INT,
                ValueLayout.JAVA_INT, ValueLayout.JAVA_LONG, ValueLayout.JAVA_LONG, ValueLayout.JAVA_INT));
    }

    @SuppressWarnings("restricted")
    private static MethodHandle handle(Linker linker, String name, FunctionDescriptor descriptor) {
        return linker.downcallHandle(linker.defaultLookup().findOrThrow(name), descriptor,
                Linker.Option.captureCallState("errno"));
    }

    /** {@return the calls, or null where they are not to be had} */
    static @Nullable LinuxCalls get() {
        return Loaded.CALLS;
    }

    /** Decided once, when first needed, and said in one line of log. */
    private static final class Loaded {
        private static final @Nullable LinuxCalls CALLS = load();

        private static @Nullable LinuxCalls load() {
            boolean sixtyFourBits = ValueLayout.ADDRESS.byteSize() == Long.BYTES;
            if (!Host.LINUX || !sixtyFourBits) {
                return null;
            }
            if (!LinuxCalls.class.getModule().isNativeAccessEnabled()) {
                LOG.log(Level.INFO,
                        "without --enable-native-access, growing a page file writes zeros to reserve space");
                return null;
            }
            try {
                return new LinuxCalls(Linker.nativeLinker());
            } catch (RuntimeException | LinkageError e) {
                LOG.log(Level.INFO, "no native calls on this system; growing a page file writes zeros to reserve space",
                        e);
                return null;
            }
        }
    }

    /** Opens a file for reading and writing. {@return the descriptor} */
    int open(String path) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment errno = arena.allocate(CAPTURED);
            return result((int) open.invokeExact(errno, arena.allocateFrom(path), O_RDWR | O_CLOEXEC), errno);
        } catch (Throwable e) {
            throw unexpected(e);
        }
    }

    /** Closes a descriptor. */
    int close(int descriptor) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment errno = arena.allocate(CAPTURED);
            return result((int) close.invokeExact(errno, descriptor), errno);
        } catch (Throwable e) {
            throw unexpected(e);
        }
    }

    /** Puts real blocks behind a range, which keeps its contents, or zeros where there were no blocks. */
    int allocate(int descriptor, long offset, long length) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment errno = arena.allocate(CAPTURED);
            return result((int) fallocate.invokeExact(errno, descriptor, 0, offset, length), errno);
        } catch (Throwable e) {
            throw unexpected(e);
        }
    }

    /**
     * Says that mapped memory will be used here and there: the kernel then reads no more than is touched, and does not
     * gather pages of a file into large units, of which it would later write all for a store of a few bytes.
     */
    int adviseRandom(MemorySegment mapped) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment errno = arena.allocate(CAPTURED);
            return result((int) madvise.invokeExact(errno, mapped, mapped.byteSize(), MADV_RANDOM), errno);
        } catch (Throwable e) {
            throw unexpected(e);
        }
    }

    /** Begins to write a range to the device. */
    int startWriting(int descriptor, ByteRange range) {
        return write(descriptor, range, SYNC_FILE_RANGE_WRITE);
    }

    /** Writes a range to the device and waits for it, without making it durable: that takes a sync of another range. */
    int write(int descriptor, ByteRange range) {
        return write(descriptor, range, SYNC_FILE_RANGE_ALL);
    }

    private int write(int descriptor, ByteRange range, int how) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment errno = arena.allocate(CAPTURED);
            return result((int) syncFileRange.invokeExact(errno, descriptor, range.offset(), range.length(), how),
                    errno);
        } catch (Throwable e) {
            throw unexpected(e);
        }
    }

    private static int result(int returned, MemorySegment errno) {
        return returned >= 0 ? returned : -(int) ERRNO.get(errno, 0L);
    }

    private static RuntimeException unexpected(Throwable e) {
        return e instanceof RuntimeException known ? known : new IllegalStateException("a native call failed", e);
    }
}
