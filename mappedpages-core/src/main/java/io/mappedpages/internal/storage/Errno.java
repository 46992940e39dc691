package io.mappedpages.internal.storage;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Map;

/** The error numbers of Linux, and the exceptions and words for them. */
final class Errno {

    static final int EPERM = 1;
    static final int ENOENT = 2;
    static final int EINTR = 4;
    static final int EIO = 5;
    static final int EBADF = 9;
    static final int EAGAIN = 11;
    static final int ENOMEM = 12;
    static final int EACCES = 13;
    static final int EEXIST = 17;
    static final int ENOTDIR = 20;
    static final int EISDIR = 21;
    static final int EINVAL = 22;
    static final int EFBIG = 27;
    static final int ENOSPC = 28;
    static final int EROFS = 30;
    static final int ENOLCK = 37;
    static final int ENOSYS = 38;
    static final int EOPNOTSUPP = 95;
    static final int EDQUOT = 122;

    /** The words do not depend on the language of the user: others look for them. */
    private static final Map<Integer, String> WORDS = Map.ofEntries(Map.entry(EPERM, "Operation not permitted"),
            Map.entry(ENOENT, "No such file or directory"), Map.entry(EINTR, "Interrupted system call"),
            Map.entry(EIO, "Input/output error"), Map.entry(6, "No such device or address"),
            Map.entry(EBADF, "Bad file descriptor"), Map.entry(EAGAIN, "Resource temporarily unavailable"),
            Map.entry(ENOMEM, "Cannot allocate memory"), Map.entry(EACCES, "Permission denied"),
            Map.entry(16, "Device or resource busy"), Map.entry(EEXIST, "File exists"),
            Map.entry(19, "No such device"), Map.entry(ENOTDIR, "Not a directory"),
            Map.entry(EISDIR, "Is a directory"), Map.entry(EINVAL, "Invalid argument"),
            Map.entry(23, "Too many open files in system"), Map.entry(24, "Too many open files"),
            Map.entry(26, "Text file busy"), Map.entry(EFBIG, "File too large"),
            Map.entry(ENOSPC, "No space left on device"), Map.entry(EROFS, "Read-only file system"),
            Map.entry(36, "File name too long"), Map.entry(ENOLCK, "No locks available"),
            Map.entry(ENOSYS, "Function not implemented"), Map.entry(40, "Too many levels of symbolic links"),
            Map.entry(EOPNOTSUPP, "Operation not supported"), Map.entry(116, "Stale file handle"),
            Map.entry(EDQUOT, "Disk quota exceeded"));

    private Errno() {
    }

    /** {@return what an error number says, in English} */
    static String words(int errno) {
        String words = WORDS.get(errno);
        return words == null ? "errno " + errno : words + " (errno " + errno + ")";
    }

    /** {@return whether it says that there is no room} */
    static boolean isOutOfSpace(int errno) {
        return errno == ENOSPC || errno == EDQUOT || errno == EFBIG;
    }

    /** {@return whether it says that the call is not to be had on this system or this file system} */
    static boolean isUnsupported(int errno) {
        return errno == ENOSYS || errno == EOPNOTSUPP || errno == EINVAL || errno == EPERM;
    }

    /**
     * The exception for a call that failed on an open file.
     *
     * @param what what could not be done, as in "reading 3 bytes at 5"
     */
    static IOException failure(Path path, String what, int errno) {
        String reason = what + " failed: " + words(errno);
        return isOutOfSpace(errno) ? new OutOfSpaceException(path, reason, null)
                : new IOException(path + ": " + reason);
    }

    /** The exception for a file that could not be opened or made. */
    static IOException refusal(Path path, int errno) {
        String name = path.toString();
        if (isOutOfSpace(errno)) {
            return new OutOfSpaceException(path, words(errno), null);
        }
        return switch (errno) {
            case ENOENT -> new NoSuchFileException(name, null, "there is no such file");
            case EEXIST -> new FileAlreadyExistsException(name);
            case EACCES -> new AccessDeniedException(name, null, "there is no permission to read and write it");
            default -> new FileSystemException(name, null, words(errno));
        };
    }
}
