package io.mappedpages.spring;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

import org.jspecify.annotations.Nullable;

/** Looks at files for the sake of advice. What cannot be found out is taken for the ordinary case. */
final class FileFacts {

    private FileFacts() {
    }

    static boolean exists(Path path) {
        return Files.exists(path);
    }

    static boolean isEmpty(Path path) {
        try {
            return Files.isRegularFile(path) && Files.size(path) == 0;
        } catch (IOException e) {
            return false;
        }
    }

    /** {@return whether two paths lead to one file, which need not be there} */
    static boolean same(Path one, Path other) {
        return real(one).equals(real(other));
    }

    /** {@return whether nothing can be written where the file is or would be} */
    static boolean onReadOnlyFileSystem(Path path) {
        Path there = nearest(path);
        try {
            return there != null && Files.getFileStore(there).isReadOnly();
        } catch (IOException e) {
            return false;
        }
    }

    /** {@return words on how much room there is, or none} */
    static String room(Path path) {
        Path there = nearest(path);
        try {
            return there == null ? ""
                    : " (" + Files.getFileStore(there).getUsableSpace() / (1 << 20)
                            + "MB are free there now; a quota may allow less)";
        } catch (IOException e) {
            return "";
        }
    }

    /** {@return how many bytes of the disk of this file this process may use, or {@link Double#NaN} if that cannot be told} */
    static double usableBytes(Path path) {
        Path there = nearest(path);
        try {
            return there == null ? Double.NaN : Files.getFileStore(there).getUsableSpace();
        } catch (IOException e) {
            return Double.NaN;
        }
    }

    /** {@return the file itself, or the nearest directory above it that is there} */
    private static @Nullable Path nearest(Path path) {
        Path there = path.toAbsolutePath();
        while (there != null && !Files.exists(there)) {
            there = there.getParent();
        }
        return there;
    }

    private static Path real(Path path) {
        Path absolute = path.toAbsolutePath().normalize();
        try {
            return absolute.toRealPath();
        } catch (IOException e) {
            Path parent = absolute.getParent();
            Path name = absolute.getFileName();
            return parent == null || name == null ? absolute : real(parent).resolve(name);
        }
    }
}
