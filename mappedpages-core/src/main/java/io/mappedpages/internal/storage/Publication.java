package io.mappedpages.internal.storage;

import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;

/**
 * Gives a finished file its final name: afterwards, and after a crash at any moment, there is either no file of that name
 * or the whole one, and never was anything replaced that stood there before.
 */
final class Publication {

    /** The one step that not every file system can do. Replaced in tests. */
    interface Linker {
        void link(Path newName, Path existing) throws IOException;
    }

    /** Makes a new name in a directory durable. */
    interface DirectorySync {
        void sync(Path directory) throws IOException;
    }

    private final Linker linker;
    private final DirectorySync directorySync;

    Publication(Linker linker, DirectorySync directorySync) {
        this.linker = linker;
        this.directorySync = directorySync;
    }

    /**
     * Renames the file durably. The file is closed, and its content is durable.
     *
     * @throws FileAlreadyExistsException if the target exists
     */
    void publish(Path temporary, Path target) throws IOException {
        try {
            linker.link(target, temporary);
        } catch (FileAlreadyExistsException | NoSuchFileException e) {
            throw e;
        } catch (IOException | UnsupportedOperationException e) {
            renameWithoutLinks(temporary, target, e);
        }
        try {
            Files.deleteIfExists(temporary);
            syncDirectory(target);
        } catch (Throwable e) {
            deleteQuietly(target, e);
            throw e;
        }
    }

    /**
     * Where there are no hard links (FAT, some network file systems), the target is first made as an empty file, which
     * fails if there is one, and then replaced by renaming. A crash between these two leaves an empty file; renaming
     * without it might replace a file that appears at that moment, which is worse.
     */
    private static void renameWithoutLinks(Path temporary, Path target, Exception why) throws IOException {
        try {
            Files.createFile(target);
        } catch (IOException e) {
            e.addSuppressed(why);
            throw e;
        }
        try {
            Files.move(temporary, target, StandardCopyOption.ATOMIC_MOVE);
        } catch (Throwable e) {
            e.addSuppressed(why);
            deleteQuietly(target, e);
            throw e;
        }
    }

    private static void deleteQuietly(Path path, Throwable because) {
        try {
            Files.deleteIfExists(path);
        } catch (IOException e) {
            because.addSuppressed(e);
        }
    }

    /** A device that fails here fails the creation: nobody has heard of the file yet, and it holds nothing of anybody's. */
    private void syncDirectory(Path file) throws IOException {
        Path directory = file.toAbsolutePath().getParent();
        if (directory != null) {
            directorySync.sync(directory);
        }
    }
}
