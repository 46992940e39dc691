package io.mappedpages.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

import io.mappedpages.Pager;

/** {@code mappedpages verify}. */
class VerifyTest {

    private static final String UNKNOWN = "does not keep a rule of its format";

    @TempDir
    private Path directory;

    @Test
    void aSoundFileIsSaidToBeSound() {
        Path file = PageFiles.closed(directory);

        Cli verify = Cli.run("verify", file);

        assertThat(verify.status()).isZero();
        assertThat(verify.out()).startsWith(file + ": sound.").contains("256 pages", "3 protected pages");
        assertThat(verify.err()).as("a progress bar is for terminals").isEmpty();
    }

    @Test
    void damagedContentsAreFoundWithWhatThatMeansAndWhatToDo() throws IOException {
        Path file = PageFiles.closed(directory);
        long page = PageFiles.damageContents(file, 1);

        Cli verify = Cli.run("verify", file);

        assertThat(verify.status()).isEqualTo(ExitCodes.FOUND);
        assertThat(verify.out()).contains("page " + page + ": is the current copy of protected page 1",
                "not what was committed", "Restore this page from a backup", "1 finding.");
    }

    @Test
    void inJsonAFindingHasItsPage() throws IOException {
        Path file = PageFiles.closed(directory);
        long page = PageFiles.damageContents(file, 2);

        Cli verify = Cli.run("verify", "--json", file);

        assertThat(verify.status()).isEqualTo(ExitCodes.FOUND);
        JsonNode report = verify.json();
        assertThat(report.at("/sound").asBoolean(true)).isFalse();
        assertThat(report.at("/findings/0/page").asLong()).isEqualTo(page);
        assertThat(report.at("/findings/0/problem").asString()).contains("protected page 2");
        assertThat(report.at("/findings/0/advice").asString()).contains("backup");
        assertThat(report.at("/pages").asInt()).isEqualTo(256);
        assertThat(Cli.run("verify", "--json", PageFiles.closedWithoutJournal(directory)).json().at("/sound")
                .asBoolean()).isTrue();
    }

    @Test
    void aDamagedTreeNodeIsFound() throws IOException {
        Path file = PageFiles.closed(directory);
        try (Pager pager = Pager.open(file)) {
            pager.alloc(); // so that the leaf is of an older checkpoint, and opening does not look at it
        }
        long leaf = PageFiles.directoryLeaf(file);
        PageFiles.flipByte(file, leaf * PageFiles.PAGE + 40);

        Cli verify = Cli.run("verify", file);

        assertThat(verify.status()).isEqualTo(ExitCodes.FOUND);
        assertThat(verify.out()).contains("page " + leaf + ": tree node: CRC32",
                "A node of the file's own trees is damaged").doesNotContain(UNKNOWN);
    }

    @Test
    void aFileThatDoesNotOpenIsAFinding() throws IOException {
        Path file = PageFiles.closed(directory);
        PageFiles.cut(file, 40 * PageFiles.PAGE);

        Cli verify = Cli.run("verify", file);

        assertThat(verify.status()).isEqualTo(ExitCodes.FOUND);
        assertThat(verify.out()).contains("163840 bytes long", "nothing else of it could be checked");
    }

    @Test
    void aSlotThatIsDamagedAndNotNeededIsANote() throws IOException {
        Path file = PageFiles.closed(directory);
        JsonNode info = Cli.run("info", "--json", file).json();
        boolean firstIsActive = info.at("/slots/0/active").asBoolean();
        PageFiles.flipByte(file, (firstIsActive ? 512 : 0) + 20);

        Cli verify = Cli.run("verify", file);

        assertThat(verify.status()).as(verify.out()).isZero();
        assertThat(verify.out()).contains("note: superblock slot " + (firstIsActive ? 1 : 0) + " is unusable", "sound");
    }

    @Test
    void itChecksBesideAWriter() {
        try (Pager writer = PageFiles.create(directory.resolve("store.pages"))) {
            PageFiles.fill(writer);

            assertThat(Cli.run("verify", writer.path()).status()).isZero();
        }
    }

    @Test
    void whatIsNoPageFileIsNotAFinding() throws IOException {
        Path foreign = Files.writeString(directory.resolve("letter.txt"), "Dear reader, ".repeat(1000));

        InfoTest.assertFailed(Cli.run("verify", foreign), foreign, "does not begin like a page file");
        InfoTest.assertFailed(Cli.run("verify", directory.resolve("none")), directory.resolve("none"),
                "there is no such file");
    }

    @Test
    void theHelpSaysWhatTheExitStatusMeans() {
        assertThat(Cli.run("verify", "--help").out()).contains("Exit status:", "0   the file is sound",
                "1   something is wrong with the file", "2   the command line is not right",
                "3   the file cannot be read");
    }
}
