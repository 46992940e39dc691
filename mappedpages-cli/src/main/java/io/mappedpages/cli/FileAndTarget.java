package io.mappedpages.cli;

import java.nio.file.Path;

import picocli.CommandLine.Parameters;

/** The file that a command reads, and the page file that it makes. */
final class FileAndTarget {

    @Parameters(index = "0", paramLabel = "FILE", description = "The file to read.")
    @SuppressWarnings("NullAway.Init")
    private Path file;

    @Parameters(index = "1", paramLabel = "TARGET", description = "The page file to make. There must be nothing.")
    @SuppressWarnings("NullAway.Init")
    private Path target;

    Path file() {
        return file;
    }

    Path target() {
        return target;
    }
}
