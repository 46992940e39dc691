package io.mappedpages.spring;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

import org.jspecify.annotations.Nullable;

/** What to do when the operating system refuses a file. */
final class FileAdvice {

    private static final String LOCK_SUFFIX = ".lock";

    private FileAdvice() {
    }

    /**
     * Advises.
     *
     * @param asked the page file
     * @param cause what the operating system says, which may be of another file beside it
     */
    static String on(AskedFor asked, @Nullable Throwable cause) {
        Path path = asked.path();
        if (Files.isDirectory(path)) {
            return "Check that a file is named, not a directory: " + asked.orName(path.resolve("store.pages") + ", say")
                    + ".";
        }
        if (!asked.readOnly() && !(cause instanceof AccessDeniedException || cause instanceof NoSuchFileException)
                && FileFacts.onReadOnlyFileSystem(path)) {
            return "The file system of " + path + " is mounted read-only. Mount it writable, or "
                    + asked.orName("a file on another one") + ".";
        }
        return switch (cause) {
            case NoSuchFileException e -> missing(asked, refused(e, path));
            case FileAlreadyExistsException _ -> "Open " + path + " with open or openOrCreate, or "
                    + asked.orName("a file that does not exist") + ".";
            case AccessDeniedException e -> asked.readOnly() ? deniedReading(path) : denied(path, refused(e, path));
            case FileSystemException e when says(e, "Too many open files") ->
                "Raise the limit of open files of this process "
                        + "(on Linux, 'ulimit -n' or LimitNOFILE), or look what in it leaves files open.";
            case FileSystemException e when says(e, "File name too long") ->
                capital(asked.orName("a file with a shorter name"))
                        + ": the files beside it have names with up to 17 bytes "
                        + "more.";
            case FileSystemException _ when asked.readOnly() ->
                "Check that the path leads to a regular file, not a device, "
                        + "on a file system that is in order; or " + asked.orName("another file") + ".";
            case FileSystemException _ ->
                "Check that the path leads to a regular file, not a device or a directory, on "
                        + "a file system that is writable and in order; or " + asked.orName("another file") + ".";
            case IOException _ -> """
                The disk may be failing. Look for its errors in the log of the operating system (on Linux, 'dmesg'), \
                copy %s to another disk while it can be read, and restore what cannot from a backup.""".formatted(path);
            case null, default -> asked.readOnly()
                    ? "Raise " + asked.property("borrow-timeout") + ", or start again when less is written to " + path
                            + "."
                    : "Check " + path + " and the file system it is on.";
        };
    }

    private static String capital(String words) {
        return Character.toUpperCase(words.charAt(0)) + words.substring(1);
    }

    private static boolean says(FileSystemException failure, String words) {
        String reason = failure.getReason();
        return reason != null && reason.contains(words);
    }

    private static String missing(AskedFor asked, Path missing) {
        if (asked.readOnly()) {
            return "Let " + asked.property("path") + " name an existing file, or start what writes to it first: with "
                    + asked.property("read-only") + " none is created.";
        }
        if (!FileFacts.same(missing, asked.path())) {
            return "Create the directory " + missing + ", or " + asked.orName("a file in one that exists") + ".";
        }
        if (!asked.byProperties()) {
            return "Check the path that the pager is given, or open it with openOrCreate to have the file created.";
        }
        return switch (asked.create()) {
            case NEVER -> "Let " + asked.property("path") + " name an existing file, or set " + asked.property("create")
                    + " to if-missing to have it created.";
            case IF_MISSING -> "Look who removes " + missing + ": it was there when the application began to open it. "
                    + "Then start again.";
        };
    }

    private static String deniedReading(Path path) {
        return "Give " + user() + " permission to read " + path + ", and to enter the directory that it is in.";
    }

    private static String denied(Path path, Path refused) {
        if (Files.isDirectory(refused) || !FileFacts.exists(refused)) {
            Path directory = Files.isDirectory(refused) ? refused : refused.toAbsolutePath().getParent();
            return "Give " + user() + " permission to enter the directory " + directory + " and to create files in it: "
                    + path + " has a lock file beside it.";
        }
        if (refused.toString().endsWith(LOCK_SUFFIX) && !FileFacts.same(refused, path)) {
            return """
                Give %s permission to write %s, the lock file, which another user's process has left there. Or delete \
                the lock file while nobody has %s open: it is created anew.""".formatted(user(), refused, path);
        }
        return "Give " + user() + " permission to read and write " + refused + ".";
    }

    private static String user() {
        String name = System.getProperty("user.name", "?");
        return "?".equals(name) ? "the user who runs this application" // as in a container, where he has no name
                : "the user '" + name + "', who runs this application,";
    }

    /** The way back from text leads elsewhere if the name has bytes that are no text; so the text is compared first. */
    private static Path refused(FileSystemException failure, Path otherwise) {
        String file = failure.getFile();
        if (file == null || file.equals(otherwise.toString())) {
            return otherwise;
        }
        try {
            return Path.of(file);
        } catch (InvalidPathException e) {
            return otherwise; // one beside it, which the message names
        }
    }
}
