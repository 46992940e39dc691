package io.mappedpages.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import io.mappedpages.Pager;

/** {@code mappedpages backup}. */
class BackUpTest {

    @TempDir
    private Path directory;

    @Test
    void itMakesAFileWithTheSamePages() throws IOException {
        Path file = PageFiles.closed(directory);
        Path target = directory.resolve("copy.pages");

        Cli backup = Cli.run("backup", file, target);

        assertThat(backup.err()).isEmpty();
        assertThat(backup.status()).isZero();
        assertThat(backup.out()).startsWith(target + " was made: 1 MiB, as of commit ");
        assertThat(Cli.run("verify", target).status()).isZero();
        try (Pager copy = Pager.open(target)) {
            assertThat(copy.allocatedPages()).hasSize(PageFiles.REGULAR);
            assertThat(copy.allocatedProtectedPages()).hasSize(PageFiles.PROTECTED);
        }
    }

    @Test
    void aFileThatAWriterHasIsRefusedAndLeftAlone() throws IOException {
        Path file = directory.resolve("store.pages");
        try (Pager writer = PageFiles.create(file)) {
            PageFiles.fill(writer);
            PageFiles.Untouched before = PageFiles.Untouched.now(file);

            Cli backup = Cli.run("backup", file, directory.resolve("copy.pages"));

            InfoTest.assertFailed(backup, file, "is open already");
            assertThat(backup.err()).contains("Pager.backup(Path)");
            before.check();
        }
    }

    @Test
    void whatIsAtTheTargetIsNotReplaced() throws IOException {
        Path file = PageFiles.closed(directory);
        Path target = Files.writeString(directory.resolve("copy.pages"), "of value");

        InfoTest.assertFailed(Cli.run("backup", file, target), target, "there is a file already");

        assertThat(target).hasContent("of value");
    }
}
