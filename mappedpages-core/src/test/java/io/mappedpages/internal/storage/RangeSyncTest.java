package io.mappedpages.internal.storage;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** Looks at the operating system's own account of what is still to be written: Linux, and a disk below. */
@ParameterizedClass
@EnumSource(Way.class)
class RangeSyncTest {

    private static final int PAGE = 4096;
    private static final int MIB = 1 << 20;
    private static final Path ACCOUNT = Path.of("/proc/self/smaps");

    @TempDir
    Path directory;

    private final Way way;
    private final FileStorageProvider provider;
    private final Arena arena = Arena.ofShared();
    private FileStorage storage;
    private MemorySegment mapped;

    RangeSyncTest(Way way) {
        this.way = way;
        this.provider = way.provider();
    }

    @BeforeEach
    void mapAFileWithNothingToWrite() throws IOException {
        assumeTrue(Files.isReadable(ACCOUNT), "no " + ACCOUNT + " here");
        storage = (FileStorage) provider.createTemporary(directory.resolve("pages"));
        storage.extend(0, 16 * MIB, true);
        mapped = storage.map(0, 16 * MIB, arena);
        storage.sync();
        for (int page = 0; page < 16 * MIB / PAGE; page++) {
            mapped.get(JAVA_BYTE, (long) page * PAGE); // only what a process has touched is in its account
        }
        assumeTrue(unwritten() == 0, "not a disk that is synced, or no account of it");
    }

    @AfterEach
    void discardFile() {
        arena.close();
        if (storage != null) {
            provider.discard(storage);
        }
    }

    @Test
    void aSyncOfRangesWritesTheRangesAndLeavesTheRestAlone() throws IOException {
        mapped.set(JAVA_BYTE, 1 * MIB, (byte) 1);
        storage.write(3 * MIB, new byte[PAGE], 0, PAGE);
        mapped.set(JAVA_BYTE, 5 * MIB, (byte) 1);
        assertThat(unwritten()).isEqualTo(3);
        storage.sync(List.of(range(1 * MIB)));
        assertThat(unwritten()).as("after a page that was stored").isEqualTo(2);
        storage.sync(List.of(range(3 * MIB)));
        assertThat(unwritten()).as("after a page that was written").isEqualTo(1);
        storage.sync();
        assertThat(unwritten()).isZero();
    }

    @Test
    void fewRangesAreSyncedOneByOneAndManyAreJoinedAcrossTheSmallestGaps() throws IOException {
        List<ByteRange> far = new ArrayList<>();
        for (int i = 0; i < MappedRanges.MAX_FORCES; i++) {
            far.add(range(4L * i * MIB));
        }
        dirty(2 * MIB, 6 * MIB, 10 * MIB);
        for (ByteRange range : far) {
            dirty(range.offset());
        }
        storage.sync(far);
        assertThat(unwritten()).as("what lies between few ranges").isEqualTo(3);

        far.add(range(12 * MIB + 8L * PAGE + MappedRanges.SMALL_GAP));
        dirty(12 * MIB + 4 * PAGE);
        dirty(far.getLast().offset());
        storage.sync(far);
        if (way == Way.NATIVE) {
            assertThat(unwritten()).as("what lies between ranges").isEqualTo(4);
            return;
        }
        assertThat(unwritten()).as("what lies between distant ones of many ranges").isEqualTo(3);
    }

    @Test
    void nothingButTheRangesIsWrittenWhereTheDeviceCanBeWrittenToWithoutAFlushHoweverManyThereAre() throws IOException {
        assumeTrue(way == Way.NATIVE, "only with native calls");
        List<ByteRange> far = new ArrayList<>();
        for (int i = 0; i < 4 * MappedRanges.MAX_FORCES; i++) {
            far.add(range(1L * i * MIB));
            dirty(1L * i * MIB, 1L * i * MIB + MIB / 2);
        }
        storage.sync(far);
        assertThat(unwritten()).isEqualTo(far.size());
    }

    /** A growth synced the whole file, and all commits waited until the pages of others were on the disk, too. */
    @Test
    void aNewEndIsSyncedAloneWhereTheLengthIsKnownToGoWithIt() throws IOException {
        boolean alone = way == Way.NATIVE
                && List.of("ext2", "ext3", "ext4", "xfs").contains(Files.getFileStore(directory).type());
        dirty(1 * MIB, 2 * MIB);
        storage.extend(16 * MIB, 20 * MIB, true);

        storage.syncAdded(new ByteRange(16 * MIB, 4 * MIB));

        assertThat(unwritten()).isEqualTo(alone ? 2 : 0);
    }

    /** What is synced in the end then takes its time in small pieces, between which others write. */
    @Test
    void whatIsWrittenBackBesideOthersIsOnTheDeviceBeforeTheSyncWhereThatCanBeHad() throws IOException {
        boolean canBeHad = way == Way.NATIVE
                && List.of("ext2", "ext3", "ext4", "xfs").contains(Files.getFileStore(directory).type());
        storage.syncBeside(List.of());
        storage.write(1 * MIB, new byte[PAGE], 0, PAGE);
        storage.write(3 * MIB, new byte[PAGE], 0, PAGE);
        dirty(2 * MIB);

        storage.writeBackBeside(List.of(range(1 * MIB), range(3 * MIB)));

        assertThat(unwritten()).isEqualTo(canBeHad ? 1 : 3);
        storage.syncBeside(List.of(range(1 * MIB), range(3 * MIB)));
        assertThat(unwritten()).isEqualTo(1);
    }

    private void dirty(long... offsets) {
        for (long offset : offsets) {
            mapped.set(JAVA_BYTE, offset, (byte) 1);
        }
    }

    private static ByteRange range(long offset) {
        return new ByteRange(offset, PAGE);
    }

    /** Returns how many pages of the file the operating system has still to write. */
    private long unwritten() throws IOException {
        long kib = 0;
        boolean ours = false;
        for (String line : Files.readAllLines(ACCOUNT)) {
            if (line.matches("[0-9a-f]+-[0-9a-f]+ .*")) {
                ours = line.endsWith(storage.path().toString());
            } else if (ours && line.matches("(Shared|Private)_Dirty:.*")) {
                kib += Long.parseLong(line.replaceAll("[^0-9]", ""));
            }
        }
        return kib * 1024 / PAGE;
    }
}
