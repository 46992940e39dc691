package io.mappedpages.testing;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Arrays;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * What a directory held at one moment, to see later that nobody has changed a byte or left anything behind. Lock files are
 * not looked at: they come with the first attempt to open a file, and stay.
 */
public final class Untouched {

    private final Path directory;
    private final SortedMap<String, String> before;

    private Untouched(Path directory) {
        this.directory = directory;
        this.before = look();
    }

    /** Remembers all that is in this directory, but not what is in directories in it. */
    public static Untouched since(Path directory) {
        return new Untouched(directory);
    }

    /** Fails if anything was changed, made or deleted since. */
    public void check() {
        assertThat(look()).as("files in the directory").isEqualTo(before);
    }

    private SortedMap<String, String> look() {
        SortedMap<String, String> found = new TreeMap<>();
        try (Stream<Path> entries = Files.list(directory)) {
            for (Path entry : entries.toList()) {
                String name = entry.getFileName().toString();
                if (!name.endsWith(".lock")) {
                    found.put(name, describe(entry));
                } else if (Files.isDirectory(directory.resolve(name.substring(0, name.lastIndexOf('.'))))) {
                    found.put(name, "the lock of a directory");
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return found;
    }

    private static String describe(Path entry) throws IOException {
        BasicFileAttributes attributes = Files.readAttributes(entry, BasicFileAttributes.class);
        String kind = attributes.isDirectory() ? "directory, " : "";
        String content = attributes.isRegularFile() ? Arrays.hashCode(Files.readAllBytes(entry)) + ", " : "";
        return kind + content + attributes.size() + " bytes, " + attributes.lastModifiedTime() + ", "
                + attributes.fileKey();
    }
}
