package io.mappedpages.internal.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.SyncFailedException;
import java.nio.file.FileSystemException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

@ParameterizedClass
@EnumSource(Way.class)
class FullDiskTest {

    private static final int MIB = 1 << 20;

    @TempDir
    Path directory;

    private final FileStorageProvider provider;

    FullDiskTest(Way way) {
        this.provider = way.provider();
    }

    @Test
    void afterAFailedReservationOnAFullDiskTheFileIsCutBackAndGoesOnWorking() throws Exception {
        try (TmpfsMount _ = TmpfsMount.at(directory, "size=4m")) {
            PageStorage storage = provider.createTemporary(directory.resolve("pages"));
            storage.extend(0, 2 * MIB, true);
            byte[] ones = new byte[2 * MIB];
            Arrays.fill(ones, (byte) 1);
            storage.write(0, ones, 0, ones.length);

            assertThatExceptionOfType(OutOfSpaceException.class)
                    .isThrownBy(() -> storage.extend(2 * MIB, 8 * MIB, true))
                    .withMessageContaining(storage.toString());
            assertThat(storage.length()).isBetween(2L * MIB, 4L * MIB);
            assertThatExceptionOfType(OutOfSpaceException.class)
                    .isThrownBy(() -> {
                        for (long at = 2 * MIB; at < 6 * MIB; at += 2 * MIB) {
                            storage.write(at, ones, 0, ones.length);
                        }
                    });

            storage.truncate(2 * MIB);
            storage.sync();
            byte[] read = new byte[2 * MIB];
            storage.read(0, read, 0, read.length);
            assertThat(read).isEqualTo(ones);
            storage.extend(2 * MIB, 3 * MIB, true);
            storage.write(2 * MIB, ones, 0, MIB);
            storage.sync();
            provider.discard(storage);
        }
    }

    @Test
    void aDiskWithoutRoomForOneMoreFileIsFullToo() throws Exception {
        try (TmpfsMount _ = TmpfsMount.at(directory, "size=4m,nr_inodes=3")) {
            Path target = directory.resolve("pages");
            assertThatExceptionOfType(OutOfSpaceException.class).isThrownBy(() -> {
                for (int i = 0; i < 10; i++) {
                    provider.createTemporary(directory.resolve("pages" + i)).close();
                }
            });
            assertThatExceptionOfType(OutOfSpaceException.class).isThrownBy(() -> provider.lock(target));
        }
    }

    @Test
    void aReadOnlyDiskIsNamedAsTheReason() throws Exception {
        try (TmpfsMount disk = TmpfsMount.at(directory, "size=4m")) {
            Path path = provider.resolve(directory.resolve("pages"));
            provider.publish(provider.createTemporary(path), path);
            HeldLock lock = provider.lock(path);
            lock.close();
            disk.makeReadOnly();
            assertThatExceptionOfType(FileSystemException.class).isThrownBy(() -> provider.lock(path))
                    .withMessageContaining("Read-only file system");
            assertThatExceptionOfType(FileSystemException.class).isThrownBy(() -> provider.open(path, () -> {
            })).withMessageContaining("Read-only file system");
            assertThatExceptionOfType(FileSystemException.class).isThrownBy(() -> provider.createTemporary(path))
                    .withMessageContaining("Read-only file system");
        }
    }

    @Test
    void aFullDiskIsToldFromOtherFailuresByTheWordsOfTheSystem() {
        Path path = Path.of("pages");
        Stream.of("No space left on device", "Disk quota exceeded", "File too large",
                "There is not enough space on the disk", "Map failed: No space left on device")
                .map(IOException::new).forEach(failure -> assertThatThrownBy(() -> {
                    throw FullDisk.judge(failure, path);
                }).isInstanceOf(OutOfSpaceException.class).hasMessageStartingWith("pages: ").hasCause(failure));

        Stream.of(new IOException("Input/output error"), new IOException(), new SyncFailedException("sync failed"),
                new OutOfSpaceException("No space left on device", null))
                .forEach(failure -> assertThat(FullDisk.judge(failure, path)).isSameAs(failure));
    }
}
