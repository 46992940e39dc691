package io.mappedpages.internal.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIOException;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystem;
import java.nio.file.FileSystemException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

@ParameterizedClass
@EnumSource(Way.class)
class FileStorageProviderTest {

    private static final Path DESCRIPTORS = Path.of("/proc/self/fd");

    @TempDir
    Path directory;

    private final Way way;
    private final FileStorageProvider provider;
    private Path target;

    FileStorageProviderTest(Way way) {
        this.way = way;
        this.provider = way.provider();
    }

    @BeforeEach
    void nameAFile() throws IOException {
        target = provider.resolve(directory.resolve("pages"));
    }

    @Test
    void aPublishedFileHasTheContentOfTheTemporaryOneWhoseNameIsGone() throws IOException {
        PageStorage temporary = provider.createTemporary(target);
        temporary.write(0, new byte[] {1, 2, 3}, 0, 3);
        temporary.sync();
        assertThat(provider.exists(target)).isFalse();
        provider.publish(temporary, target);
        assertThat(Files.readAllBytes(target)).containsExactly(1, 2, 3);
        assertThat(names()).containsExactly("pages");
        provider.discard(temporary);
        assertThat(names()).containsExactly("pages");
    }

    @Test
    void publishingReplacesNothing() throws IOException {
        Files.writeString(target, "precious");
        PageStorage temporary = provider.createTemporary(target);
        assertThatExceptionOfType(FileAlreadyExistsException.class)
                .isThrownBy(() -> provider.publish(temporary, target));
        assertThat(target).hasContent("precious");
        assertThat(names()).containsExactly("pages");
    }

    @Test
    void aTemporaryFileIsBesideItsTargetUnderANameThatBelongsToIt() throws IOException {
        PageStorage one = provider.createTemporary(target);
        PageStorage two = provider.createTemporary(target.resolveSibling("others"));
        assertThat(names()).containsExactly(".others.mappedpages.tmp", ".pages.mappedpages.tmp");
        provider.discard(one);
        assertThat(names()).containsExactly(".others.mappedpages.tmp");
        provider.discard(two);
        assertThat(names()).isEmpty();
    }

    /** Three creations of 2 GB each that were killed once left 1.9 GB for ever: each had a name of its own. */
    @Test
    void whatAKilledCreationHasLeftIsClearedByTheNextCreation() throws IOException {
        PageStorage killed = provider.createTemporary(target);
        killed.extend(0, 100_000, true);
        PageStorage next = provider.createTemporary(target);
        assertThat(next.length()).isZero();
        killed.close();
        provider.publish(next, target);
        assertThat(names()).containsExactly("pages");
    }

    @Test
    void whatAKilledCreationHasLeftIsClearedByTheNextOpening() throws IOException {
        Files.createFile(target);
        Files.writeString(FileStorageProvider.temporaryFor(target), "left");
        provider.open(target, provider.lock(target)).close();
        assertThat(names()).containsExactly("pages", "pages.lock");
    }

    @Test
    void whatIsNoFileIsNotCleared() throws IOException {
        Files.createFile(target);
        Path directoryOfThatName = Files.createDirectory(FileStorageProvider.temporaryFor(target));
        provider.open(target, provider.lock(target)).close();
        assertThat(directoryOfThatName).isDirectory();
        assertThatIOException().isThrownBy(() -> provider.createTemporary(target));
        Files.delete(directoryOfThatName);
        Files.createSymbolicLink(directoryOfThatName, target);
        assertThatIOException().isThrownBy(() -> provider.createTemporary(target));
        assertThat(directoryOfThatName).isSymbolicLink();
    }

    @Test
    void onlyWhatThisProviderMadeCanBePublished() {
        PageStorage other = new FaultyStorageProviderTest.NoStorage();
        assertThatIllegalArgumentException().isThrownBy(() -> provider.publish(other, target));
        assertThatIllegalArgumentException().isThrownBy(() -> provider.discard(other));
    }

    @Test
    void allNamesOfAFileResolveToOne() throws IOException {
        Files.createFile(target);
        Path link = Files.createSymbolicLink(directory.resolve("link"), Path.of("pages"));
        Path folder = Files.createDirectory(directory.resolve("folder"));
        assertThat(provider.resolve(link)).isEqualTo(target);
        assertThat(provider.resolve(folder.resolve("../pages"))).isEqualTo(target);
    }

