package io.mappedpages.internal.storage;

import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.FileSystemLoopException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;

import org.jspecify.annotations.Nullable;

/** Page files in directories of this machine. Has no state of its own: what is held is held for the whole JVM. */
public final class FileStorageProvider implements StorageProvider {

    /** How many symbolic links in a row are followed, as Linux has it. */
    private static final int MAX_LINKS = 40;

    /** A file may be replaced while it is opened; overlayfs gives one another identity when it is first opened to write. */
    private static final int MOST_OPENINGS = 3;

    private static final String TEMPORARY_PREFIX = ".";
    private static final String TEMPORARY_SUFFIX = ".mappedpages.tmp";

    private final FileAccess access;
    private final Publication publication;

    /** Makes a provider that uses native calls where it may. */
    public FileStorageProvider() {
        this(LinuxCalls.get());
    }

    /** Makes a provider with these native calls, or with none. */
    FileStorageProvider(@Nullable SystemCalls calls) {
        this(calls == null ? new PortableAccess() : new NativeAccess(calls));
    }

    /** {@return a provider on what may be a fake} */
    static FileStorageProvider on(FileAccess access) {
        return new FileStorageProvider(access);
    }

    private FileStorageProvider(FileAccess access) {
        this.access = access;
        this.publication = new Publication(Files::createLink, access::syncDirectory);
    }

    @Override
    public boolean exists(Path path) {
        return Files.exists(path);
    }

    @Override
    public Path resolve(Path path) throws IOException {
        if (!path.getFileSystem().equals(FileSystems.getDefault())) {
            throw new FileSystemException(path.toString(), null, "it is a path in a file system of another kind, '"
                    + path.getFileSystem().provider().getScheme() + "'; a page file is a file of the operating system");
        }
        Path next = path;
        for (int links = 0; links <= MAX_LINKS; links++) {
            try {
                return next.toRealPath();
            } catch (NoSuchFileException e) {
                Path parent = next.toAbsolutePath().getParent();
                Path name = next.getFileName();
                if (parent == null || name == null) {
                    throw e;
                }
                Path missing = realDirectory(parent).resolve(name);
                if (!Files.isSymbolicLink(missing)) {
                    return missing;
                }
                next = missing.resolveSibling(Files.readSymbolicLink(missing));
            }
        }
        throw new FileSystemLoopException(path.toString());
    }

    private static Path realDirectory(Path directory) throws IOException {
        try {
            return directory.toRealPath();
        } catch (NoSuchFileException e) {
            throw because(new NoSuchFileException(directory.toString(), null, "there is no such directory"), e);
        }
    }

    /**
     * The name is made of the target's: who holds the lock on the target is alone with it, and can tell what a creation that
     * was killed has left.
     */
    @Override
    public PageStorage createTemporary(Path target) throws IOException {
        Path path = temporaryFor(target);
        clear(path);
        return access.create(path);
    }

    static Path temporaryFor(Path target) {
        return ExactNames.sibling(target, TEMPORARY_PREFIX, TEMPORARY_SUFFIX);
    }

    /** Deletes what a creation that was killed has left, and nothing that looks like something else. */
    private static void clear(Path temporary) throws IOException {
        if (Files.isRegularFile(temporary, LinkOption.NOFOLLOW_LINKS)) {
            Files.deleteIfExists(temporary);
        }
    }

    @Override
    public void publish(PageStorage temporary, Path target) throws IOException {
        FileStorage file = asFile(temporary);
        try {
            // Who has lost the lock may find that another creation has taken the name for a file that is not finished.
            if (!isInPlace(file)) {
                throw new FileSystemException(file.path().toString(), null,
                        "it was removed or replaced before it was finished; another process may be creating the same file");
            }
            Object identity = FileIdentity.of(file.path());
            try {
                file.close(); // first, because Windows renames and deletes no open file
                publication.publish(file.path(), target);
            } finally {
                deleteQuietly(file.path(), identity);
            }
        } finally {
            discard(file);
        }
    }

    private static boolean isInPlace(FileStorage file) throws IOException {
        return file.whereabouts().isInPlace();
    }

