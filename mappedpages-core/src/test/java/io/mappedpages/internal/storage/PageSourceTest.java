package io.mappedpages.internal.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.EOFException;
import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.stream.Stream;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** A file that is opened to be read, and for nothing else. */
@ParameterizedClass
@EnumSource(Way.class)
class PageSourceTest {

    @TempDir
    Path directory;

    private final FileStorageProvider provider;
    private Path path;

    PageSourceTest(Way way) {
        this.provider = way.provider();
    }

    @BeforeEach
    void make() throws IOException {
        path = Files.write(directory.toRealPath().resolve("pages"), new byte[] {1, 2, 3, 4, 5, 6, 7, 8});
    }

    @Test
    void whatIsThereIsRead() throws IOException {
        try (PageSource source = provider.openToRead(path)) {
            byte[] read = new byte[6];
            source.read(3, read, 1, 4);
            assertThat(read).containsExactly(0, 4, 5, 6, 7, 0);
            assertThat(source.length()).isEqualTo(8);
            assertThat(source).hasToString(path.toString());
            assertThatExceptionOfType(EOFException.class).isThrownBy(() -> source.read(5, read, 0, 4))
                    .withMessageContaining("8 bytes long").withMessageContaining("4 bytes at 5");
        }
    }

    @Test
    void nothingIsMadeBesideItAndWhoWritesIsNotKeptOut() throws IOException {
        try (PageSource source = provider.openToRead(path);
                PageStorage writer = provider.open(path, provider.lock(path));
                PageSource another = provider.openToRead(path)) {
            writer.write(0, new byte[] {9}, 0, 1);
            byte[] read = new byte[1];
            source.read(0, read, 0, 1);
            another.read(0, read, 0, 1);
            assertThat(read).containsExactly(9);
        }
        Files.delete(LockFile.pathFor(path));
        provider.openToRead(path).close();
        try (Stream<Path> around = Files.list(directory)) {
            assertThat(around).hasSize(1);
        }
    }

    @Test
    void aFileOfAReadOnlyDiskCanBeRead() throws Exception {
        try (TmpfsMount disk = TmpfsMount.at(directory, "size=4m")) {
            Files.write(path, new byte[] {1, 2, 3});
            disk.makeReadOnly();
            try (PageSource source = provider.openToRead(provider.resolve(path))) {
                assertThat(source.length()).isEqualTo(3);
                assertThat(source.whereabouts().isInPlace()).isTrue();
            }
        }
    }

    @Test
    void itIsToldWhenTheNameLeadsElsewhere() throws IOException {
        try (PageSource source = provider.openToRead(path)) {
            Path away = Files.move(path, path.resolveSibling("away"));
            assertThat(source.whereabouts()).isEqualTo(new Whereabouts(Whereabouts.Name.LEADS_NOWHERE, away));
            Files.createFile(path);
            assertThat(source.whereabouts().name()).isEqualTo(Whereabouts.Name.LEADS_TO_ANOTHER);
        }
    }

    @Test
    void whatIsNoFileIsRefused() throws IOException {
        assertThatExceptionOfType(NoSuchFileException.class)
                .isThrownBy(() -> provider.openToRead(path.resolveSibling("missing")));
        assertThatExceptionOfType(FileSystemException.class).isThrownBy(() -> provider.openToRead(directory))
                .withMessageContaining("it is a directory");
    }

    @Test
    void afterItWasClosedNothingIsRead() throws IOException {
        PageSource source = provider.openToRead(path);
        source.close();
        source.close();
        assertThatExceptionOfType(IOException.class).isThrownBy(source::length).withMessageContaining("is closed");
        assertThatExceptionOfType(IOException.class).isThrownBy(() -> source.read(0, new byte[1], 0, 1))
                .withMessageContaining("is closed");
        assertThatExceptionOfType(IOException.class).isThrownBy(source::whereabouts);
    }
}
