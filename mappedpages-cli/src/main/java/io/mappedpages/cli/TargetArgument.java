package io.mappedpages.cli;

import java.nio.file.Path;

import picocli.CommandLine.Parameters;

/** The page file that a command makes. */
final class TargetArgument {

    @Parameters(index = "1", paramLabel = "TARGET", description = "The page file to make. There must be nothing.")
    @SuppressWarnings("NullAway.Init")
    private Path file;

    Path file() {
        return file;
    }
}
