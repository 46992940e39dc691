package io.mappedpages;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import io.mappedpages.testing.PageFiles;
import io.mappedpages.testing.RawPageFile;
import io.mappedpages.testing.Untouched;

/** Files that are no page files, or whose superblock leads nowhere, are refused and left as they are. */
class NotAPageFileTest {

    @RegisterExtension
    private final PageFiles files = PageFiles.onDisk();

    private void assertThatItIsRefused(Path path, String... words) {
        files.damaged(path);
        Untouched directory = Untouched.since(files.directory());
        for (Runnable call : new Runnable[] {() -> Pager.open(path), () -> Pager.builder(path).openOrCreate()}) {
            assertThatExceptionOfType(CorruptSuperblockException.class).isThrownBy(call::run)
                    .withMessageContaining(path.toString()).returns(path, CorruptSuperblockException::path)
                    .satisfies(e -> assertThat(e.reason()).contains(words));
        }
        directory.check();
    }

    private Path file(byte... content) {
        try {
            return Files.write(files.path(), content);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private RawPageFile closedPageFile() {
        Pager pager = files.create(10);
        pager.allocProtected();
        pager.close();
        return new RawPageFile(pager.path());
    }

    @Test
    void anEmptyFileIsRefused() {
        assertThatItIsRefused(file(), "empty");
    }

    @Test
    void aFileOfSomethingElseIsRefused() {
        byte[] random = new byte[10_000];
        new Random(1).nextBytes(random);

        assertThatItIsRefused(file("%PDF-1.7".repeat(500).getBytes(StandardCharsets.UTF_8)), "does not begin like");
        assertThatItIsRefused(file(random), "does not begin like");
        assertThatItIsRefused(file(new byte[10_000]), "does not begin like");
        assertThatItIsRefused(file("short".getBytes(StandardCharsets.UTF_8)), "the file ends");
    }

    /** The last page that the metadata speaks of is not there, or not whole. */
    @ParameterizedTest
    @ValueSource(longs = {1, 1024, 3000})
    void aFileShorterThanItsPageCountIsRefused(long missing) {
        RawPageFile file = closedPageFile();
        long length = file.length();
        file.truncate(length - missing);

        assertThatItIsRefused(file.path(), length - missing + " bytes long", Long.toString(length));
    }

    /** Both slots are there or not, but no metadata page is. */
    @ParameterizedTest
    @ValueSource(longs = {64, 512, 576, 1024, 2048, 3071})
    void aFileThatEndsBeforeItsMetadataDoesIsRefused(long length) {
        RawPageFile file = closedPageFile();
        file.truncate(length);

        assertThatItIsRefused(file.path(), "the file is " + length + " bytes long");
    }

    @Test
    void aFileWithBothSlotsBadIsRefused() {
        RawPageFile file = closedPageFile();
        file.spoilSlots();

        assertThatItIsRefused(file.path(), "both superblock slots");
    }

    @Test
    void aFileWithOneSlotBadAndTheOtherOverwrittenIsRefused() {
        RawPageFile file = closedPageFile();
        file.spoilSlot(0);
        file.fill(512, 64, 0);

        assertThatItIsRefused(file.path(), "both superblock slots");
    }
}
