package io.mappedpages.internal.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIOException;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.reflect.Proxy;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Kernels, file systems and containers refuse system calls. A call that is only one way of several is given up then, and
 * another way is taken; a failure of the disk is told, and is no reason to try another way.
 */
class RefusedCallsTest {

    private static final Logger LOGGER = Logger.getLogger(RangeWriting.class.getPackageName());
    private static final long BTRFS = 0x9123683EL;
    private static final List<ByteRange> TWO = List.of(new ByteRange(0, 4096), new ByteRange(500_000, 4096));

    @TempDir
    Path directory;

    private final FakedCalls calls = new FakedCalls();
    private final FileStorageProvider provider = calls.provider();
    private final List<String> log = new ArrayList<>();
    private final Handler handler = new Handler() {
        @Override
        public void publish(LogRecord message) {
            log.add(message.getLevel() + " " + message.getMessage());
        }

        @Override
        public void flush() {
            // nothing is kept back
        }

        @Override
        public void close() {
            // nothing is open
        }
    };
    private Path path;
    private FileStorage storage;

    @BeforeEach
    void makeAFile() throws IOException {
        LOGGER.setLevel(Level.ALL);
        LOGGER.setUseParentHandlers(false);
        LOGGER.addHandler(handler);
        path = provider.resolve(directory).resolve("pages");
        storage = (FileStorage) provider.createTemporary(path);
        storage.extend(0, 1 << 20, true);
        storage.write(0, new byte[1 << 20], 0, 1 << 20);
    }

    @AfterEach
    void discardIt() {
        LOGGER.removeHandler(handler);
        LOGGER.setLevel(null);
        LOGGER.setUseParentHandlers(true);
        provider.discard(storage);
    }

    private void assumeRangesAreWrittenHere() throws IOException {
        storage.sync(TWO);
        assumeTrue(calls.count("finishWriting") > 0 && calls.count("startWriting") > 0, "not on ext4 or xfs");
        calls.count("syncMapped");
    }

    /** Any refusal of {@code sync_file_range} once made the pager unavailable: seccomp, say, answers EPERM. */
    @ParameterizedTest
    @ValueSource(ints = {Errno.ENOSYS, Errno.EPERM, Errno.EINVAL, Errno.EOPNOTSUPP, Errno.EACCES, Errno.EBADF, 29})
    void whereRangesMayNotBeWrittenEachIsForcedAndThatIsToldOnce(int errno) throws IOException {
        assumeRangesAreWrittenHere();
        calls.refuse("startWriting", errno);
        storage.sync(TWO);
        assertThat(calls.count("syncMapped")).isEqualTo(2);
        assertThat(calls.count("startWriting")).isEqualTo(1);
        storage.sync(TWO);
        assertThat(calls.count("syncMapped")).isEqualTo(2);
        assertThat(calls.count("startWriting")).as("not tried again").isZero();
        assertThat(log).singleElement().asString().startsWith("INFO").contains("sync_file_range");
    }

    @Test
    void aRefusalOfTheSecondHalfIsARefusalToo() throws IOException {
        assumeRangesAreWrittenHere();
        calls.refuse("finishWriting", Errno.EPERM);
        storage.sync(TWO);
        assertThat(calls.count("syncMapped")).isEqualTo(2);
    }

    @ParameterizedTest
    @ValueSource(ints = {Errno.EIO, Errno.ENOSPC, Errno.EDQUOT})
    void aWriteThatFailedIsAFailureAndNoSyncSucceedsAfterIt(int errno) throws IOException {
        assumeRangesAreWrittenHere();
        calls.refuse("startWriting", errno);
        assertThatIOException().isThrownBy(() -> storage.sync(TWO)).withMessageContaining("(errno " + errno + ")");
        calls.allow("startWriting");
        assertThatIOException().isThrownBy(() -> storage.sync(TWO)).withMessageContaining("has failed before");
        assertThatIOException().isThrownBy(() -> storage.sync()).withMessageContaining("has failed before");
    }

    /**
     * Before Linux 5.10 a sync of a range on btrfs logs only where the blocks of that range are; the other ranges were on the
     * device, and lost with the power.
     */
    @Test
    void onBtrfsSeveralRangesAreOneSyncOfTheFile() throws IOException {
        calls.answer("fileSystemType", BTRFS);
        FileStorage other = (FileStorage) provider.createTemporary(path.resolveSibling("other"));
        other.extend(0, 1 << 20, true);
        other.sync(TWO);
        assertThat(calls.count("syncData")).isEqualTo(1);
        assertThat(calls.count("startWriting") + calls.count("finishWriting") + calls.count("syncMapped")).isZero();
        other.sync(TWO.subList(0, 1));
        assertThat(calls.count("syncMapped")).isEqualTo(1);
        assertThat(calls.count("syncData")).isZero();
        provider.discard(other);
    }

