package io.mappedpages.internal.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** Others take the lock, or come to nothing and remove their lock file, at any moment. */
@Timeout(60)
@ParameterizedClass
@EnumSource(Way.class)
class LockFileTest {

    @TempDir
    Path directory;

    private final Way way;
    private final FileAccess real;
    private Path path;
    private Path lockPath;

    LockFileTest(Way way) {
        this.way = way;
        this.real = way.access();
    }

    @BeforeEach
    void name() throws IOException {
        path = Files.createFile(directory.toRealPath().resolve("pages"));
        lockPath = LockFile.pathFor(path);
    }

    /** What somebody else does at the moment when a lock file has been opened and not yet locked. */
    private interface Meanwhile {
        void happens(int attempt) throws IOException;
    }

    private FileAccess with(Meanwhile meanwhile) {
        int[] attempts = new int[1];
        return new FileAccess() {
            @Override
            public FileStorage create(Path file) throws IOException {
                return real.create(file);
            }

            @Override
            public FileStorage open(Path file) throws IOException {
                return real.open(file);
            }

            @Override
            public PageSource openToRead(Path file) throws IOException {
                return real.openToRead(file);
            }

            @Override
            public LockableFile openLockFile(Path file, boolean create) throws IOException {
                LockableFile opened = real.openLockFile(file, create);
                meanwhile.happens(++attempts[0]);
                return opened;
            }

            @Override
            public void syncDirectory(Path file) throws IOException {
                real.syncDirectory(file);
            }
        };
    }

    @Test
    void aLockOnAFileThatWasRemovedMeanwhileDoesNotCount() throws IOException {
        Files.createFile(lockPath);
        try (LockFile _ = LockFile.take(path, with(attempt -> {
            if (attempt == 1) {
                Files.delete(lockPath);
            }
        })); ChildJvm other = new ChildJvm(way, path)) {
            assertThat(lockPath).exists();
            assertThat(other.answer()).endsWith("held by another process");
        }
    }

    @Test
    void aLockOnAFileThatWasReplacedMeanwhileDoesNotCount() throws IOException {
        Files.createFile(lockPath);
        try (LockFile lock = LockFile.take(path, with(attempt -> {
            if (attempt == 1) {
                Path fresh = Files.createFile(lockPath.resolveSibling("fresh"));
                Files.delete(lockPath);
                Files.move(fresh, lockPath);
            }
        })); ChildJvm other = new ChildJvm(way, path)) {
            assertThat(other.answer()).endsWith("held by another process");
            lock.abandon();
            assertThat(lockPath).as("it was made by somebody else").exists();
        }
    }

    /** The message was once that the lock file "does not stay", after a thousand attempts. */
    @Test
    void aLinkThatLeadsNowhereIsCalledThat() throws IOException {
        Files.createSymbolicLink(lockPath, directory.resolve("nowhere"));
        assertThatExceptionOfType(FileSystemException.class).isThrownBy(() -> LockFile.take(path, real))
                .withMessageContaining("pages.lock: it is the lock beside the page file")
                .withMessageContaining("it is a symbolic link that leads nowhere");
        assertThat(lockPath).isSymbolicLink();
        Files.delete(lockPath);
        LockFile.take(path, real).close();
    }

    /** Opening once waited for ever. */
    @Test
    void aPipeInItsPlaceIsRefusedAtOnce() throws IOException {
        try {
            int status = new ProcessBuilder("mkfifo", lockPath.toString()).start().onExit().join().exitValue();
            assumeTrue(status == 0, "mkfifo failed");
        } catch (IOException e) {
            assumeTrue(false, "no mkfifo here");
        }
        assertThatExceptionOfType(FileSystemException.class).isThrownBy(() -> LockFile.take(path, real))
                .withMessageContaining("it is not a regular file");
        Files.delete(lockPath);
        LockFile.take(path, real).close();
    }

    /** A full disk was once told of as if the page file had no room. */
    @Test
    void aDiskThatHasNoInodeForItIsToldWithItsName() throws IOException {
        Path mounted = Files.createDirectory(directory.toRealPath().resolve("mounted"));
        try (TmpfsMount _ = TmpfsMount.at(mounted, "size=1m,nr_inodes=2")) {
            Path last = Files.createFile(mounted.resolve("pages"));
            assertThatExceptionOfType(OutOfSpaceException.class).isThrownBy(() -> LockFile.take(last, real))
                    .withMessageStartingWith(LockFile.pathFor(last) + ": the lock beside the page file cannot be made");
        }
    }

    @Test
    void aFileThatNeverStaysEndsInAnExceptionAndLeavesNoClaim() throws IOException {
        Files.createFile(lockPath);
        assertThatExceptionOfType(FileSystemException.class).isThrownBy(() -> LockFile.take(path, with(_ -> {
            Files.deleteIfExists(lockPath);
            Files.createFile(lockPath.resolveSibling("fresh"));
            Files.move(lockPath.resolveSibling("fresh"), lockPath);
        }))).withMessageContaining("does not stay");
        LockFile.take(path, real).close();
    }
}
