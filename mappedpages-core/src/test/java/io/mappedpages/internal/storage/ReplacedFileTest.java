package io.mappedpages.internal.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

import io.mappedpages.internal.storage.Whereabouts.Name;

/** An open file stays the one that was opened, whatever happens to its name. */
@ParameterizedClass
@EnumSource(Way.class)
class ReplacedFileTest {

    private final FileStorageProvider provider;

    @TempDir
    private Path directory;

    ReplacedFileTest(Way way) {
        this.provider = way.provider();
    }

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

    private void openedAtPages(Check check) throws IOException {
        Path path = provider.resolve(directory.resolve("pages"));
        Files.write(path, new byte[4096]);
        try (PageStorage storage = provider.open(path, provider.lock(path))) {
            assertThat(storage.whereabouts()).isSameAs(Whereabouts.IN_PLACE);
            check.check(storage, path, path.resolveSibling("moved"));
        }
    }

    private interface Check {
        void check(PageStorage storage, Path path, Path moved) throws IOException;
    }

    @Test
    void aFileWhoseNameWasGivenToAnotherIsFoundUnderItsNewName() throws IOException {
        assumeTrue(Host.LINUX, "only Linux tells");
        openedAtPages((storage, path, moved) -> {
            Files.move(path, moved);
            assertThat(storage.whereabouts()).isEqualTo(new Whereabouts(Name.LEADS_NOWHERE, moved));
            Files.write(path, new byte[4096]);
            assertThat(storage.whereabouts()).isEqualTo(new Whereabouts(Name.LEADS_TO_ANOTHER, moved));
            Files.delete(moved);
            assertThat(storage.whereabouts()).isEqualTo(new Whereabouts(Name.LEADS_TO_ANOTHER, null));
            Files.delete(path);
            assertThat(storage.whereabouts()).isEqualTo(new Whereabouts(Name.LEADS_NOWHERE, null));
        });
    }

    @Test
    void aDeletedFileIsNotTakenForOneThatIsCalledDeleted() throws IOException {
        assumeTrue(Host.LINUX, "only Linux tells");
        openedAtPages((storage, path, moved) -> {
            Files.delete(path);
            Files.write(path.resolveSibling("pages (deleted)"), new byte[1]);
            assertThat(storage.whereabouts()).isEqualTo(new Whereabouts(Name.LEADS_NOWHERE, null));
        });
    }

    @Test
    void aFileThatIsReachedByASymbolicLinkInItsOldPlaceIsInPlace() throws IOException {
        openedAtPages((storage, path, moved) -> {
            Files.move(path, moved);
            Files.createSymbolicLink(path, moved);
            assertThat(storage.whereabouts().isInPlace()).isTrue();
        });
    }

    @Test
    void afterClosingThereIsNoAnswer() throws IOException {
        Path path = provider.resolve(directory.resolve("pages"));
        Files.write(path, new byte[4096]);
        PageStorage storage = provider.open(path, provider.lock(path));
        storage.close();
        assertThatIOException().isThrownBy(storage::whereabouts).withMessageContaining("closed");
        assertThatIOException().isThrownBy(() -> storage.punchHole(new ByteRange(0, 1)))
                .withMessageContaining("closed");
    }
}
