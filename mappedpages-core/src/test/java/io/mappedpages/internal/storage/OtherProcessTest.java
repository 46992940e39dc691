package io.mappedpages.internal.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.junit.jupiter.api.Assumptions.assumeFalse;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** What two processes that want the same page file do to each other. */
@ParameterizedClass
@EnumSource(Way.class)
@Timeout(120)
class OtherProcessTest {

    private static final String HELD_ELSEWHERE = "held by another process";

    @TempDir
    Path directory;

    private final Way way;
    private final FileStorageProvider provider;
    private Path path;

    OtherProcessTest(Way way) {
        this.way = way;
        this.provider = way.provider();
    }

    @BeforeEach
    void createFile() throws IOException {
        path = Files.createFile(provider.resolve(directory.resolve("pages")));
    }

    @Test
    void aFileThatIsOpenHereIsRefusedThereByAnyOfItsNames() throws IOException {
        Path symbolic = Files.createSymbolicLink(directory.resolve("symbolic"), path);
        Path hard = Files.createLink(directory.resolve("hard"), path);
        PageStorage storage = provider.open(path, provider.lock(path));
        assertThat(answer(path)).startsWith("FileLockedException").endsWith(HELD_ELSEWHERE);
        assertThat(answer(symbolic)).startsWith("FileLockedException").endsWith(HELD_ELSEWHERE);
        assertThat(answer(hard)).startsWith("FileLockedException").endsWith(HELD_ELSEWHERE);
        storage.close();
        assertThat(answer(path)).isEqualTo("opened");
    }

    @Test
    void aFileThatSomeOtherCodeHereOpenedAndClosedIsStillRefusedThere() throws IOException {
        // The operating system drops the lock on the page file at this close; the one on the lock file stays.
        Path symbolic = Files.createSymbolicLink(directory.resolve("symbolic"), path);
        try (PageStorage _ = provider.open(path, provider.lock(path))) {
            assertThatExceptionOfType(FileLockedException.class).isThrownBy(() -> provider.lock(path));
            Files.newInputStream(path).close();
            assertThat(answer(path)).startsWith("FileLockedException").endsWith(HELD_ELSEWHERE);
            assertThat(answer(symbolic)).startsWith("FileLockedException").endsWith(HELD_ELSEWHERE);
        }
    }

    @Test
    void anAttemptThatIsRefusedHereDoesNotGiveTheFileAwayThere() throws IOException {
        Path hard = Files.createLink(directory.resolve("hard"), path);
        try (PageStorage _ = provider.open(path, provider.lock(path))) {
            assertThatExceptionOfType(FileLockedException.class).isThrownBy(() -> provider.lock(path));
            try (HeldLock lock = provider.lock(hard)) {
                assertThatExceptionOfType(FileLockedException.class).isThrownBy(() -> provider.open(hard, lock));
            }
            assertThat(answer(path)).endsWith(HELD_ELSEWHERE);
            assertThat(answer(hard)).endsWith(HELD_ELSEWHERE);
        }
    }

    @Test
    void aFileThatIsOpenThereIsRefusedHereUntilThatProcessIsKilled() throws IOException {
        Path hard = Files.createLink(directory.resolve("hard"), path);
        try (ChildJvm child = new ChildJvm(way, path)) {
            assertThat(child.answer()).isEqualTo("opened");
            assertThatExceptionOfType(FileLockedException.class).isThrownBy(() -> provider.lock(path))
                    .withMessageEndingWith(HELD_ELSEWHERE)
                    .satisfies(e -> assertThat(e.holder()).isEqualTo(FileLockedException.Holder.ANOTHER_PROCESS));
            try (HeldLock lock = provider.lock(hard)) {
                assertThatExceptionOfType(FileLockedException.class).isThrownBy(() -> provider.open(hard, lock))
                        .withMessageEndingWith(HELD_ELSEWHERE);
            }
        }
        provider.open(path, provider.lock(path)).close();
    }

    @Test
    void aFileWithoutPermissionIsRefusedWithThatReason() throws IOException {
        Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwxrwxrwx"));
        Files.setPosixFilePermissions(path, PosixFilePermissions.fromString("---------"));
        assertThat(answerOfAnybody()).startsWith("AccessDeniedException").contains(path.toString())
                .endsWith("there is no permission to read and write it");
        assertThat(LockFile.pathFor(path)).as("nothing is left of the attempt").doesNotExist();
    }

    /** Root once started the application by mistake; since then the message spoke of a page file that was in order. */
    @Test
    void aLockFileOfAnotherUserIsNamedAsWhatRefuses() throws IOException {
        Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwxrwxrwx"));
        Files.setPosixFilePermissions(path, PosixFilePermissions.fromString("rw-rw-rw-"));
        Path lockFile = Files.createFile(LockFile.pathFor(path));
        Files.setPosixFilePermissions(lockFile, PosixFilePermissions.fromString("---------"));
        assertThat(answerOfAnybody()).isEqualTo("AccessDeniedException " + lockFile
                + ": it is the lock beside the page file, and there is no permission to write it");
    }

    @Test
    void aDirectoryInWhichNoLockFileCanBeMadeIsToldByTheLockFilesName() throws IOException {
        Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("r-xr-xr-x"));
        Files.setPosixFilePermissions(path, PosixFilePermissions.fromString("rw-rw-rw-"));
        assertThat(answerOfAnybody()).startsWith("AccessDeniedException " + LockFile.pathFor(path))
                .contains("the lock beside the page file");
    }

    /** What a process says that may not do everything: root may, so another user has to try. */
    private String answerOfAnybody() throws IOException {
        if (!Files.isWritable(Path.of("/"))) {
            return answer(path);
        }
        assumeTrue(Files.isExecutable(Path.of("/usr/bin/setpriv")), "no setpriv here");
        try (ChildJvm child = new ChildJvm(way, path, "/usr/bin/setpriv", "--reuid=65534", "--regid=65534",
                "--clear-groups")) {
            assumeFalse(child.answer().startsWith("Error: "),
                    () -> "another user cannot read the classes: " + child.answer());
            return child.answer();
        }
    }

    private String answer(Path path) throws IOException {
        try (ChildJvm child = new ChildJvm(way, path)) {
            return child.answer();
        }
    }
}