    @Test
    void whereNothingCanBeForcedByRangesTheFileIsSynced() throws IOException {
        calls.refuse("syncMapped", Errno.ENOSYS);
        storage.sync(TWO);
        assertThat(calls.count("syncData")).isEqualTo(1);
        calls.refuse("mapForSyncing", Errno.ENOMEM);
        storage.sync(List.of(new ByteRange(1L << 31, 1)));
        assertThat(calls.count("syncData")).isEqualTo(1);
    }

    /** Whatever number it has, it may be the one report of a failed write. */
    @ParameterizedTest
    @ValueSource(ints = {Errno.EIO, Errno.ENOSPC, Errno.ENOMEM, Errno.EPERM, 61})
    void aForceThatFailsIsNeverTriedInAnotherWay(int errno) throws IOException {
        calls.refuse("syncMapped", errno);
        assertThatIOException().isThrownBy(() -> storage.sync(TWO)).withMessageContaining("errno " + errno);
        assertThat(calls.count("syncData")).isZero();
        calls.allow("syncMapped");
        assertThatIOException().isThrownBy(() -> storage.sync(TWO)).withMessageContaining("has failed before");
    }

    @ParameterizedTest
    @ValueSource(ints = {Errno.EOPNOTSUPP, Errno.ENOSYS, Errno.EINVAL, Errno.EPERM})
    void whereTheFileSystemReservesNothingZerosAreWritten(int errno) throws IOException {
        calls.refuse("allocate", errno);
        storage.extend(1 << 20, 3 << 20, true);
        assertThat(calls.count("write")).isGreaterThanOrEqualTo((2 << 20) / 4096);
        assertThat(storage.length()).isEqualTo(3 << 20);
    }

    @Test
    void aDiskThatHasNoRoomIsFullAndNotFilledWithZeros() throws IOException {
        calls.count("write");
        calls.refuse("allocate", Errno.EDQUOT);
        assertThatExceptionOfType(OutOfSpaceException.class).isThrownBy(() -> storage.extend(1 << 20, 3 << 20, true));
        assertThat(calls.count("write")).isZero();
    }

    @ParameterizedTest
    @ValueSource(ints = {Errno.EOPNOTSUPP, Errno.ENOSYS, Errno.EINVAL, Errno.EPERM})
    void whereNoHoleCanBeMadeNothingHasChanged(int errno) throws IOException {
        calls.refuse("punchHole", errno);
        assertThat(storage.punchHole(new ByteRange(0, 8192))).isFalse();
        calls.refuse("punchHole", Errno.EIO);
        assertThatIOException().isThrownBy(() -> storage.punchHole(new ByteRange(0, 8192)));
    }

    @Test
    void adviceThatIsNotTakenDoesNotMatter() throws IOException {
        calls.refuse("adviseRandom", Errno.EINVAL);
        try (Arena arena = Arena.ofShared()) {
            assertThat(storage.map(0, 8192, arena).byteSize()).isEqualTo(8192);
        }
    }

    @Test
    void aFileSystemThatDoesNotTellItsKindIsSyncedTheSlowWay() throws IOException {
        calls.refuse("fileSystemType", Errno.ENOSYS);
        FileStorage other = (FileStorage) provider.createTemporary(path.resolveSibling("other"));
        calls.count("startWriting");
        other.extend(0, 1 << 20, true);
        other.sync(TWO);
        assertThat(calls.count("startWriting")).isZero();
        provider.discard(other);
    }

    @Test
    void aLockThatIsNotHeldByTheDescriptionIsHeldByTheProcess() throws IOException {
        FileStorageProvider old = new FileStorageProvider(new ProcessLocks(calls.calls()).faked());
        Files.createFile(path);
        PageStorage held = old.open(path, old.lock(path));
        assertThat(log).singleElement().asString().startsWith("INFO").contains("open file description", "loses");
        try (ChildJvm other = new ChildJvm(Way.NATIVE, path)) {
            assertThat(other.answer()).endsWith("held by another process");
        }
        try (ChildJvm other = new ChildJvm(Way.PORTABLE, path)) {
            assertThat(other.answer()).endsWith("held by another process");
        }
        held.close();
        calls.refuse("lock", Errno.ENOLCK);
        assertThatExceptionOfType(FileSystemException.class).isThrownBy(() -> provider.lock(path))
                .withMessageContaining("pages.lock").withMessageContaining("No locks available");
        assertThat(LockFile.pathFor(path)).exists(); // it was there before
    }

    /** A kernel before 3.15. */
    private record ProcessLocks(SystemCalls real) {

