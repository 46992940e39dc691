package io.mappedpages.internal.storage;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicBoolean;

import org.jspecify.annotations.Nullable;

/**
 * The lock beside a page file. It is there before the page file is, and it holds where a lock on the page file itself would be
 * lost because some code in this JVM, a backup say, opens and closes the page file; nobody has a reason to open the lock
 * file.
 *
 * <p>
 * The file stays when the lock is given up, but for one case: a call that came to nothing takes away a lock file that it has
 * made. It does so while it holds the lock. Somebody else may have opened the file meanwhile and be about to lock it; so
 * a thread that has locked a file looks whether it is still the one that the name leads to, and begins anew if not.
 */
final class LockFile implements HeldLock {

    private static final String SUFFIX = ".lock";

    /** Beginning anew this often means that something else is wrong. */
    private static final int MOST_ATTEMPTS = 1000;

    private final Path lockPath;
    private final LockableFile file;
    private final boolean isNew;
    private final AtomicBoolean held = new AtomicBoolean(true);

    private LockFile(Path lockPath, LockableFile file, boolean isNew) {
        this.lockPath = lockPath;
        this.file = file;
        this.isNew = isNew;
    }

    /** Takes the lock of a page file, or fails at once. */
    static LockFile take(Path realPath, FileAccess access) throws IOException {
        Path lockPath = pathFor(realPath);
        HeldFiles.claim(ExactNames.text(lockPath), realPath);
        try {
            for (int attempt = 0; attempt < MOST_ATTEMPTS; attempt++) {
                LockFile taken = attempt(lockPath, realPath, access);
                if (taken != null) {
                    return taken;
                }
            }
            throw new FileSystemException(lockPath.toString(), null, "the lock beside the page file does not stay");
        } catch (Throwable e) {
            HeldFiles.release(ExactNames.text(lockPath));
            throw e;
        }
    }

    /** {@return null if the file is not there any more} */
    private static @Nullable LockFile attempt(Path lockPath, Path realPath, FileAccess access)
            throws IOException {
        boolean isNew = !Files.exists(lockPath, LinkOption.NOFOLLOW_LINKS);
        if (!isNew && isSpecial(lockPath)) {
            throw new FileSystemException(lockPath.toString(), null,
                    "it is the lock beside the page file, and it is not a regular file");
        }
        LockableFile file;
        try {
            file = access.openLockFile(lockPath, isNew);
        } catch (FileAlreadyExistsException e) {
            return null; // it came at this moment
        } catch (NoSuchFileException e) {
            if (isNew) {
                throw named(lockPath, e); // the directory is gone
            }
            if (Files.isSymbolicLink(lockPath)) {
                throw named(lockPath, because(e, "it is a symbolic link that leads nowhere"));
            }
            return null; // it went at this moment
        } catch (OutOfSpaceException e) {
            throw new OutOfSpaceException(lockPath, "the lock beside the page file cannot be made: " + e.reason(), e);
        } catch (FileSystemException e) {
            throw named(lockPath, e);
        }
        try {
            file.lock(realPath);
            if (file.isStillThere()) {
                return new LockFile(lockPath, file, isNew);
            }
        } catch (Throwable e) {
            comeToNothing(lockPath, file, isNew && e instanceof NoLocksException, e);
            throw e;
        }
        file.close();
        return null;
    }

    /** Opening a pipe, say, waits for somebody at its other end. */
    private static boolean isSpecial(Path lockPath) {
        return Files.exists(lockPath) && !Files.isRegularFile(lockPath) && !Files.isDirectory(lockPath);
    }

    /**
     * Whoever did not get the lock leaves the file: somebody else may have it. Only where nobody can have one, it goes.
     *
     * @param why learns of what fails
     */
    private static void comeToNothing(Path lockPath, LockableFile file, boolean delete, Throwable why) {
        try (file) {
            if (delete) {
                Files.deleteIfExists(lockPath);
            }
        } catch (IOException e) {
            why.addSuppressed(e);
        }
    }

    private static FileSystemException because(NoSuchFileException e, String reason) {
        FileSystemException clearer = new FileSystemException(e.getFile(), null, reason);
        clearer.initCause(e);
        return clearer;
    }

    /** The same kind of exception, which says what the file is for: nobody has named it. */
    private static FileSystemException named(Path lockPath, FileSystemException e) {
        String what = "it is the lock beside the page file, and ";
        FileSystemException named = e instanceof AccessDeniedException
                ? new AccessDeniedException(lockPath.toString(), null, what + "there is no permission to write it")
                : new FileSystemException(lockPath.toString(), null, what + "it cannot be opened: " + e.getReason());
        named.initCause(e);
        return named;
    }

    static Path pathFor(Path realPath) {
        return ExactNames.sibling(realPath, "", SUFFIX);
    }

    /** Tells whether this is the lock of that page file and still held. */
    boolean guards(Path realPath) {
        return held.get() && lockPath.equals(pathFor(realPath));
    }

    @Override
    public void close() {
        giveUp(false);
    }

    @Override
    public void abandon() {
        giveUp(isNew);
    }

    private void giveUp(boolean delete) {
        if (!held.getAndSet(false)) {
            return;
        }
        try (file) {
            if (delete && file.isStillThere()) {
                Files.deleteIfExists(lockPath);
            }
        } catch (IOException e) {
            // Nothing was written to it. The descriptor is gone even if closing reports an error, and a lock file that
            // could not be deleted does no harm.
        } finally {
            HeldFiles.release(ExactNames.text(lockPath));
        }
    }

    @Override
    public String toString() {
        return lockPath.toString();
    }
}
