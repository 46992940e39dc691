package io.mappedpages.internal.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Reserving space looks at what there is before it takes it, and says how far it is. */
class ReservationTest {

    private static final int MIB = 1 << 20;
    private static final Path PATH = Path.of("pages");

    @TempDir
    Path directory;

    private long now;

    /** A file of which only the length is kept. */
    private static class Zeros implements Reservation.Blocks {

        private long length;
        private long written;

        @Override
        public long length() {
            return length;
        }

        @Override
        public boolean allocate(long offset, long count) {
            return false;
        }

        @Override
        public void write(long offset, byte[] source, int from, int count) throws IOException {
            length = Math.max(length, offset + count);
            written += count;
        }
    }

    /** Without native calls a disk was once filled with zeros, 11 GB in 19 s, before the creation was refused. */
    @Test
    void whatDoesNotFitIsRefusedWithNumbersBeforeAnythingIsWritten() {
        Zeros file = new Zeros();
        file.length = 10 * MIB;
        Reservation reservation = new Reservation(PATH, file, (_, _) -> 5 * MIB, System::nanoTime);
        assertThatExceptionOfType(OutOfSpaceException.class).isThrownBy(() -> reservation.reserve(9 * MIB, 16 * MIB))
                .withMessage("pages: " + 6 * MIB + " more bytes are needed, and " + 5 * MIB + " are left on the disk");
        assertThat(file.written).isZero();
    }

    @Test
    void whatFitsExactlyAndWhatIsInTheFileAlreadyIsReserved() throws IOException {
        Zeros file = new Zeros();
        file.length = 10 * MIB;
        Reservation reservation = new Reservation(PATH, file, (_, _) -> 5 * MIB, System::nanoTime);
        reservation.reserve(2 * MIB, 10 * MIB);
        reservation.reserve(10 * MIB, 15 * MIB);
        assertThat(file.written).isEqualTo(13 * MIB);
    }

    @Test
    void whereNobodyKnowsHowMuchIsLeftItIsTried() throws IOException {
        Zeros file = new Zeros();
        new Reservation(PATH, file, (_, _) -> -1, System::nanoTime).reserve(0, MIB);
        assertThat(file.written).isEqualTo(MIB);
    }

    /** The superuser was once refused what the file system would have given from the reserve that it keeps for him. */
    @Test
    void theFileSystemDecidesWhoMayHaveItsReserve() throws IOException {
        List<Long> asked = new ArrayList<>();
        Zeros file = new Zeros() {
            @Override
            public boolean allocate(long offset, long count) {
                asked.add(count);
                return true;
            }
        };
        Reservation reservation = new Reservation(PATH, file, (_, forAll) -> forAll ? 0 : 5 * MIB, System::nanoTime);
        reservation.reserve(0, 5 * MIB);
        assertThat(asked).containsExactly(5L * MIB);
        assertThatExceptionOfType(OutOfSpaceException.class).isThrownBy(() -> reservation.reserve(0, 6 * MIB));
        assertThat(asked).as("nothing is taken of a disk that is too small").hasSize(1);
        assertThatExceptionOfType(OutOfSpaceException.class)
                .isThrownBy(() -> new Reservation(PATH, new Zeros(), (_, forAll) -> forAll ? 0 : 5 * MIB,
                        System::nanoTime).reserve(0, MIB));
    }

    /** It says that 0 of 0 bytes are left, and a creation was refused for it. */
    @ParameterizedTest
    @EnumSource(Way.class)
    void aDiskWithoutALimitHasRoom(Way way) throws IOException {
        FileStorageProvider provider = way.provider();
        try (TmpfsMount _ = TmpfsMount.at(directory, "size=0")) {
            PageStorage storage = provider.createTemporary(directory.resolve("pages"));
            storage.extend(0, MIB, true);
            assertThat(storage.length()).isEqualTo(MIB);
            provider.discard(storage);
        }
    }

    @ParameterizedTest
    @EnumSource(Way.class)
    void aDiskThatIsTooSmallIsLeftAsItIs(Way way) throws IOException {
        FileStorageProvider provider = way.provider();
        try (TmpfsMount _ = TmpfsMount.at(directory, "size=4m")) {
            PageStorage storage = provider.createTemporary(directory.resolve("pages"));
            assertThatExceptionOfType(OutOfSpaceException.class).isThrownBy(() -> storage.extend(0, 8 * MIB, true))
                    .withMessageContaining("more bytes are needed");
            assertThat(storage.length()).isZero();
            provider.discard(storage);
        }
    }

    @Test
    void aLongWorkSaysHowFarItIsAfterFiveSecondsAndThenEveryTen() {
        List<String> log = new ArrayList<>();
        Progress progress = new Progress("work", 100L * MIB, () -> now, log::add);
        for (int second = 1; second <= 30; second++) {
            now = TimeUnit.SECONDS.toNanos(second);
            progress.at((long) second * MIB);
        }
        assertThat(log).containsExactly("work: 5 of 100 MiB are done", "work: 15 of 100 MiB are done",
                "work: 25 of 100 MiB are done");
    }

    @Test
    void aShortWorkSaysNothing() throws IOException {
        List<String> log = new ArrayList<>();
        Progress progress = new Progress("work", 100L * MIB, () -> now, log::add);
        now = TimeUnit.SECONDS.toNanos(4);
        progress.at(100L * MIB);
        assertThat(log).isEmpty();
    }

    @Test
    void writingZerosLooksAtTheClockNowAndThen() throws IOException {
        Zeros file = new Zeros();
        int[] looks = new int[1];
        new Reservation(PATH, file, (_, _) -> -1, () -> {
            looks[0]++;
            return 0;
        }).reserve(0, 8 * MIB);
        assertThat(looks[0]).isEqualTo(1 + 8);
    }
}
