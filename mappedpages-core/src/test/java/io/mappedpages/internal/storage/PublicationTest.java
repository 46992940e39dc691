package io.mappedpages.internal.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIOException;

import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.stream.Stream;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Publishing on file systems that have no hard links. */
class PublicationTest {

    private static final Publication.DirectorySync NO_SYNC = directory -> {
    };

    @TempDir
    Path directory;

    private Path temporary;
    private Path target;

    @BeforeEach
    void writeAFile() throws IOException {
        temporary = Files.writeString(directory.resolve("temporary"), "new");
        target = directory.resolve("target");
    }

    static Stream<Publication.Linker> refusals() {
        return Stream.of((name, existing) -> {
            throw new UnsupportedOperationException();
        }, (name, existing) -> {
            throw new FileSystemException(name.toString(), existing.toString(), "Operation not permitted");
        });
    }

    @ParameterizedTest
    @MethodSource("refusals")
    void withoutLinksAFileIsPublishedByRenaming(Publication.Linker refusal) throws IOException {
        new Publication(refusal, NO_SYNC).publish(temporary, target);
        assertThat(target).hasContent("new");
        assertThat(temporary).doesNotExist();
    }

    @ParameterizedTest
    @MethodSource("refusals")
    void withoutLinksNothingIsReplacedEither(Publication.Linker refusal) throws IOException {
        Files.writeString(target, "precious");
        assertThatExceptionOfType(FileAlreadyExistsException.class)
                .isThrownBy(() -> new Publication(refusal, NO_SYNC).publish(temporary, target));
        assertThat(target).hasContent("precious");
        assertThat(temporary).hasContent("new");
    }

    @ParameterizedTest
    @MethodSource("refusals")
    void renamingThatFailsLeavesNoEmptyTarget(Publication.Linker refusal) throws IOException {
        Files.delete(temporary);
        assertThatExceptionOfType(NoSuchFileException.class)
                .isThrownBy(() -> new Publication(refusal, NO_SYNC).publish(temporary, target));
        assertThat(target).doesNotExist();
    }

    @Test
    void aTargetThatWasNotThereAMomentAgoIsNotReplaced() {
        Publication publication = new Publication((name, existing) -> {
            Files.writeString(name, "precious");
            throw new UnsupportedOperationException();
        }, NO_SYNC);
        assertThatExceptionOfType(FileAlreadyExistsException.class)
                .isThrownBy(() -> publication.publish(temporary, target));
        assertThat(target).hasContent("precious");
    }

    /** The name may be lost with the power then, and a caller who was told of the file would lose it. */
    @Test
    void aDirectoryWhoseDeviceFailsFailsTheCreationAndLeavesNoFile() {
        Publication publication = new Publication(Files::createLink, directory -> {
            throw new IOException("Input/output error");
        });
        assertThatIOException().isThrownBy(() -> publication.publish(temporary, target))
                .withMessage("Input/output error");
        assertThat(target).doesNotExist();
        assertThat(temporary).doesNotExist();
    }
}
