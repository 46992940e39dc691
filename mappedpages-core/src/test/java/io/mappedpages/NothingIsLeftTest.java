package io.mappedpages;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import io.mappedpages.testing.QuietLog;

/**
 * A call that is refused leaves nothing that was not there. A lock file was once left beside whatever a wrong path named:
 * texts, directories, even {@code /dev/full.lock}.
 */
class NothingIsLeftTest {

    @TempDir
    private Path directory;

    private Path path;

    @BeforeEach
    void name() {
        QuietLog.use();
        path = directory.resolve("pages");
    }

    private interface Call {
        void run();
    }

    private void assertRefused(Call call) throws IOException {
        List<String> before = names();
        for (int i = 0; i < 2; i++) {
            assertThatExceptionOfType(MappedPageException.class).isThrownBy(call::run);
            assertThat(names()).isEqualTo(before);
        }
    }

    private List<String> names() throws IOException {
        try (Stream<Path> files = Files.list(directory)) {
            return files.map(file -> file.getFileName().toString()).sorted().toList();
        }
    }

    @Test
    void besideATextThatIsNoPageFile() throws IOException {
        Files.writeString(path, "a shopping list".repeat(5000));
        assertRefused(() -> Pager.open(path));
        assertRefused(() -> Pager.create(path, 12));
        assertRefused(() -> Pager.builder(path).openOrCreate());
        Files.writeString(path, "");
        assertRefused(() -> Pager.open(path));
    }

    @Test
    void besideADirectoryAndWhereThereIsNothing() throws IOException {
        assertRefused(() -> Pager.open(path));
        Files.createDirectory(path);
        assertRefused(() -> Pager.open(path));
        assertRefused(() -> Pager.builder(path).openOrCreate());
    }

    @Test
    void besideADevice() {
        Path device = Path.of("/dev/full");
        assumeTrue(Files.exists(device), "no /dev/full here");
        assertThatExceptionOfType(MappedPageException.class).isThrownBy(() -> Pager.open(device));
        assertThat(Path.of("/dev/full.lock")).doesNotExist();
    }

    @Test
    void ofACreationThatDoesNotFitOnTheDisk() throws IOException {
        assertRefused(() -> Pager.builder(path).initialSize(1L << 50).create());
    }

    @Test
    void besideAPageFileThatIsRefusedAndALockFileThatWasThereStays() throws IOException {
        Pager.create(path, 12).close();
        assertThat(names()).containsExactly("pages", "pages.lock");
        assertRefused(() -> Pager.builder(path).pageSizeLog2(13).open());
        Files.delete(directory.resolve("pages.lock"));
        assertRefused(() -> Pager.builder(path).pageSizeLog2(13).open());
        Pager.open(path).close();
        assertThat(names()).containsExactly("pages", "pages.lock");
    }

    /** The message once spoke of the page file, which could be read and written. */
    @Test
    void theMessageNamesTheLockFileIfThatIsWhatRefuses() throws IOException {
        Pager.create(path, 12).close();
        Path lock = directory.resolve("pages.lock");
        Files.delete(lock);
        Files.createDirectory(lock);
        assertThatExceptionOfType(PagerIoException.class).isThrownBy(() -> Pager.open(path))
                .withMessageContaining(lock.toRealPath() + ": it is the lock beside the page file");
    }

    @Test
    void theMessageOfACreationThatDoesNotFitHasNumbers() {
        assertThatExceptionOfType(PagerFullException.class)
                .isThrownBy(() -> Pager.builder(path).initialSize(1L << 50).create())
                .withMessageMatching("(?s).*\\d+ more bytes are needed, and \\d+ are left on the disk.*");
    }
}
