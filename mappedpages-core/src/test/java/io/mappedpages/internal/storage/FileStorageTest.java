package io.mappedpages.internal.storage;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIOException;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.junit.jupiter.api.Assumptions.abort;

import java.io.EOFException;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Random;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

@ParameterizedClass
@EnumSource(Way.class)
class FileStorageTest {

    @TempDir
    Path directory;

    private final FileStorageProvider provider;
    private FileStorage storage;

    FileStorageTest(Way way) {
        this.provider = way.provider();
    }

    @BeforeEach
    void createFile() throws IOException {
        storage = (FileStorage) provider.createTemporary(directory.resolve("pages"));
    }

    @AfterEach
    void discardFile() {
        provider.discard(storage);
    }

    @Test
    void theFileHoldsWhatWasWrittenStoredAndExtended() throws IOException {
        Random random = new Random(11);
        byte[] expected = new byte[0];
        try (Arena arena = Arena.ofShared()) {
            for (int round = 0; round < 500; round++) {
                int offset = random.nextInt(100_000);
                int length = random.nextInt(9_000);
                byte[] bytes = new byte[length + 20];
                random.nextBytes(bytes);
                switch (random.nextInt(5)) {
                    case 0 -> {
                        storage.extend(offset, offset + length, random.nextBoolean());
                        expected = Arrays.copyOf(expected, Math.max(expected.length, offset + length));
                        storage.read(offset, bytes, 0, length); // what is there depends on "reserve", which has its own test
                        System.arraycopy(bytes, 0, expected, offset, length);
                    }
                    case 1 -> {
                        storage.truncate(offset);
                        expected = Arrays.copyOf(expected, Math.min(expected.length, offset));
                    }
                    case 2 -> {
                        MemorySegment segment = storage.map(offset, length + 1L, arena);
                        expected = Arrays.copyOf(expected, Math.max(expected.length, offset + length + 1));
                        MemorySegment.copy(bytes, 5, segment, JAVA_BYTE, 0, length);
                        System.arraycopy(bytes, 5, expected, offset, length);
                    }
                    case 3 -> storage.sync(List.of(new ByteRange(offset, length)));
                    default -> {
                        storage.write(offset, bytes, 5, length);
                        if (length > 0) {
                            expected = Arrays.copyOf(expected, Math.max(expected.length, offset + length));
                        }
                        System.arraycopy(bytes, 5, expected, Math.min(offset, expected.length), length);
                    }
                }
                assertThat(storage.length()).isEqualTo(expected.length);
            }
            byte[] read = new byte[expected.length + 2];
            storage.read(0, read, 1, expected.length);
            assertThat(Arrays.copyOfRange(read, 1, read.length - 1)).isEqualTo(expected);
            storage.sync();
            assertThat(Files.readAllBytes(storage.path())).isEqualTo(expected);
        }
    }

    @Test
    void readingPastTheEndIsAnExceptionThatNamesFileAndPlace() throws IOException {
        storage.extend(0, 1_000, false);
        storage.read(990, new byte[10], 0, 10);
        assertThatExceptionOfType(EOFException.class).isThrownBy(() -> storage.read(991, new byte[10], 0, 10))
                .withMessageContaining(storage.path().toString()).withMessageContaining("991");
        assertThatExceptionOfType(EOFException.class).isThrownBy(() -> storage.read(5_000, new byte[1], 0, 1));
    }

    @Test
    void extendingNeverShortensAndNeverTouchesWhatIsBeforeIt() throws IOException {
        byte[] ones = filled(10_000, 1);
        storage.write(0, ones, 0, ones.length);
        storage.extend(0, 5_000, false);
        assertThat(storage.length()).isEqualTo(10_000);
        storage.extend(9_000, 9_500, true);
        assertThat(storage.length()).isEqualTo(10_000);
        storage.extend(9_700, 20_001, true);
        assertThat(storage.length()).isEqualTo(20_001);

        byte[] bytes = Files.readAllBytes(storage.path());
        assertThat(Arrays.mismatch(bytes, 0, 9_000, ones, 0, 9_000)).isEqualTo(-1);
        assertThat(Arrays.mismatch(bytes, 9_500, 9_700, ones, 9_500, 9_700)).isEqualTo(-1);
        assertThat(Arrays.mismatch(bytes, 10_000, 20_001, new byte[10_001], 0, 10_001)).isEqualTo(-1);
    }

