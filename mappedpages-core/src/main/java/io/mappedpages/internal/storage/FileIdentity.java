package io.mappedpages.internal.storage;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;

import org.jspecify.annotations.Nullable;

/** What tells a file from every other: device and inode, or its path where the file system has no such thing. */
final class FileIdentity {

    private FileIdentity() {
    }

    static Object of(Path path) throws IOException {
        Object key = attributes(path).fileKey();
        return key != null ? key : path;
    }

    /** {@return null if there is nothing at this path} */
    static @Nullable Object orNull(Path path) throws IOException {
        try {
            return of(path);
        } catch (NoSuchFileException e) {
            return null;
        }
    }

    static BasicFileAttributes attributes(Path path) throws IOException {
        try {
            return Files.readAttributes(path, BasicFileAttributes.class);
        } catch (NoSuchFileException e) {
            NoSuchFileException clearer = new NoSuchFileException(path.toString(), null, "there is no such file");
            clearer.initCause(e);
            throw clearer;
        }
    }
}
