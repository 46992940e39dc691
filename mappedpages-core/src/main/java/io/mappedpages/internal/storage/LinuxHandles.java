package io.mappedpages.internal.storage;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemoryLayout.PathElement;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.VarHandle;

/** The functions of the C library that {@link LinuxCalls} calls. Loading this class fails where one is missing. */
final class LinuxHandles {

    static final StructLayout CAPTURED = Linker.Option.captureStateLayout();

    private static final VarHandle ERRNO = CAPTURED.varHandle(PathElement.groupElement("errno"));
    @SuppressWarnings("restricted")
    private static final Linker LINKER = Linker.nativeLinker();
    private static final int NOT_VARIADIC = -1;

    static final MethodHandle OPEN = variadic("open", 2, JAVA_INT, ADDRESS, JAVA_INT, JAVA_INT);
    static final MethodHandle CLOSE = handle("close", JAVA_INT, JAVA_INT);
    static final MethodHandle PREAD = handle("pread", JAVA_LONG, JAVA_INT, ADDRESS, JAVA_LONG, JAVA_LONG);
    static final MethodHandle PWRITE = handle("pwrite", JAVA_LONG, JAVA_INT, ADDRESS, JAVA_LONG, JAVA_LONG);
    static final MethodHandle LSEEK = handle("lseek", JAVA_LONG, JAVA_INT, JAVA_LONG, JAVA_INT);
    static final MethodHandle FTRUNCATE = handle("ftruncate", JAVA_INT, JAVA_INT, JAVA_LONG);
    static final MethodHandle FDATASYNC = handle("fdatasync", JAVA_INT, JAVA_INT);
    static final MethodHandle FSYNC = handle("fsync", JAVA_INT, JAVA_INT);
    static final MethodHandle STATX = handle("statx", JAVA_INT, JAVA_INT, ADDRESS, JAVA_INT, JAVA_INT, ADDRESS);
    static final MethodHandle FSTATFS = handle("fstatfs", JAVA_INT, JAVA_INT, ADDRESS);
    static final MethodHandle FALLOCATE = handle("fallocate", JAVA_INT, JAVA_INT, JAVA_INT, JAVA_LONG, JAVA_LONG);
    static final MethodHandle SYNC_FILE_RANGE = handle("sync_file_range", JAVA_INT, JAVA_INT, JAVA_LONG, JAVA_LONG,
            JAVA_INT);
    static final MethodHandle MMAP = handle("mmap", JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_INT, JAVA_INT, JAVA_INT,
            JAVA_LONG);
    static final MethodHandle MUNMAP = handle("munmap", JAVA_INT, JAVA_LONG, JAVA_LONG);
    static final MethodHandle MSYNC = handle("msync", JAVA_INT, JAVA_LONG, JAVA_LONG, JAVA_INT);
    static final MethodHandle MADVISE = handle("madvise", JAVA_INT, ADDRESS, JAVA_LONG, JAVA_INT);
    static final MethodHandle FCNTL = variadic("fcntl", 2, JAVA_INT, JAVA_INT, JAVA_INT, ADDRESS);
    static final MethodHandle SYSCONF = handle("sysconf", JAVA_LONG, JAVA_INT);

    private LinuxHandles() {
    }

    /** {@return what the last call that captured into this segment left in {@code errno}} */
    static int errno(MemorySegment captured) {
        return (int) ERRNO.get(captured, 0L);
    }

    private static MethodHandle handle(String name, MemoryLayout result, MemoryLayout... arguments) {
        return variadic(name, NOT_VARIADIC, result, arguments);
    }

    @SuppressWarnings("restricted")
    private static MethodHandle variadic(String name, int first, MemoryLayout result, MemoryLayout... arguments) {
        FunctionDescriptor descriptor = FunctionDescriptor.of(result, arguments);
        Linker.Option errno = Linker.Option.captureCallState("errno");
        Linker.Option[] options = first == NOT_VARIADIC ? new Linker.Option[] {errno}
                : new Linker.Option[] {errno, Linker.Option.firstVariadicArg(first)};
        return LINKER.downcallHandle(LINKER.defaultLookup().findOrThrow(name), descriptor, options);
    }
}