    /** Pages that are given up go back to the file system; the file keeps its length, for somebody may have it mapped. */
    @Test
    void aHoleReadsAsZerosAlsoThroughMappingsAndTheFileKeepsItsLength() throws Exception {
        byte[] ones = filled(1 << 20, 1);
        storage.write(0, ones, 0, ones.length);
        storage.sync();
        long full = blocks();
        try (Arena arena = Arena.ofShared()) {
            MemorySegment segment = storage.map(0, 1 << 20, arena);
            assertThat(segment.get(JAVA_BYTE, 500_000)).isEqualTo((byte) 1);
            boolean punched = storage.punchHole(new ByteRange(65_536, 917_504));
            storage.sync();
            assertThat(storage.length()).isEqualTo(1 << 20);
            byte[] expected = filled(1 << 20, 1);
            if (punched) {
                Arrays.fill(expected, 65_536, 65_536 + 917_504, (byte) 0);
                assertThat(blocks()).isLessThan(full / 2);
            }
            assertThat(segment.toArray(JAVA_BYTE)).isEqualTo(expected);
            assertThat(Files.readAllBytes(storage.path())).isEqualTo(expected);
            assertThat(punched).as("with native calls, on a disk that can").isEqualTo(storage instanceof NativeStorage);
        }
    }

    @Test
    void reservingPutsRealBlocksBehindThePartAndExtendingDoesNot() throws Exception {
        storage.extend(0, 1 << 20, false);
        storage.sync();
        long sparse = blocks();
        storage.extend(512 << 10, 1 << 20, true);
        storage.sync();
        assertThat(sparse).isLessThan(64);
        assertThat(blocks() - sparse).isGreaterThanOrEqualTo((512 << 10) / 512);
    }

    @Test
    void truncatingNeverLengthens() throws IOException {
        storage.extend(0, 5_000, false);
        storage.truncate(6_000);
        assertThat(storage.length()).isEqualTo(5_000);
        storage.truncate(4_000);
        assertThat(storage.length()).isEqualTo(4_000);
    }

    @Test
    void whatIsWrittenIsSeenThroughTheMappingAndTheOtherWayRound() throws IOException {
        try (Arena arena = Arena.ofShared()) {
            MemorySegment segment = storage.map(4_096, 8_192, arena);
            assertThat(storage.length()).isEqualTo(12_288);
            storage.write(5_000, filled(1, 9), 0, 1);
            assertThat(segment.get(JAVA_BYTE, 904)).isEqualTo((byte) 9);
            segment.set(JAVA_BYTE, 905, (byte) 8);
            byte[] read = new byte[2];
            storage.read(5_000, read, 0, 2);
            assertThat(read).containsExactly(9, 8);
        }
    }

    @Test
    void mappingALongFileDoesNotShortenIt() throws IOException {
        storage.extend(0, 100_000, false);
        try (Arena arena = Arena.ofShared()) {
            storage.map(0, 4_096, arena);
        }
        assertThat(storage.length()).isEqualTo(100_000);
    }

    @Test
    void syncingWorksWhateverIsMapped() throws IOException {
        List<ByteRange> ranges = List.of(new ByteRange(0, 10), new ByteRange(8_000, 400), new ByteRange(70_000, 1));
        storage.extend(0, 100_000, false);
        storage.sync(ranges); // nothing is mapped
        try (Arena arena = Arena.ofShared()) {
            storage.map(0, 8_192, arena);
            storage.sync(ranges); // a part is mapped
            storage.map(8_192, 91_808, arena);
            storage.sync(ranges); // all is mapped, in two pieces
            storage.sync(List.of());
            storage.sync();
        }
        storage.sync(ranges); // all was mapped
        storage.sync();
    }

