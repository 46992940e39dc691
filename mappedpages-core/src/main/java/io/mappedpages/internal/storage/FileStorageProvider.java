package io.mappedpages.internal.storage;

import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.FileSystemLoopException;
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
            file.close(); // first, because Windows renames and deletes no open file
            publication.publish(file.path(), target);
        } finally {
            discard(file);
        }
    }

    @Override
    public void discard(PageStorage temporary) {
        FileStorage file = asFile(temporary);
        try {
            file.close();
        } catch (IOException e) {
            // it is thrown away
        }
        try {
            Files.deleteIfExists(file.path());
        } catch (IOException e) {
            // its name tells what it is
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

    /** {@return null if the file is another one now than the one that was claimed} */
    private @Nullable FileStorage openClaimed(Path realPath, HeldLock lock) throws IOException {
        requireRegularFile(realPath);
        String identity = FileIdentity.of(realPath).toString();
        HeldFiles.claim(identity, realPath);
        boolean opened = false;
        try {
            FileStorage storage = access.open(realPath);
            if (!FileIdentity.of(realPath).toString().equals(identity)) {
                storage.close();
                return null;
            }
            storage.whenClosed(() -> {
                HeldFiles.release(identity);
                lock.close();
            });
            opened = true;
            return storage;
        } finally {
            if (!opened) {
                HeldFiles.release(identity);
            }
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
