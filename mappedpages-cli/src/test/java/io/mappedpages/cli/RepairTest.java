package io.mappedpages.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code mappedpages repair}. */
class RepairTest {

    @TempDir
    private Path directory;

    @Test
    void aFileWithoutASuperblockIsSavedWhole() throws IOException {
        Path file = PageFiles.closed(directory);
        PageFiles.damageBothSlots(file);
        PageFiles.Untouched before = PageFiles.Untouched.now(file);
        Path target = directory.resolve("aside").resolve("saved.pages");
        Files.createDirectory(target.getParent());

        Cli repair = Cli.run("repair", file, target);

        assertThat(repair.err()).isEmpty();
        assertThat(repair.status()).as("it did not open, and was repaired").isEqualTo(ExitCodes.FOUND);
        assertThat(repair.out()).startsWith(target + " was made: 5 regular pages, 3 protected pages, as of commit ");
        assertThat(Files.readAllBytes(file)).isEqualTo(before.bytes());
        assertThat(Cli.run("verify", target).status()).isZero();
    }

    @Test
    void aProtectedPageWhoseContentIsNowhereIsListed() throws IOException {
        Path file = PageFiles.closed(directory);
        PageFiles.damageContents(file, 1);
        Path target = directory.resolve("saved.pages");

        Cli repair = Cli.run("repair", "--json", file, target);

        assertThat(repair.status()).isEqualTo(ExitCodes.FOUND);
        int listed = repair.json().at("/lostProtected").size() + repair.json().at("/olderProtected").size();
        assertThat(listed).isOne();
        assertThat(Cli.run("verify", target).status()).isZero();
    }

    @Test
    void whatIsNoPageFileIsToldAndNothingIsMade() throws IOException {
        Path file = Files.writeString(directory.resolve("letter.txt"), "Dear reader, ".repeat(1000));
        Path target = directory.resolve("saved.pages");

        InfoTest.assertFailed(Cli.run("repair", file, target), file, "never was a page file");

        assertThat(target).doesNotExist();
    }
}
