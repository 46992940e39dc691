package io.mappedpages.internal.storage;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Everything by system calls of Linux. Names are bytes, and locks go with one description of the file. */
final class NativeAccess implements FileAccess {

    private final SystemCalls calls;

    NativeAccess(SystemCalls calls) {
        this.calls = calls;
    }

    @Override
    public FileStorage create(Path path) throws IOException {
        NativeFile file = NativeFile.open(calls, path, SystemCalls.O_RDWR | SystemCalls.O_CREAT_EXCL);
        try {
            return NativeStorage.of(calls, path, file);
        } catch (Throwable e) {
            file.close();
            Files.deleteIfExists(path);
            throw e;
        }
    }

    @Override
    public FileStorage open(Path path) throws IOException {
        NativeFile file = NativeFile.open(calls, path, SystemCalls.O_RDWR);
        try {
            requireRegular(path, file);
            file.lock(path);
            return NativeStorage.of(calls, path, file);
        } catch (Throwable e) {
            file.close();
            throw e;
        }
    }

    @Override
    public PageSource openToRead(Path path) throws IOException {
        NativeFile file;
        try {
            file = NativeFile.open(calls, path, SystemCalls.O_RDONLY);
        } catch (AccessDeniedException e) {
            AccessDeniedException lesser =
                    new AccessDeniedException(e.getFile(), null, "there is no permission to read it");
            lesser.initCause(e);
            throw lesser;
        }
        try {
            requireRegular(path, file);
            return new NativeSource(calls, path, file);
        } catch (Throwable e) {
            file.close();
            throw e;
        }
    }

    private static void requireRegular(Path path, NativeFile file) throws FileSystemException {
        if (!file.status().isRegular()) {
            throw new FileSystemException(path.toString(), null, "it is not a regular file");
        }
    }

    @Override
    public LockableFile openLockFile(Path path, boolean create) throws IOException {
        return NativeFile.open(calls, path, SystemCalls.O_WRONLY | (create ? SystemCalls.O_CREAT_EXCL : 0));
    }

    /**
     * Some file systems have no sync for directories, or not for everybody. What they promise for new names is their own
     * then, and no reason to do without the file; a device that fails is.
     */
    @Override
    public void syncDirectory(Path directory) throws IOException {
        byte[] name = ExactNames.bytes(directory);
        int descriptor = calls.open(name, SystemCalls.O_RDONLY);
        while (descriptor == -Errno.EINTR) {
            descriptor = calls.open(name, SystemCalls.O_RDONLY);
        }
        if (descriptor == -Errno.EACCES) {
            return;
        }
        if (descriptor < 0) {
            throw Errno.refusal(directory, -descriptor);
        }
        int result;
        try {
            result = calls.sync(descriptor);
            while (result == -Errno.EINTR) {
                result = calls.sync(descriptor);
            }
        } finally {
            calls.close(descriptor);
        }
        boolean refused = Errno.isUnsupported(-result) || result == -Errno.EBADF || result == -Errno.EACCES;
        if (result < 0 && !refused) {
            throw Errno.failure(directory, "syncing the directory", -result);
        }
    }
}