        SystemCalls faked() {
            return (SystemCalls) Proxy.newProxyInstance(SystemCalls.class.getClassLoader(),
                    new Class<?>[] {SystemCalls.class}, (_, method, arguments) -> {
                        boolean unknown = method.getName().equals("lock")
                                && arguments[1] == SystemCalls.LockOwner.DESCRIPTION;
                        return unknown ? (Object) (-Errno.EINVAL) : method.invoke(real, arguments);
                    });
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {Errno.ENOSYS, Errno.EOPNOTSUPP, Errno.EINVAL})
    void whereNobodyCanLockTheLockFileDoesNotStay(int errno) throws IOException {
        calls.refuse("lock", errno);
        Path other = path.resolveSibling("other");
        assertThatExceptionOfType(FileSystemException.class).isThrownBy(() -> provider.lock(other));
        assertThat(LockFile.pathFor(other)).doesNotExist();
        assertThatExceptionOfType(FileSystemException.class).as("nor the claim").isThrownBy(() -> provider.lock(other))
                .isNotInstanceOf(FileLockedException.class);
    }

    /** A lock file that was not locked was once deleted, which another process may have locked in that moment. */
    @ParameterizedTest
    @ValueSource(ints = {Errno.ENOLCK, Errno.EPERM, Errno.EIO})
    void whereOthersMayHaveTheLockItsFileStays(int errno) throws IOException {
        calls.count("open");
        calls.count("close");
        calls.refuse("lock", errno);
        Path other = path.resolveSibling("other");
        assertThatExceptionOfType(FileSystemException.class).isThrownBy(() -> provider.lock(other))
                .withMessageContaining("it cannot be locked");
        assertThat(LockFile.pathFor(other)).exists();
        assertThat(calls.count("open")).as("opened").isEqualTo(calls.count("close"));
    }

    /** Two descriptors once stayed open, and the file stayed locked until the process ended. */
    @Test
    void anErrorWhileClosingLeavesNothingOpenAndNothingLocked() throws IOException {
        Files.write(path, new byte[8192]);
        calls.count("open");
        calls.count("close");
        PageStorage opened = provider.open(path, provider.lock(path));
        opened.sync(List.of(new ByteRange(0, 4096)));
        calls.breakWith("unmap", new StackOverflowError("told to"));
        assertThatExceptionOfType(StackOverflowError.class).isThrownBy(opened::close);
        calls.allow("unmap");
        assertThat(calls.count("open")).as("opened").isEqualTo(calls.count("close"));
        provider.open(path, provider.lock(path)).close();
    }

    @Test
    void aMappingThatCannotBeTakenAwayIsToldAndDoesNotKeepTheFileOpen() throws IOException {
        storage.sync(TWO.subList(0, 1));
        calls.refuse("unmap", Errno.ENOMEM);
        storage.close();
        assertThat(log).anyMatch(line -> line.startsWith("WARNING") && line.contains("could not be taken away"));
    }

    @Test
    void anErrorWhileOpeningLeavesNoDescriptor() throws IOException {
        Files.createFile(path);
        calls.count("open");
        calls.count("close");
        calls.breakWith("status", new StackOverflowError("told to"));
        assertThatExceptionOfType(StackOverflowError.class).isThrownBy(() -> provider.lock(path));
        calls.allow("status");
        calls.breakWith("sync", new StackOverflowError("told to"));
        assertThatExceptionOfType(StackOverflowError.class)
                .isThrownBy(() -> new NativeAccess(calls.calls()).syncDirectory(directory));
        assertThat(calls.count("open")).as("opened").isEqualTo(calls.count("close")).isEqualTo(2);
    }

    @Test
    void aSignalIsNoReasonToFailTheCreation() throws IOException {
        NativeAccess access = new NativeAccess(calls.calls());
        calls.refuseOnce("sync", Errno.EINTR);
        access.syncDirectory(directory);
        assertThat(calls.count("sync")).isEqualTo(2);
        calls.refuseOnce("open", Errno.EINTR);
        access.syncDirectory(directory);
        assertThat(calls.count("sync")).isEqualTo(1);
    }

    @ParameterizedTest
    @ValueSource(ints = {Errno.EINVAL, Errno.EBADF, Errno.EACCES, Errno.EOPNOTSUPP})
    void aDirectoryThatCannotBeSyncedIsNoReasonToDeleteAGoodFile(int errno) throws IOException {
        calls.refuse("sync", errno);
        provider.publish(provider.createTemporary(path.resolveSibling("other")), path.resolveSibling("other"));
        assertThat(path.resolveSibling("other")).exists();
    }

    @Test
    void aDirectoryWhoseDeviceFailsFailsTheCreation() throws IOException {
        calls.refuse("sync", Errno.EIO);
        Path other = path.resolveSibling("other");
        PageStorage temporary = provider.createTemporary(other);
        assertThatIOException().isThrownBy(() -> provider.publish(temporary, other))
                .withMessageContaining("syncing the directory");
        assertThat(other).doesNotExist();
    }

    /** An error was once wrapped in an exception, and callers that look for it did not see it. */
    @Test
    void anErrorInACallStaysAnError() {
        assertThatExceptionOfType(OutOfMemoryError.class).isThrownBy(() -> {
            throw LinuxCalls.unexpected(new OutOfMemoryError());
        });
        assertThat(LinuxCalls.unexpected(new IllegalArgumentException())).isInstanceOf(IllegalArgumentException.class);
    }
}
