package io.mappedpages.internal.storage;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Set;

import org.jspecify.annotations.Nullable;

import io.mappedpages.internal.thread.Uninterruptible;

/**
 * With what the JDK has. Names go through text, and a lock vanishes when this process closes any descriptor of the file: both
 * are as good as they can be here, and better with system calls ({@link NativeAccess}).
 */
final class PortableAccess implements FileAccess {

    @Override
    public FileStorage create(Path path) throws IOException {
        ExactNames.requireText(path);
        try {
            Files.createFile(path);
        } catch (IOException e) {
            throw FullDisk.judge(e, path);
        }
        try {
            return opened(path, false);
        } catch (Throwable e) {
            Files.deleteIfExists(path);
            throw e;
        }
    }

    @Override
    public FileStorage open(Path path) throws IOException {
        ExactNames.requireText(path);
        return opened(path, true);
    }

    @Override
    public PageSource openToRead(Path path) throws IOException {
        ExactNames.requireText(path);
        Object identity = FileIdentity.of(path);
        RandomAccessFile reader = opened(path, "r");
        try {
            requireSame(path, identity);
            return new PortableSource(path, identity, reader, new Object());
        } catch (Throwable e) {
            reader.close();
            throw e;
        }
    }

    /** A {@code RandomAccessFile} would make a missing file, but the look before finds none. */
    private static FileStorage opened(Path path, boolean lock) throws IOException {
        Object identity = FileIdentity.of(path);
        RandomAccessFile file = opened(path, "rw");
        try {
            // On Windows nobody may read what is locked but through what has locked it.
            RandomAccessFile reader = Host.WINDOWS ? file : opened(path, "r");
            try {
                LentMappings lent = LentMappings.open(path, path);
                try {
                    requireSame(path, identity);
                    if (lock) {
                        lockExclusively(file.getChannel(), path);
                    }
                    return new PortableStorage(path, identity, file, reader, lent);
                } catch (Throwable e) {
                    lent.close();
                    throw e;
                }
            } catch (Throwable e) {
                reader.close();
                throw e;
            }
        } catch (Throwable e) {
            file.close();
            throw e;
        }
    }

    /** All were opened by one name: it must have led to the same file before and after. */
    private static void requireSame(Path path, Object identity) throws IOException {
        if (!FileIdentity.of(path).equals(identity)) {
            throw new FileSystemException(path.toString(), null, "it was replaced while it was opened");
        }
    }

    private static RandomAccessFile opened(Path path, String mode) throws IOException {
        try {
            return new RandomAccessFile(path.toFile(), mode);
        } catch (FileNotFoundException e) {
            FileSystemException reason = reason(path, mode, e);
            if (reason.getCause() == null) {
                reason.initCause(e);
            }
            throw reason;
        }
    }

    /** A {@code RandomAccessFile} calls every failure "not found"; the newer API tells them apart, so it is asked. */
    private static FileSystemException reason(Path path, String mode, FileNotFoundException failure)
            throws IOException {
        boolean toRead = mode.equals("r");
        Set<StandardOpenOption> options = toRead ? Set.of(StandardOpenOption.READ)
                : Set.of(StandardOpenOption.READ, StandardOpenOption.WRITE);
        try (FileChannel _ = FileChannel.open(path, options)) {
            return new FileSystemException(path.toString(), null, failure.getMessage());
        } catch (AccessDeniedException e) {
            return new AccessDeniedException(path.toString(), null,
                    "there is no permission to read " + (toRead ? "it" : "and write it"));
        } catch (FileSystemException e) {
            return e;
        }
    }

    private static void lockExclusively(FileChannel channel, Path path) throws IOException {
        try {
            boolean locked = Uninterruptible.call("lock", () -> channel.tryLock() != null);
            if (!locked) {
                throw new FileLockedException(path, FileLockedException.Holder.ANOTHER_PROCESS);
            }
        } catch (OverlappingFileLockException e) {
            FileLockedException locked = new FileLockedException(path, FileLockedException.Holder.THIS_JVM);
            locked.initCause(e);
            throw locked;
        }
    }

    @Override
    public LockableFile openLockFile(Path path, boolean create) throws IOException {
        Object before = create ? path : FileIdentity.of(path);
        FileChannel channel;
        try {
            channel = create ? FileChannel.open(path, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)
                    : FileChannel.open(path, StandardOpenOption.WRITE);
        } catch (IOException e) {
            throw FullDisk.judge(e, path);
        }
        return new LockChannel(path, channel, create ? null : before);
    }

    /**
     * Some file systems have no sync for directories, or not for everybody. What they promise for new names is their own
     * then, and no reason to do without the file; a device that fails is. NTFS journals names, and a directory cannot be
     * opened there.
     */
    @Override
    public void syncDirectory(Path directory) throws IOException {
        if (Host.WINDOWS) {
            return;
        }
        Uninterruptible.call("sync", () -> {
            try (FileChannel channel = FileChannel.open(directory, StandardOpenOption.READ)) {
                channel.force(true);
            } catch (AccessDeniedException e) {
                return directory; // who may not read a directory may still make files in it
            } catch (IOException e) {
                if (!isRefused(e)) {
                    throw e;
                }
            }
            return directory;
        });
    }

    /** The JDK has only words for the reason. In another language than English, the creation of the file fails. */
    private static boolean isRefused(IOException failure) {
        String message = String.valueOf(failure.getMessage());
        return message.contains("Invalid argument") || message.contains("Bad file descriptor")
                || message.contains("not supported") || message.contains("not implemented")
                || message.contains("not permitted");
    }

    /** A lock file by its channel. */
    private record LockChannel(Path path, FileChannel channel, @Nullable Object before)
            implements LockableFile {

        @Override
        public void lock(Path pageFile) throws IOException {
            lockExclusively(channel, pageFile);
        }

        /**
         * The JDK cannot tell which file a channel is of, only what the name led to before and after. A file that was made
         * here is removed by nobody else. Another one could be missed only if it was removed and made anew, twice, with the
         * same inode, in between; then two processes would hold two lock files, and the lock on the page file itself, or
         * publishing, which replaces nothing, stops the second.
         */
        @Override
        public boolean isStillThere() throws IOException {
            return before == null || before.equals(FileIdentity.orNull(path));
        }

        @Override
        public void close() throws IOException {
            channel.close();
        }
    }
}
