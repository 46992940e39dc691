package io.mappedpages.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

import io.mappedpages.Pager;

/** {@code mappedpages info}. */
class InfoTest {

    @TempDir
    private Path directory;

    @Test
    void itSaysWhatAFileIs() {
        Path file = PageFiles.closed(directory);

        Cli info = Cli.run("info", file);

        assertThat(info.status()).isZero();
        assertThat(info.err()).isEmpty();
        assertThat(info.out()).contains(file.toString(), "256 of 4 KiB (1 MiB)", "3 in 6 pages, 24 KiB, 2.3 %",
                "to a journal of two rings of 64 KiB", "closed in order", "has nothing to put in order")
                .containsPattern("slot [01] +valid, generation \\d+, metadata page [AB], active");
    }

    @Test
    void inJsonItSaysTheSameToMachines() {
        Path file = PageFiles.closed(directory);

        JsonNode info = Cli.run("info", "--json", file).json();

        assertThat(info.at("/opens").asBoolean()).isTrue();
        assertThat(info.at("/format").asString()).isEqualTo("1.0");
        assertThat(info.at("/fileId").asString()).matches("[0-9a-f]{32}");
        assertThat(info.at("/commitMode").asString()).isEqualTo("JOURNAL");
        assertThat(info.at("/pageSize").asInt()).isEqualTo(PageFiles.PAGE);
        assertThat(info.at("/fileBytes").asLong()).isEqualTo(1 << 20);
        JsonNode uses = info.at("/uses");
        assertThat(uses.at("/regular").asInt()).isEqualTo(PageFiles.REGULAR);
        assertThat(uses.at("/protectedCopies").asInt()).isEqualTo(2 * PageFiles.PROTECTED);
        assertThat(uses.at("/journal").asInt()).isEqualTo(2 * info.at("/journal/pagesEach").asInt());
        assertThat(uses.at("/free").asInt() + uses.at("/regular").asInt() + uses.at("/protectedCopies").asInt()
                + uses.at("/internal").asInt() + uses.at("/journal").asInt()).isEqualTo(info.at("/pages").asInt());
        assertThat(info.at("/protectedPages").asInt()).isEqualTo(PageFiles.PROTECTED);
        assertThat(info.at("/journal/closedInOrder").asBoolean()).isTrue();
        assertThat(info.at("/slots/0/valid").asBoolean()).isTrue();
        assertThat(info.at("/slots/1/valid").asBoolean()).isTrue();
        assertThat(info.at("/slots/0/active").asBoolean()).isNotEqualTo(info.at("/slots/1/active").asBoolean());
        assertThat(info.has("recovery")).isFalse();
    }

    @Test
    void aFileWithoutAJournalIsSaidToHaveNone() {
        Path file = PageFiles.closedWithoutJournal(directory);

        assertThat(Cli.run("info", file).out()).contains("each is a checkpoint; there is no journal");
        assertThat(Cli.run("info", "--json", file).json().at("/commitMode").asString()).isEqualTo("CHECKPOINT");
    }

    @Test
    void itWorksBesideAWriterWhichNoticesNothing() {
        Path file = directory.resolve("store.pages");
        try (Pager writer = PageFiles.create(file)) {
            PageFiles.fill(writer);

            JsonNode info = Cli.run("info", "--json", file).json();

            assertThat(info.at("/generation").asLong()).isEqualTo(writer.stats().generation());
            assertThat(info.at("/uses/regular").asInt()).isEqualTo(PageFiles.REGULAR);
            writer.alloc();
            assertThat(Cli.run("info", "--json", file).json().at("/uses/regular").asInt())
                    .isEqualTo(PageFiles.REGULAR + 1);
        }
    }

    @Test
    void ofAFileWhoseWriterWasKilledItSaysHowManyRecordsOpeningWouldReplay() throws IOException {
        Path file = directory.resolve("store.pages");
        try (Pager writer = PageFiles.create(file)) {
            PageFiles.fill(writer);
            Path killed = PageFiles.asKilled(file);

            JsonNode info = Cli.run("info", "--json", killed).json();

            assertThat(info.at("/journal/records").asInt()).isPositive();
            assertThat(info.at("/generation").asLong()).isGreaterThan(info.at("/checkpoint").asLong());
            assertThat(info.at("/uses/regular").asInt()).isEqualTo(PageFiles.REGULAR);
            assertThat(Cli.run("info", killed).out()).containsPattern("would replay \\d+ records? of the journal");
        }
    }

    @Test
    void aDamagedSlotIsNamedAndWhatOpeningWouldDoAboutIt() throws IOException {
        Path file = PageFiles.closed(directory);
        PageFiles.flipByte(file, 20);

        Cli info = Cli.run("info", file);

        assertThat(info.out()).contains("slot 0", "not usable: superblock slot: CRC32")
                .contains("would put this in order")
                .contains("superblock slot 0 is unusable");
        assertThat(Cli.run("info", "--json", file).json().at("/slots/0/problem").asString()).contains("CRC32");
    }

    @Test
    void ofAFileThatDoesNotOpenItShowsWhatIsLeftAndSaysWhy() throws IOException {
        Path file = PageFiles.closed(directory);
        PageFiles.damageBothSlots(file);

        Cli info = Cli.run("info", file);

        assertThat(info.status()).isEqualTo(ExitCodes.FOUND);
        assertThat(info.out()).contains("slot 0", "slot 1", "not usable", "is not possible");
        assertThat(info.err()).startsWith("mappedpages: " + file).contains("no usable superblock", "backup");
        assertThat(info.err().lines()).hasSize(1);
        assertThat(Cli.run("info", "--json", file).json().at("/opens").asBoolean(true)).isFalse();
    }

    @Test
    void aFileThatWasCutOffDoesNotOpen() throws IOException {
        Path file = PageFiles.closed(directory);
        PageFiles.cut(file, 40 * PageFiles.PAGE);

        Cli info = Cli.run("info", file);

        assertThat(info.status()).isEqualTo(ExitCodes.FOUND);
        assertThat(info.out()).contains("file", "160 KiB").containsPattern("slot [01] +valid");
        assertThat(info.err()).contains("163840 bytes long");
    }

    @Test
    void whatIsNoPageFileIsToldInALine() throws IOException {
        Path foreign = Files.writeString(directory.resolve("letter.txt"), "Dear reader, ".repeat(1000));
        Path empty = Files.createFile(directory.resolve("empty"));
        Path zeros = Files.write(directory.resolve("zeros"), new byte[1 << 16]);

        assertFailed(Cli.run("info", foreign), foreign, "does not begin like a page file");
        assertFailed(Cli.run("info", empty), empty, "the file is empty");
        assertFailed(Cli.run("info", zeros), zeros, "does not begin like a page file");
        assertFailed(Cli.run("info", directory.resolve("none")), directory.resolve("none"), "there is no such file");
        assertFailed(Cli.run("info", directory), directory, "it is a directory");
    }

    static void assertFailed(Cli failed, Path file, String why) {
        assertThat(failed.status()).isEqualTo(ExitCodes.FAILED);
        assertThat(failed.out()).isEmpty();
        assertThat(failed.err()).startsWith("mappedpages: ").contains(file.toString(), why);
        assertThat(failed.err().lines()).hasSize(1);
    }
}
