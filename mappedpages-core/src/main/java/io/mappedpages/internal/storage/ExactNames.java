package io.mappedpages.internal.storage;

import java.io.ByteArrayOutputStream;
import java.net.URI;
import java.nio.file.FileSystemException;
import java.nio.file.FileSystems;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;

/**
 * The names of files as the operating system has them. On Unix a name is bytes, and a {@link Path} holds them; its text is
 * only what the user's encoding makes of them, and the way back from text leads to another name, or nowhere. So names are
 * never made of text here: a path's URI has the exact bytes.
 */
final class ExactNames {

    private static final String SCHEME = "file://";

    private ExactNames() {
    }

    /** {@return the path in the same directory whose name has these characters of ASCII before and after} */
    static Path sibling(Path path, String before, String after) {
        if (!hasBytes(path)) {
            return path.resolveSibling(before + path.getFileName() + after);
        }
        String raw = raw(path);
        int name = raw.lastIndexOf('/') + 1;
        return Path.of(URI.create(SCHEME + raw.substring(0, name) + before + raw.substring(name) + after));
    }

    /** {@return the path as the bytes that a system call of Unix takes, without the final zero} */
    static byte[] bytes(Path path) {
        String raw = raw(path);
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(raw.length());
        for (int i = 0; i < raw.length(); i++) {
            if (raw.charAt(i) == '%') {
                bytes.write(Integer.parseInt(raw, i + 1, i + 3, 16));
                i += 2;
            } else {
                bytes.write(raw.charAt(i));
            }
        }
        return bytes.toByteArray();
    }

    /** {@return a text that two paths share only if they are the same} */
    static String text(Path path) {
        return hasBytes(path) ? raw(path) : path.toAbsolutePath().toString();
    }

    /**
     * Refuses a path that would lead elsewhere if it were written down as text, as older parts of the JDK take it.
     *
     * @throws FileSystemException if the text of the path is not the path
     */
    static void requireText(Path path) throws FileSystemException {
        boolean same;
        try {
            same = path.toFile().toPath().equals(path);
        } catch (InvalidPathException | UnsupportedOperationException e) {
            same = false;
        }
        if (!same) {
            throw new FileSystemException(path.toString(), null,
                    "its name cannot be expressed in this JVM's encoding of file names, "
                            + System.getProperty("sun.jnu.encoding")
                            + "; start the JVM with --enable-native-access, or in a UTF-8 locale if the name is UTF-8");
        }
    }

    private static boolean hasBytes(Path path) {
        return !Host.WINDOWS && path.getFileSystem().equals(FileSystems.getDefault());
    }

    /** The bytes in percent notation. A URI shows a directory by a slash at the end, which is none of the name. */
    private static String raw(Path path) {
        String raw = path.toAbsolutePath().toUri().getRawPath();
        return raw.length() > 1 && raw.endsWith("/") ? raw.substring(0, raw.length() - 1) : raw;
    }
}
