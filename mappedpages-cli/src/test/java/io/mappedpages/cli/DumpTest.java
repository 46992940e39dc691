package io.mappedpages.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import io.mappedpages.Pager;
import io.mappedpages.ProtectedPageId;

/** {@code mappedpages dump}. */
class DumpTest {

    @TempDir
    private Path directory;

    @Test
    void withoutMoreItShowsAllButPages() {
        Path file = PageFiles.closed(directory);

        Cli dump = Cli.run("dump", file);

        assertThat(dump.status()).isZero();
        assertThat(dump.out()).contains("slot 0", "slot 1", "metadata page A", "metadata page B", "tree nodes",
                "directory level 0 node 0", "records of the journal").doesNotContain("map level");
    }

    @Test
    void aPartIsShownAlone() {
        Path file = PageFiles.closed(directory);

        assertThat(Cli.run("dump", file, "slots").out()).contains("slot 0", "page size", "4 KiB")
                .doesNotContain("high-water mark");
        assertThat(Cli.run("dump", file, "METADATA").out())
                .contains("pages            256", "high-water mark", "rings at pages")
                .doesNotContain("slot 0");
    }

    @Test
    void entriesSayWhereProtectedPagesAre() throws IOException {
        Path file = PageFiles.closed(directory);

        String tree = Cli.run("dump", "--entries", file, "tree").out();

        assertThat(tree).contains("3 of 126 in use", "protected page 0: at ", "protected page 2: at ")
                .contains("[" + PageFiles.placeOf(file, 1) + "]").doesNotContain("protected page 3");
    }

    @Test
    void recordsOfTheJournalAreShownWithWhatTheyChange() throws IOException {
        try (Pager writer = PageFiles.create(directory.resolve("store.pages"))) {
            ProtectedPageId id = writer.allocProtected();
            writer.checkpoint();
            PageFiles.write(writer, id, 'x');
            long generation = writer.stats().generation();
            writer.freeProtected(id);
            long page = writer.alloc().number();
            Path killed = PageFiles.asKilled(writer.path());

            String journal = Cli.run("dump", killed, "journal").out();

            assertThat(journal).contains("generation " + generation + " after ", "protected page 0: at ",
                    "protected page 0: freed", "page " + page + ": data", "high-water mark");
        }
    }

    @Test
    void aPageIsShownInHexadecimalWithWhatItIsFor() throws IOException {
        Path file = PageFiles.closed(directory);
        long page = PageFiles.placeOf(file, 0);

        assertThat(Cli.run("dump", file, "page", page).out().lines()).containsExactly("page " + page + ", protected",
                "%010x  70 70 70 70 70 70 70 70  70 70 70 70 70 70 70 70  |pppppppppppppppp|"
                        .formatted(page * PageFiles.PAGE),
                "*", "%010x".formatted((page + 1) * PageFiles.PAGE));
        assertThat(Cli.run("dump", file, "page", 0).out()).contains("page 0, internal", "|MPPG");
    }

    @Test
    void aPageThatIsNotThereIsWrongUse() {
        Path file = PageFiles.closed(directory);

        Cli dump = Cli.run("dump", file, "page", 256);

        assertThat(dump.status()).isEqualTo(ExitCodes.USAGE);
        assertThat(dump.err()).contains("There is no page 256", "0 to 255");
        assertThat(Cli.run("dump", file, "page").err()).contains("Which page?");
        assertThat(Cli.run("dump", file, "page").status()).isEqualTo(ExitCodes.USAGE);
        assertThat(Cli.run("dump", file, "slots", 3).status()).isEqualTo(ExitCodes.USAGE);
        assertThat(Cli.run("dump", file, "everything").status()).isEqualTo(ExitCodes.USAGE);
    }

    @Test
    void ofAFileThatDoesNotOpenItShowsWhatThereIs() throws IOException {
        Path file = PageFiles.closed(directory);
        PageFiles.damageBothSlots(file);

        Cli dump = Cli.run("dump", file);

        assertThat(dump.status()).isEqualTo(ExitCodes.FOUND);
        assertThat(dump.out()).contains("slot 0", "damaged: superblock slot: CRC32");
        assertThat(dump.err()).contains(file.toString(), "no usable superblock");
    }

    @Test
    void aDamagedNodeIsShownAsDamaged() throws IOException {
        Path file = PageFiles.closed(directory);
        try (Pager pager = Pager.open(file)) {
            pager.alloc(); // so that the leaf is of an older checkpoint, and opening does not look at it
        }
        PageFiles.flipByte(file, PageFiles.directoryLeaf(file) * PageFiles.PAGE + 40);

        Cli dump = Cli.run("dump", file, "tree");

        assertThat(dump.status()).isEqualTo(ExitCodes.FOUND);
        assertThat(dump.out()).contains("damaged: tree node: CRC32");
    }
}
