package io.mappedpages.internal.storage;

import java.io.FileNotFoundException;
import java.io.FileOutputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Set;

import org.jspecify.annotations.Nullable;

/**
 * Tells a full disk from other failures. The JDK keeps only the operating system's words and not its error number, and
 * on Unix the words are in the language of the user. So the English ones are known here, and the local ones for "no space
 * left" are learned from {@code /dev/full}, a device that is always full, when a failure is first to be judged.
 */
final class FullDisk {

    private static final Set<String> ENGLISH = Set.of("No space left on device", // ENOSPC
            "Disk quota exceeded", "Disc quota exceeded", "Quota exceeded", // EDQUOT
            "File too large", // EFBIG
            "There is not enough space on the disk", // Windows, ERROR_DISK_FULL
            "Not enough quota is available to process this command"); // Windows, ERROR_NOT_ENOUGH_QUOTA

    private FullDisk() {
    }

    /** Returns an {@link OutOfSpaceException} if that is what the failure means, and otherwise the failure itself. */
    static IOException judge(IOException failure, Path path) {
        String message = failure.getMessage();
        if (message == null || failure instanceof OutOfSpaceException) {
            return failure;
        }
        String local = Learned.NO_SPACE;
        boolean full = ENGLISH.stream().anyMatch(message::contains) || (local != null && message.contains(local));
        return full ? new OutOfSpaceException(path, message, failure) : failure;
    }

    /** Holds what was learned; loaded with the first failure. */
    private static final class Learned {

        static final @Nullable String NO_SPACE = ask();

        private static @Nullable String ask() {
            if (!Host.LINUX) {
                return null;
            }
            try (FileOutputStream full = new FileOutputStream("/dev/full")) {
                full.write(0);
                return null;
            } catch (FileNotFoundException e) {
                return null;
            } catch (IOException e) {
                return e.getMessage();
            }
        }
    }
}
