package io.mappedpages.internal.storage;

import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;

import org.jspecify.annotations.Nullable;

/** What Linux tells of the files that this process has open. */
final class OpenFiles {

    private static final Path DESCRIPTORS = Path.of("/proc/self/fd");

    private OpenFiles() {
    }

    /**
     * Looks for the name that an open file has now.
     *
     * @param identity what {@link BasicFileAttributes#fileKey} says of the file
     * @return null if it has none, or if that cannot be told here
     */
    static @Nullable Path nameOf(Object identity) {
        if (!Host.LINUX) {
            return null;
        }
        try (DirectoryStream<Path> descriptors = Files.newDirectoryStream(DESCRIPTORS)) {
            for (Path descriptor : descriptors) {
                if (identity.equals(identityOf(descriptor))) {
                    return nameOf(descriptor, identity);
                }
            }
        } catch (IOException | DirectoryIteratorException e) {
            return null; // no such list here: it cannot be told
        }
        return null;
    }

    /** A file that was deleted has only what looks like a name, which leads nowhere or to another file. */
    private static @Nullable Path nameOf(Path descriptor, Object identity) {
        try {
            Path name = Files.readSymbolicLink(descriptor);
            return identity.equals(identityOf(name)) ? name : null;
        } catch (IOException e) {
            return null; // closed meanwhile, or no such list here
        }
    }

    private static @Nullable Object identityOf(Path path) {
        try {
            return Files.readAttributes(path, BasicFileAttributes.class).fileKey();
        } catch (IOException e) {
            return null; // not there, which is what is asked
        }
    }
}