    /** Deletes a temporary file. One that stays does no harm: its name tells what it is. */
    private static void deleteQuietly(Path temporary, Object identity) {
        try {
            if (identity.equals(FileIdentity.orNull(temporary))) {
                Files.deleteIfExists(temporary);
            }
        } catch (IOException e) {
            // as said: the next creation or opening tries again
        }
    }

    @Override
    public void discard(PageStorage temporary) {
        FileStorage file = asFile(temporary);
        Object identity = identityIfInPlace(file);
        closeQuietly(file);
        if (identity != null) {
            deleteQuietly(file.path(), identity);
        }
    }

    /** {@return null if it is closed, or if the name leads to a file of somebody else, or if that cannot be told} */
    private static @Nullable Object identityIfInPlace(FileStorage file) {
        try {
            return isInPlace(file) ? FileIdentity.orNull(file.path()) : null;
        } catch (IOException e) {
            return null; // then it is left alone
        }
    }

    /** A file that can be no page file is refused before anything is made beside it. */
    @Override
    public HeldLock lock(Path realPath) throws IOException {
        if (Files.exists(realPath)) {
            requireRegularFile(realPath);
        }
        return LockFile.take(realPath, access);
    }

    @Override
    public PageStorage open(Path realPath, HeldLock lock) throws IOException {
        if (lock instanceof LockFile file && !file.guards(realPath)) {
            throw new IllegalArgumentException(lock + " is not held, or not the lock of " + realPath);
        }
        for (int attempt = 1; attempt <= MOST_OPENINGS; attempt++) {
            FileStorage storage = openClaimed(realPath, lock);
            if (storage != null) {
                clearLeftover(realPath);
                return storage;
            }
        }
        throw new FileSystemException(realPath.toString(), null, "it was replaced while it was opened");
    }

    @Override
    public PageSource openToRead(Path realPath) throws IOException {
        requireRegularFile(realPath); // first: opening a pipe would wait for who writes to it
        return access.openToRead(realPath);
    }

    /** {@return null if the file is another one now than the one that was claimed} */
    private @Nullable FileStorage openClaimed(Path realPath, HeldLock lock) throws IOException {
        requireRegularFile(realPath);
        String identity = FileIdentity.of(realPath).toString();
        HeldFiles.claim(identity, realPath);
        boolean opened = false;
        FileStorage storage = null;
        try {
            storage = access.open(realPath);
            if (!FileIdentity.of(realPath).toString().equals(identity)) {
                return null;
            }
            storage.whenClosed(() -> {
                try {
                    HeldFiles.release(identity);
                } finally {
                    lock.close();
                }
            });
            opened = true;
            return storage;
        } finally {
            if (!opened) {
                try {
                    closeQuietly(storage);
                } finally {
                    HeldFiles.release(identity);
                }
            }
        }
    }

    /** Nothing that counts was written to it, and its descriptors are gone even if closing reports an error. */
    private static void closeQuietly(@Nullable FileStorage storage) {
        try {
            if (storage != null) {
                storage.close();
            }
        } catch (IOException e) {
            // as said: there is nothing to lose
        }
    }

    private static void clearLeftover(Path realPath) {
        try {
            clear(temporaryFor(realPath));
        } catch (IOException e) {
            // it costs space and nothing else; the next opening tries again
        }
    }

    @Override
    public Object identity(Path realPath) throws IOException {
        return FileIdentity.of(realPath);
    }

    @Override
    public boolean withdraw(Path realPath, Object identity) throws IOException {
        if (identity.equals(FileIdentity.orNull(realPath))) {
            Files.delete(realPath);
        }
        return true;
    }

    private static void requireRegularFile(Path path) throws IOException {
        BasicFileAttributes attributes = FileIdentity.attributes(path);
        if (!attributes.isRegularFile()) {
            String what = attributes.isDirectory() ? "it is a directory" : "it is not a regular file";
            throw new FileSystemException(path.toString(), null, what);
        }
    }

    private static <E extends IOException> E because(E exception, IOException cause) {
        exception.initCause(cause);
        return exception;
    }

    private static FileStorage asFile(PageStorage storage) {
        if (storage instanceof FileStorage file) {
            return file;
        }
        throw new IllegalArgumentException(storage + " was not made by this provider");
    }
}
