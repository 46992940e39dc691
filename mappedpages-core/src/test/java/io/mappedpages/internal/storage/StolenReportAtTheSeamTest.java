package io.mappedpages.internal.storage;

import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIOException;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.List;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

import io.mappedpages.testing.LoopDisk;

/** A failed write is reported to the syncs, whoever has heard of it before. */
@Timeout(120)
@ParameterizedClass
@EnumSource(Way.class)
class StolenReportAtTheSeamTest {

    private static final int MIB = 1 << 20;

    @TempDir
    Path directory;

    private final FileStorageProvider provider;

    StolenReportAtTheSeamTest(Way way) {
        this.provider = way.provider();
    }

    private interface Sync {
        void of(PageStorage storage) throws IOException;
    }

    private void assertFailsAfterAForce(Sync sync) throws IOException {
        try (LoopDisk disk = LoopDisk.thatCanFail(directory, 16); Arena arena = Arena.ofShared()) {
            PageStorage storage = provider.createTemporary(disk.mountPoint().resolve("pages"));
            storage.extend(0, 8 * MIB, false);
            storage.sync(List.of(new ByteRange(0, 4096)));
            storage.sync();
            MemorySegment lent = storage.map(0, 8 * MIB, arena);
            disk.fail();
            lent.asSlice(0, 6 * MIB).fill((byte) 1);
            assertThatExceptionOfType(UncheckedIOException.class).isThrownBy(lent::force);
            assertThatIOException().isThrownBy(() -> sync.of(storage));
            assertThatIOException().isThrownBy(() -> sync.of(storage)).withMessageContaining("has failed before");
            provider.discard(storage);
        }
    }

    @Test
    void aSyncOfTheFileFails() throws IOException {
        assertFailsAfterAForce(PageStorage::sync);
    }

    @Test
    void aSyncOfARangeFails() throws IOException {
        assertFailsAfterAForce(storage -> storage.sync(List.of(new ByteRange(4096, 4096))));
    }

    @Test
    void aSyncOfManyRangesFails() throws IOException {
        assertFailsAfterAForce(storage -> storage
                .sync(List.of(new ByteRange(4096, 4096), new ByteRange(2 * MIB, 4096), new ByteRange(5 * MIB, 4096))));
    }
}