    @Test
    void aFileThatSomebodyTruncatedUnderItsMappingIsSyncedWithoutHarm() throws IOException {
        storage.extend(0, 1 << 20, true);
        try (Arena arena = Arena.ofShared()) {
            MemorySegment segment = storage.map(0, 1 << 20, arena);
            segment.fill((byte) 1);
            try (RandomAccessFile other = new RandomAccessFile(storage.path().toFile(), "rw")) {
                other.setLength(10_000);
            }
            // Linux forces what is still there and says nothing of the rest. An exception would be as good; a signal not.
            storage.sync(List.of(new ByteRange(0, 1 << 20)));
            storage.sync(List.of(new ByteRange(8_192, 4_096), new ByteRange(500_000, 4_096)));
            storage.sync();
            assertThatExceptionOfType(InternalError.class).isThrownBy(() -> segment.get(JAVA_BYTE, 500_000));
            assertThatExceptionOfType(EOFException.class).isThrownBy(() -> storage.read(9_999, new byte[2], 0, 2));

            storage.extend(10_000, 1 << 20, true);
            segment.set(JAVA_BYTE, 500_000, (byte) 7);
            byte[] read = new byte[1];
            storage.read(500_000, read, 0, 1);
            assertThat(read).containsExactly(7);
        }
    }

    @Test
    void aFileThatWouldBeTooLargeIsOutOfSpace() throws IOException {
        long tooLarge = Long.MAX_VALUE / 2;
        try {
            storage.extend(0, tooLarge, false);
            abort("this file system has files of " + tooLarge + " bytes");
        } catch (IOException e) {
            assertThat(e).isInstanceOf(OutOfSpaceException.class).hasMessageContaining(storage.path().toString());
        }
        storage.extend(0, 10, true);
        assertThat(storage.length()).isEqualTo(10);
    }

    @Test
    void everyCallAfterClosingIsAnExceptionAndClosingAgainIsNot() throws IOException {
        storage.extend(0, 100, false);
        storage.close();
        storage.close();
        byte[] bytes = new byte[1];
        assertThatIOException().isThrownBy(() -> storage.length()).withMessageContaining("closed");
        assertThatIOException().isThrownBy(() -> storage.read(0, bytes, 0, 1)).withMessageContaining("closed");
        assertThatIOException().isThrownBy(() -> storage.write(0, bytes, 0, 1)).withMessageContaining("closed");
        assertThatIOException().isThrownBy(() -> storage.extend(0, 1, true)).withMessageContaining("closed");
        assertThatIOException().isThrownBy(() -> storage.truncate(1)).withMessageContaining("closed");
        assertThatIOException().isThrownBy(() -> storage.sync()).withMessageContaining("closed");
        assertThatIOException().isThrownBy(() -> storage.sync(List.of())).withMessageContaining("closed");
        assertThatIOException().isThrownBy(() -> storage.map(0, 1, Arena.global())).withMessageContaining("closed");
    }

    @Test
    void aMappingOutlivesTheStorage() throws IOException {
        try (Arena arena = Arena.ofShared()) {
            MemorySegment segment = storage.map(0, 100, arena);
            storage.close();
            segment.set(JAVA_BYTE, 50, (byte) 1);
            assertThat(Files.readAllBytes(storage.path())[50]).isEqualTo((byte) 1);
        }
    }

    @Test
    void impossibleArgumentsAreRefused() {
        byte[] bytes = new byte[10];
        assertThatIllegalArgumentException().isThrownBy(() -> storage.read(-1, bytes, 0, 1));
        assertThatIllegalArgumentException().isThrownBy(() -> storage.write(-1, bytes, 0, 1));
        assertThatIllegalArgumentException().isThrownBy(() -> storage.truncate(-1));
        assertThatIllegalArgumentException().isThrownBy(() -> storage.map(-1, 1, Arena.global()));
        assertThatExceptionOfType(IndexOutOfBoundsException.class).isThrownBy(() -> storage.read(0, bytes, 5, 6));
        assertThatExceptionOfType(IndexOutOfBoundsException.class).isThrownBy(() -> storage.write(0, bytes, 5, 6));
        assertThatExceptionOfType(IndexOutOfBoundsException.class).isThrownBy(() -> storage.extend(5, 4, false));
    }

    private static byte[] filled(int length, int value) {
        byte[] bytes = new byte[length];
        Arrays.fill(bytes, (byte) value);
        return bytes;
    }

    /** Returns how many blocks of 512 bytes the file occupies. */
    private long blocks() throws Exception {
        Process stat = new ProcessBuilder("stat", "-c", "%b", storage.path().toString()).redirectErrorStream(true)
                .start();
        String answer = new String(stat.getInputStream().readAllBytes()).trim();
        return stat.waitFor() == 0 ? Long.parseLong(answer) : abort("no stat here: " + answer);
    }
}