    @Test
    void allNamesOfAMissingFileResolveToOne() throws IOException {
        Path folder = Files.createDirectory(directory.resolve("folder"));
        Path folderLink = Files.createSymbolicLink(directory.resolve("folder-link"), folder);
        Path first = Files.createSymbolicLink(directory.resolve("first"), Path.of("second"));
        Files.createSymbolicLink(directory.resolve("second"), Path.of("folder-link/../pages"));
        assertThat(provider.exists(first)).isFalse();
        assertThat(provider.resolve(first)).isEqualTo(target);
        assertThat(provider.resolve(folderLink.resolve("x"))).isEqualTo(folder.toRealPath().resolve("x"));
        assertThat(provider.resolve(Path.of("no-such-file")))
                .isEqualTo(Path.of("").toRealPath().resolve("no-such-file"));
    }

    @Test
    void linksThatLeadInACircleResolveToNothing() throws IOException {
        Path link = Files.createSymbolicLink(directory.resolve("link"), Path.of("link"));
        assertThatExceptionOfType(FileSystemException.class).isThrownBy(() -> provider.resolve(link));
    }

    @Test
    void aFileInAMissingDirectoryIsRefusedByTheDirectorysName() {
        assertThatExceptionOfType(NoSuchFileException.class)
                .isThrownBy(() -> provider.resolve(directory.resolve("nowhere/pages")))
                .withMessageContaining("nowhere: there is no such directory");
    }

    @Test
    void aMissingFileIsNotOpenedAndNotMade() throws IOException {
        try (HeldLock lock = provider.lock(target)) {
            assertThatExceptionOfType(NoSuchFileException.class).isThrownBy(() -> provider.open(target, lock))
                    .withMessageContaining("pages: there is no such file");
            assertThatExceptionOfType(NoSuchFileException.class).isThrownBy(() -> provider.identity(target));
        }
        assertThat(names()).containsExactly("pages.lock");
    }

    @Test
    void aDirectoryIsNotOpened() throws IOException {
        Files.createDirectory(target);
        assertThatExceptionOfType(FileSystemException.class).isThrownBy(() -> provider.lock(target))
                .withMessageContaining("it is a directory");
        assertThat(names()).containsExactly("pages");
    }

    @Test
    void aDeviceIsNotOpened() {
        Path device = Path.of("/dev/null");
        assumeTrue(Files.exists(device), "no /dev/null here");
        assertThatExceptionOfType(FileSystemException.class).isThrownBy(() -> provider.open(device, () -> {
        })).withMessageContaining("it is not a regular file");
    }

    @Test
    void aFileIsOpenOncePerJvmByAnyOfItsNames() throws IOException {
        Files.createFile(target);
        Path symbolic = Files.createSymbolicLink(directory.resolve("symbolic"), target);
        Path hard = Files.createLink(directory.resolve("hard"), target);
        PageStorage storage = provider.open(target, provider.lock(target));

        assertHeldHere(() -> provider.lock(target));
        assertHeldHere(() -> provider.lock(provider.resolve(symbolic)));
        try (HeldLock otherLock = provider.lock(hard)) {
            assertHeldHere(() -> provider.open(hard, otherLock));
        }
        storage.close();
        provider.open(hard, provider.lock(hard)).close();
        provider.open(target, provider.lock(target)).close();
    }

    @Test
    void theLockGoesWithTheStorageOnceItIsOpen() throws IOException {
        Files.createFile(target);
        HeldLock lock = provider.lock(target);
        PageStorage storage = provider.open(target, lock);
        assertHeldHere(() -> provider.lock(target));
        storage.close();
        HeldLock next = provider.lock(target);
        lock.close(); // late and twice; must not release the next one
        storage.close();
        assertHeldHere(() -> HeldFiles.claim(ExactNames.text(LockFile.pathFor(target)), target));
        next.close();
        provider.lock(target).close();
    }

    @Test
    void aLockThatIsReleasedOrOfAnotherFileOpensNothing() throws IOException {
        Files.createFile(target);
        HeldLock released = provider.lock(target);
        released.close();
        assertThatIllegalArgumentException().isThrownBy(() -> provider.open(target, released));
        try (HeldLock other = provider.lock(directory.toRealPath().resolve("other"))) {
            assertThatIllegalArgumentException().isThrownBy(() -> provider.open(target, other));
        }
    }

