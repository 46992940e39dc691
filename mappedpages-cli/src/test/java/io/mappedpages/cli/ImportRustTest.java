package io.mappedpages.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.GZIPInputStream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code mappedpages import}; what is imported, and how, is tried where it is done. */
class ImportRustTest {

    /** Written by the crate, see the tests of the library. */
    private static final Path OF_THE_CRATE =
            Path.of("../mappedpages-core/src/test/resources/rust-crate/0.2.0-4096.bin.gz");

    @TempDir
    private Path directory;

    @Test
    void aFileThatTheCrateHasWrittenBecomesAPageFile() throws IOException {
        Path source = directory.resolve("of-the-crate.bin");
        try (InputStream packed = new GZIPInputStream(Files.newInputStream(OF_THE_CRATE))) {
            Files.copy(packed, source);
        }
        Path target = directory.resolve("store.pages");

        Cli imported = Cli.run("import", source, target);

        assertThat(imported.err()).isEmpty();
        assertThat(imported.status()).isZero();
        assertThat(imported.out()).startsWith(target + " was made: ").contains(", of generation ");
        assertThat(Cli.run("verify", target).status()).isZero();
    }

    @Test
    void aPageFileOfOursIsNoneOfTheCrates() throws IOException {
        Path file = PageFiles.closed(directory);
        Path target = directory.resolve("again.pages");

        Cli imported = Cli.run("import", file, target);

        assertThat(imported.status()).isEqualTo(ExitCodes.FAILED);
        assertThat(imported.err()).contains(file.toString());
        assertThat(target).doesNotExist();
    }
}
