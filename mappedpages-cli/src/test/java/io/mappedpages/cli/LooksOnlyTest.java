package io.mappedpages.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.stream.Stream;

import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import io.mappedpages.Pager;

/** Commands that only look at a file change nothing of it, nor of its directory. */
class LooksOnlyTest {

    @TempDir
    private Path directory;

    static Stream<List<String>> looks() {
        return Stream.of(List.of("info"), List.of("info", "--json"), List.of("verify"), List.of("verify", "--json"),
                List.of("dump"), List.of("dump", "--entries"), List.of("map"), List.of("map", "--json"));
    }

    private static Cli run(List<String> command, Path file) {
        return Cli.run(Stream.concat(command.stream(), Stream.of(file)).toArray());
    }

    @ParameterizedTest
    @MethodSource("looks")
    void nothingOfTheFileChangesAndThereIsNoLockFile(List<String> command) throws IOException {
        Path file = alone(PageFiles.closed(directory));
        PageFiles.Untouched before = PageFiles.Untouched.now(file);

        assertThat(run(command, file).status()).isZero();

        before.check();
    }

    @ParameterizedTest
    @MethodSource("looks")
    void norOfOneThatOpeningWouldPutInOrder(List<String> command) throws IOException {
        Path killed;
        try (Pager writer = PageFiles.create(directory.resolve("store.pages"))) {
            PageFiles.fill(writer);
            killed = alone(PageFiles.asKilled(writer.path()));
        }
        PageFiles.Untouched before = PageFiles.Untouched.now(killed);

        assertThat(run(command, killed).status()).isZero();

        before.check();
    }

    @ParameterizedTest
    @MethodSource("looks")
    void norOfADamagedOne(List<String> command) throws IOException {
        Path file = alone(PageFiles.closed(directory));
        PageFiles.damageBothSlots(file);
        PageFiles.Untouched before = PageFiles.Untouched.now(file);

        assertThat(run(command, file).status()).isEqualTo(ExitCodes.FOUND);

        before.check();
    }

    @ParameterizedTest
    @MethodSource("looks")
    void aFileAndADirectoryThatCannotBeWrittenAreEnough(List<String> command) throws IOException {
        Path file = alone(PageFiles.closed(directory));
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("r--r--r--"));
        Files.setPosixFilePermissions(file.getParent(), PosixFilePermissions.fromString("r-xr-xr-x"));
        try {
            assertThat(run(command, file).status()).isZero();
            assertThat(file.resolveSibling(file.getFileName() + ".lock")).doesNotExist();
        } finally {
            Files.setPosixFilePermissions(file.getParent(), PosixFilePermissions.fromString("rwxr-xr-x"));
        }
    }

    @ParameterizedTest
    @MethodSource("looks")
    void theyWorkBesideAWriter(List<String> command) {
        try (Pager writer = PageFiles.create(directory.resolve("store.pages"))) {
            PageFiles.fill(writer);

            assertThat(run(command, writer.path()).status()).isZero();

            writer.alloc();
        }
    }

    /** A copy in a directory of its own, without the lock file of its writer. */
    private Path alone(Path file) throws IOException {
        Path own = Files.createDirectory(directory.resolve("own"));
        return Files.copy(file, own.resolve("alone.pages"));
    }
}