    @Test
    void openingThatFailsHalfWayReleasesWhatItTookAndLeavesTheLockToTheCaller() throws IOException {
        Files.createFile(target);
        HeldLock lock = provider.lock(target);
        try (FileChannel other = FileChannel.open(target, StandardOpenOption.WRITE)) {
            other.lock();
            assertHeldHere(() -> provider.open(target, lock));
        }
        assertHeldHere(() -> provider.lock(target));
        provider.open(target, lock).close();
        provider.lock(target).close();
    }

    @Test
    void lockingThatFailsHalfWayReleasesWhatItTook() throws IOException {
        Path lockFile = directory.toRealPath().resolve("pages.lock");
        Files.createDirectory(lockFile);
        assertThatExceptionOfType(FileSystemException.class).isThrownBy(() -> provider.lock(target));
        Files.delete(lockFile);
        try (FileChannel other = FileChannel.open(lockFile, StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
            other.lock();
            assertHeldHere(() -> provider.lock(target));
        }
        provider.lock(target).close();
    }

    @Test
    void noDescriptorStaysOpenAfterAFailure() throws IOException {
        assumeTrue(Files.isDirectory(DESCRIPTORS), "no list of descriptors here");
        Files.createFile(target);
        try (FileChannel other = FileChannel.open(LockFile.pathFor(target), StandardOpenOption.CREATE,
                StandardOpenOption.WRITE)) {
            other.lock();
            assertHeldHere(() -> provider.lock(target));
        }
        HeldLock lock = provider.lock(target);
        try (FileChannel other = FileChannel.open(target, StandardOpenOption.WRITE)) {
            other.lock();
            assertHeldHere(() -> provider.open(target, lock));
        }
        lock.close();
        PageStorage temporary = provider.createTemporary(target);
        assertThatExceptionOfType(FileAlreadyExistsException.class)
                .isThrownBy(() -> provider.publish(temporary, target));
        assertThat(openDescriptors()).isEmpty();
    }

    /** Three descriptors and the lock on the page file once stayed: it could not be opened again in this JVM. */
    @Test
    void aFileThatIsMovedAwayWhileItIsOpenedIsClosedAgain() throws IOException {
        assumeTrue(Files.isDirectory(DESCRIPTORS), "no list of descriptors here");
        Files.createFile(target);
        Path away = target.resolveSibling("away");
        FileAccess access = new MovingAccess(way.access(), away);
        HeldLock lock = provider.lock(target);
        assertThatExceptionOfType(NoSuchFileException.class)
                .isThrownBy(() -> FileStorageProvider.on(access).open(target, lock));
        lock.close();
        assertThat(openDescriptors()).isEmpty();
        Files.move(away, target);
        provider.open(target, provider.lock(target)).close();
    }

    /** Somebody moves a file away as soon as it is open. */
    private record MovingAccess(FileAccess real, Path away) implements FileAccess {

        @Override
        public FileStorage create(Path path) throws IOException {
            return real.create(path);
        }

        @Override
        public FileStorage open(Path path) throws IOException {
            FileStorage opened = real.open(path);
            Files.move(path, away);
            return opened;
        }

        @Override
        public PageSource openToRead(Path path) throws IOException {
            return real.openToRead(path);
        }

        @Override
        public LockableFile openLockFile(Path path, boolean create) throws IOException {
            return real.openLockFile(path, create);
        }

        @Override
        public void syncDirectory(Path path) throws IOException {
            real.syncDirectory(path);
        }
    }

    /** Whoever had lost the lock once published a file that another process had only begun to write. */
    @Test
    void aTemporaryFileOfSomebodyElseIsNeitherPublishedNorDeleted() throws IOException {
        PageStorage published = provider.createTemporary(target);
        Path name = FileStorageProvider.temporaryFor(target);
        Files.delete(name);
        Files.writeString(name, "half made");
        assertThatExceptionOfType(FileSystemException.class).isThrownBy(() -> provider.publish(published, target))
                .withMessageContaining("it was removed or replaced before it was finished");
        assertThat(target).doesNotExist();
        assertThat(name).hasContent("half made");
        Files.delete(name);
        PageStorage discarded = provider.createTemporary(target);
        Files.delete(name);
        Files.writeString(name, "half made");
        provider.discard(discarded);
        assertThat(name).hasContent("half made");
    }

    /** A path in an archive was once taken for one of the operating system, or ended in a NullPointerException. */
    @Test
    void aPathOfAnotherFileSystemIsRefused() throws IOException {
        try (FileSystem archive = FileSystems.newFileSystem(directory.resolve("archive.zip"),
                Map.of("create", "true"))) {
            Path inside = archive.getPath("/pages");
            assertThatExceptionOfType(FileSystemException.class).isThrownBy(() -> provider.resolve(inside))
                    .withMessageContaining("of another kind, 'jar'");
        }
    }

    @Test
    void aPublishedFileIsWithdrawnOnlyIfItIsTheOne() throws IOException {
        Files.createFile(target);
        Object identity = provider.identity(target);
        Files.move(target, target.resolveSibling("moved"));
        Files.createFile(target);
        assertThat(provider.withdraw(target, identity)).isTrue();
        assertThat(target).exists();
        Files.move(target.resolveSibling("moved"), target, StandardCopyOption.REPLACE_EXISTING);
        assertThat(provider.withdraw(target, identity)).isTrue();
        assertThat(target).doesNotExist();
    }

    @Test
    void theLockFileStaysWhenTheLockIsGivenUp() throws IOException {
        provider.lock(target).close();
        Object before = provider.identity(directory.resolve("pages.lock"));
        provider.lock(target).close();
        assertThat(provider.identity(directory.resolve("pages.lock"))).isEqualTo(before);
    }

    @Test
    void aLockThatCameToNothingTakesAwayTheFileThatItMade() throws IOException {
        HeldLock lock = provider.lock(target);
        lock.abandon();
        assertThat(names()).isEmpty();
        lock.abandon();
        lock.close();
        provider.lock(target).close();
        assertThat(names()).containsExactly("pages.lock");
    }

    @Test
    void aLockThatCameToNothingLeavesAFileThatWasThere() throws IOException {
        provider.lock(target).close();
        provider.lock(target).abandon();
        assertThat(names()).containsExactly("pages.lock");
    }

    @Test
    void whatIsNoRegularFileIsRefusedBeforeAnythingIsMadeBesideIt() throws IOException {
        Path device = Path.of("/dev/full");
        assumeTrue(Files.exists(device), "no /dev/full here");
        assertThatExceptionOfType(FileSystemException.class).isThrownBy(() -> provider.lock(device))
                .withMessageContaining("it is not a regular file");
        assertThat(Path.of("/dev/full.lock")).doesNotExist();
    }

    @Test
    void theIdentityTellsAReplacedFileAndKnowsAHardLink() throws IOException {
        Files.createFile(target);
        Path hard = Files.createLink(directory.resolve("hard"), target);
        Object identity = provider.identity(target);
        assertThat(provider.identity(hard)).isEqualTo(identity).hasSameHashCodeAs(identity);
        Files.delete(target);
        Files.createFile(target);
        assertThat(provider.identity(target)).isNotEqualTo(identity);
    }

    /** Returns what this process has open in the directory. */
    private List<Path> openDescriptors() throws IOException {
        List<Path> open = new ArrayList<>();
        try (DirectoryStream<Path> descriptors = Files.newDirectoryStream(DESCRIPTORS)) {
            for (Path descriptor : descriptors) {
                if (Files.isSymbolicLink(descriptor)) { // the one of this very listing may be gone again
                    open.add(Files.readSymbolicLink(descriptor));
                }
            }
        }
        open.removeIf(path -> !path.startsWith(target.getParent()));
        return open;
    }

    private interface Taking {
        void take() throws IOException;
    }

    private static void assertHeldHere(Taking taking) {
        assertThatExceptionOfType(FileLockedException.class).isThrownBy(taking::take)
                .withMessageContaining("held in this JVM")
                .satisfies(e -> assertThat(e.holder()).isEqualTo(FileLockedException.Holder.THIS_JVM));
    }

    private List<String> names() throws IOException {
        try (Stream<Path> files = Files.list(directory)) {
            return files.map(file -> file.getFileName().toString()).sorted().toList();
        }
    }
}
