package io.mappedpages.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import io.mappedpages.Pager;

/** {@code mappedpages trim}. */
class TrimTest {

    @TempDir
    private Path directory;

    @Test
    void itGivesFreePagesAtTheEndBack() throws IOException {
        Path file = directory.resolve("store.pages");
        try (Pager pager = Pager.builder(file).pageSizeLog2(12).initialSize(8 << 20).create()) {
            PageFiles.fill(pager);
        }

        Cli trim = Cli.run("trim", file);

        assertThat(trim.status()).isZero();
        assertThat(trim.out()).startsWith(file + ": ").contains("pages of 4 KiB given back; it was 8 MiB long and is ");
        assertThat(Files.size(file)).isLessThan(1 << 20);
        assertThat(Cli.run("verify", file).status()).isZero();
        assertThat(Cli.run("trim", file).out()).contains("nothing to give back");
    }

    @Test
    void aFileThatAWriterHasIsRefusedAndLeftAlone() throws IOException {
        Path file = directory.resolve("store.pages");
        try (Pager writer = PageFiles.create(file)) {
            PageFiles.fill(writer);
            PageFiles.Untouched before = PageFiles.Untouched.now(file);

            Cli trim = Cli.run("trim", file);

            InfoTest.assertFailed(trim, file, "is open already");
            assertThat(trim.err()).contains("Or let the application that has it open trim it");
            before.check();
        }
    }

    @Test
    void aFileWithoutAJournalGetsNone() {
        Path file = PageFiles.closedWithoutJournal(directory);

        assertThat(Cli.run("trim", file).status()).isZero();

        assertThat(Cli.run("info", "--json", file).json().at("/commitMode").asString()).isEqualTo("CHECKPOINT");
    }

    @Test
    void aFileOfWhichOpeningWouldLoseSomethingIsLeftAsItIs() throws IOException {
        Path file = PageFiles.closedWithoutJournal(directory);
        int active = Cli.run("info", "--json", file).json().at("/slots/0/active").asBoolean() ? 0 : 1;
        String page = Cli.run("info", "--json", file).json().at("/slots/" + active + "/metadata").asString();
        PageFiles.flipByte(file, (page.equals("A") ? 1 : 2) * PageFiles.PAGE + 300);
        PageFiles.Untouched before = PageFiles.Untouched.now(file);
        assertThat(Cli.run("verify", file).status()).isEqualTo(ExitCodes.FOUND);

        Cli trim = Cli.run("trim", file);

        assertThat(trim.status()).isEqualTo(ExitCodes.FOUND);
        assertThat(trim.err()).contains(file + " was left as it is", "may have been committed");
        before.check();
    }

    @Test
    void whatACrashHasLeftIsPutInOrderAndTold() throws IOException {
        Path file = PageFiles.closed(directory);
        PageFiles.flipByte(file, 20);

        Cli trim = Cli.run("trim", file);

        assertThat(trim.status()).isZero();
        assertThat(trim.out()).contains("put in order: superblock slot 0 is unusable");
        assertThat(Cli.run("info", "--json", file).json().has("recovery")).isFalse();
    }

    @Test
    void whatIsNotThereIsNotMade() {
        Path none = directory.resolve("none");

        InfoTest.assertFailed(Cli.run("trim", none), none, "there is no such file");

        assertThat(directory).isEmptyDirectory();
    }
}
