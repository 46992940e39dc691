package io.mappedpages.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * A small file system of its own, to fill it up or to forbid writing. Only root may mount one, and not in every
 * container.
 */
public final class TemporaryMount implements AutoCloseable {

    private final Path directory;

    private TemporaryMount(Path directory) {
        this.directory = directory;
    }

    /** Mounts an empty file system in memory at this path, if that is allowed. */
    public static Optional<TemporaryMount> at(Path directory, long bytes) {
        try {
            Files.createDirectories(directory);
            boolean mounted = succeeds("mount", "-t", "tmpfs", "-o", "size=" + bytes, "tmpfs", directory.toString());
            return mounted ? Optional.of(new TemporaryMount(directory)) : Optional.empty();
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    public Path directory() {
        return directory;
    }

    /** Forbids writing from now on, to root as well. */
    public void makeReadOnly() {
        remount("ro");
    }

    public void makeWritable() {
        remount("rw");
    }

    private void remount(String how) {
        try {
            if (!succeeds("mount", "-o", "remount," + how, directory.toString())) {
                throw new IllegalStateException("cannot remount " + directory);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        try {
            if (!succeeds("umount", directory.toString())) {
                throw new IllegalStateException("cannot unmount " + directory);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static boolean succeeds(String... command) throws IOException {
        Process process = new ProcessBuilder(List.of(command)).redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD).start();
        try {
            return process.waitFor() == 0;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }
}
