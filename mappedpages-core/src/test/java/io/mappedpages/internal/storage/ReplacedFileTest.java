package io.mappedpages.internal.storage;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** An open file stays the one that was opened, whatever happens to its name. */
class ReplacedFileTest {

    private final FileStorageProvider provider = new FileStorageProvider();

    @TempDir
    private Path directory;

    /** The descriptor for native calls was once opened by name at its first use, and then reserved space in another file. */
    @Test
    void whatIsReservedAfterAnotherFileTookTheNameIsReservedInTheOldFile() throws IOException {
        Path path = provider.resolve(directory.resolve("pages"));
        Files.write(path, new byte[4096]);
        Path moved = directory.resolve("moved");
        try (PageStorage storage = provider.open(path, provider.lock(path))) {
            Files.move(path, moved);
            Files.write(path, new byte[] {1, 2, 3});

            storage.extend(4096, 65_536, true);

            assertThat(Files.size(path)).isEqualTo(3);
            assertThat(Files.size(moved)).isEqualTo(65_536);
        }
    }
}
