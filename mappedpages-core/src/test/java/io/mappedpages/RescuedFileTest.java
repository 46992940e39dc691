package io.mappedpages;

import static io.mappedpages.Pages.assertFilled;
import static io.mappedpages.Pages.filledProtected;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Optional;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import io.mappedpages.testing.TemporaryMount;

/** The command that the message of a deleted file names must copy that file, whatever else the process has open. */
class RescuedFileTest {

    private static final int MOST_FILES = 200;

    @TempDir
    private Path directory;

    /** The pager's file is deleted; a file of the same number, on another device, was opened before it. */
    @Test
    void aFileOfTheSameNumberOnAnotherDeviceIsNotTakenForIt() throws Exception {
        Optional<TemporaryMount> ours = TemporaryMount.at(directory.resolve("ours"), 1 << 20);
        Optional<TemporaryMount> others = TemporaryMount.at(directory.resolve("others"), 1 << 20);
        try {
            assumeTrue(ours.isPresent() && others.isPresent(), "only root can mount file systems");
            Path path = ours.get().directory().resolve("file.pages");
            ProtectedPageId id;
            try (Pager pager = Pager.builder(path).pageSizeLog2(10).initialSize(40 << 10).create()) {
                id = filledProtected(pager, 7);
            }
            Path other = fileOfNumber(Files.getAttribute(path, "unix:ino"), others.get().directory());
            try (FileChannel _ = FileChannel.open(other, StandardOpenOption.READ)) {
                rescue(path, id);
            }
        } finally {
            ours.ifPresent(TemporaryMount::close);
            others.ifPresent(TemporaryMount::close);
        }
    }

    private static void rescue(Path path, ProtectedPageId id) throws Exception {
        Pager pager = Pager.open(path);
        try {
            Files.delete(path);
            String message = assertThatExceptionOfType(PagerUnavailableException.class).isThrownBy(pager::alloc)
                    .actual().getMessage();
            String command = message.replaceAll(".*On Linux: (cp .*) and open the copy.*", "$1");

            assertThat(new ProcessBuilder("sh", "-c", command).inheritIO().start().waitFor()).isZero();
        } finally {
            pager.close();
        }
        try (Pager again = Pager.open(Path.of(path + ".rescued"))) {
            assertFilled(again, id, 7);
        }
    }

    /** File systems in memory number their files one after the other. */
    private static Path fileOfNumber(Object number, Path directory) throws IOException {
        for (int i = 0; i < MOST_FILES; i++) {
            Path file = Files.writeString(directory.resolve("file-" + i), "not pages");
            if (Files.getAttribute(file, "unix:ino").equals(number)) {
                return file;
            }
        }
        throw new AssertionError("no file of number " + number + " in " + directory);
    }
}
