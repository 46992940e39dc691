package io.mappedpages.internal.storage;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Path;

/** A small file system of its own, for tests that need a full or a read-only disk. Needs Linux and root. */
final class TmpfsMount implements AutoCloseable {

    private final Path directory;

    private TmpfsMount(Path directory) {
        this.directory = directory;
    }

    /** Mounts one, or tells JUnit that the test cannot run here. */
    static TmpfsMount at(Path directory, String options) throws IOException {
        String refusal = run("mount", "-t", "tmpfs", "-o", options, "tmpfs", directory.toString());
        assumeTrue(refusal.isEmpty(), "cannot mount a tmpfs (not root on Linux?): " + refusal);
        return new TmpfsMount(directory);
    }

    void makeReadOnly() throws IOException {
        String refusal = run("mount", "-o", "remount,ro", directory.toString());
        assumeTrue(refusal.isEmpty(), "cannot make a tmpfs read-only: " + refusal);
    }

    @Override
    public void close() throws IOException {
        String refusal = run("umount", "-l", directory.toString());
        if (!refusal.isEmpty()) {
            throw new IOException(refusal);
        }
    }

    /** Runs a program and returns an empty text if it succeeds, and otherwise what it said. */
    private static String run(String... command) throws IOException {
        try {
            Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
            String said = new String(process.getInputStream().readAllBytes()).trim();
            int status = process.onExit().join().exitValue();
            return status == 0 ? "" : "status " + status + " " + said;
        } catch (IOException e) {
            return "no such program: " + e.getMessage();
        }
    }
}
