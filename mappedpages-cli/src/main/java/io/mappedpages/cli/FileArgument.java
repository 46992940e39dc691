package io.mappedpages.cli;

import java.nio.file.Path;

import picocli.CommandLine.Parameters;

/** The page file that a command is about. */
final class FileArgument {

    @Parameters(index = "0", paramLabel = "FILE", description = "The page file.")
    @SuppressWarnings("NullAway.Init")
    private Path file;

    Path file() {
        return file;
    }
}
