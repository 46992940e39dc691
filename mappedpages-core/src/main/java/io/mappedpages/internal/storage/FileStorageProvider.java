package io.mappedpages.internal.storage;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.channels.FileChannel;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.FileSystemLoopException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.HexFormat;
import java.util.concurrent.ThreadLocalRandom;

import org.jspecify.annotations.Nullable;

/** Page files in directories of this machine. Has no state of its own: what is held is held for the whole JVM. */
public final class FileStorageProvider implements StorageProvider {

    /** How many symbolic links in a row are followed, as Linux has it. */
    private static final int MAX_LINKS = 40;

    private static final String TEMPORARY_SUFFIX = ".tmp";

    private final Publication publication = new Publication(Files::createLink);

    private final @Nullable LinuxCalls calls;

    /** Makes a provider that uses native calls where it may. */
    public FileStorageProvider() {
        this(LinuxCalls.get());
    }

    /** Makes a provider with these native calls, or with none. */
    FileStorageProvider(@Nullable LinuxCalls calls) {
        this.calls = calls;
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

    /** The name begins with a dot and the target's name and ends in {@code .tmp}: what a crash leaves can be told. */
    @Override
    public PageStorage createTemporary(Path target) throws IOException {
        String random = HexFormat.of().toHexDigits(ThreadLocalRandom.current().nextLong());
        Path path = target.resolveSibling("." + target.getFileName() + "." + random + TEMPORARY_SUFFIX);
        try {
            Files.createFile(path);
        } catch (IOException e) {
            throw FullDisk.judge(e, path);
        }
        try {
            RandomAccessFile file = openForReadingAndWriting(path);
            return new FileStorage(path, file, new NativeDescriptor(path, calls), () -> {
            });
        } catch (Throwable e) {
            Files.deleteIfExists(path);
            throw e;
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
            // its name tells whoever finds it what it is
        }
    }

    @Override
    public HeldLock lock(Path realPath) throws IOException {
        refuseDirectory(realPath); // before a lock file is left beside it
        return LockFile.take(realPath);
    }

    @Override
    public PageStorage open(Path realPath, HeldLock lock) throws IOException {
        if (lock instanceof LockFile file && !file.guards(realPath)) {
            throw new IllegalArgumentException(lock + " is not held, or not the lock of " + realPath);
        }
        Object identity = identity(realPath);
        HeldFiles.claim(identity, realPath);
        try {
            RandomAccessFile file = openForReadingAndWriting(realPath);
            NativeDescriptor descriptor = new NativeDescriptor(realPath, calls);
            try {
                if (!identity(realPath).equals(identity)) {
                    throw new FileSystemException(realPath.toString(), null, "it was replaced while it was opened");
                }
                LockFile.lockExclusively(file.getChannel(), realPath);
                return new FileStorage(realPath, file, descriptor, () -> {
                    HeldFiles.release(identity);
                    lock.close();
                });
            } catch (Throwable e) {
                descriptor.close();
                file.close();
                throw e;
            }
        } catch (Throwable e) {
            HeldFiles.release(identity);
            throw e;
        }
    }

    @Override
    public Object identity(Path realPath) throws IOException {
        Object key = attributes(realPath).fileKey();
        return key != null ? key : realPath;
    }

    private static BasicFileAttributes attributes(Path path) throws IOException {
        try {
            return Files.readAttributes(path, BasicFileAttributes.class);
        } catch (NoSuchFileException e) {
            throw because(new NoSuchFileException(path.toString(), null, "there is no such file"), e);
        }
    }

    /** Opens a file that is there. A {@code RandomAccessFile} would make a missing one, hence the look before. */
    private static RandomAccessFile openForReadingAndWriting(Path path) throws IOException {
        BasicFileAttributes attributes = attributes(path);
        if (!attributes.isRegularFile()) {
            String what = attributes.isDirectory() ? "it is a directory" : "it is not a regular file";
            throw new FileSystemException(path.toString(), null, what);
        }
        try {
            return new RandomAccessFile(path.toFile(), "rw");
        } catch (FileNotFoundException e) {
            throw because(reason(path, e), e);
        }
    }

    private static void refuseDirectory(Path path) throws FileSystemException {
        if (Files.isDirectory(path)) {
            throw new FileSystemException(path.toString(), null, "it is a directory");
        }
    }

    /** A {@code RandomAccessFile} calls every failure "not found"; the newer API tells them apart, so it is asked. */
    private static FileSystemException reason(Path path, FileNotFoundException failure) throws IOException {
        try (FileChannel _ = FileChannel.open(path, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
            return new FileSystemException(path.toString(), null, failure.getMessage());
        } catch (AccessDeniedException e) {
            return new AccessDeniedException(path.toString(), null, "there is no permission to read and write it");
        } catch (FileSystemException e) {
            return e;
        }
    }

    private static <E extends IOException> E because(E exception, IOException cause) {
        if (exception.getCause() == null) {
            exception.initCause(cause);
        }
        return exception;
    }

    private static FileStorage asFile(PageStorage storage) {
        if (storage instanceof FileStorage file) {
            return file;
        }
        throw new IllegalArgumentException(storage + " was not made by this provider");
    }
}
