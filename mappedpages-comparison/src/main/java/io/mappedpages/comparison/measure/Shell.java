package io.mappedpages.comparison.measure;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/** Programs of the system. */
final class Shell {

    private Shell() {
    }

    /** Has all of a file system written that is not yet. */
    static void sync(Path directory) throws IOException {
        run("sync", "-f", directory.toString());
    }

    /** {@return KiB that the files of a directory take, holes not counted} */
    static long diskKib(Path directory) throws IOException {
        return Long.parseLong(run("du", "-sk", directory.toString()).split("\\s", 2)[0]);
    }

    static boolean exists(String program) {
        try {
            run(program, "--version");
            return true;
        } catch (IOException notThere) {
            return false;
        }
    }

    private static String run(String... command) throws IOException {
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        try {
            String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            if (process.waitFor() != 0) {
                throw new IOException(String.join(" ", command) + ": " + said);
            }
            return said;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException(e);
        }
    }
}
