package io.mappedpages;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.UnaryOperator;
import java.util.zip.CRC32;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

import io.mappedpages.internal.format.SuperblockSlot;
import io.mappedpages.testing.PageFiles;
import io.mappedpages.testing.RawPageFile;
import io.mappedpages.testing.Untouched;

/** Page files of other versions, or with features this one does not know. */
class UnsupportedFormatTest {

    private static final int MAJOR_AT = 4;
    private static final int MINOR_AT = 5;
    private static final int CRC_AT = 60;

    @RegisterExtension
    private final PageFiles files = PageFiles.onDisk();

    private void assertThatItIsRefused(Path path, String... words) {
        files.damaged(path);
        Untouched directory = Untouched.since(files.directory());
        for (Runnable call : new Runnable[] {() -> Pager.open(path), () -> Pager.builder(path).openOrCreate()}) {
            assertThatExceptionOfType(UnsupportedFormatException.class).isThrownBy(call::run)
                    .withMessageContaining(path.toString()).withMessageContainingAll(words)
                    .returns(path, UnsupportedFormatException::path);
        }
        directory.check();
    }

    private RawPageFile closedPageFile() {
        Pager pager = files.create(10);
        pager.alloc();
        pager.close();
        return new RawPageFile(pager.path());
    }

    private static void changeVersion(RawPageFile file, int slot, int at, int version) {
        byte[] bytes = file.slot(slot).encode();
        bytes[at] = (byte) version;
        CRC32 crc = new CRC32();
        crc.update(bytes, 0, CRC_AT);
        ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).putInt(CRC_AT, (int) crc.getValue());
        file.write(SuperblockSlot.offsetOf(slot), bytes);
    }

    private static void changeSlots(RawPageFile file, UnaryOperator<SuperblockSlot> change) {
        for (int i = 0; i < 2; i++) {
            file.slot(i, change.apply(file.slot(i)));
        }
    }

    private static SuperblockSlot flagged(SuperblockSlot slot, int incompatible, int readOnly, int compatible) {
        return new SuperblockSlot(slot.pageSizeLog2(), slot.activeMetadata(), slot.generation(), slot.metadataSums(),
                incompatible, readOnly, compatible, slot.fileId());
    }

    /** It begins with the same four letters and a version 0; nothing behind that is where this format has it. */
    @Test
    void aFileOfTheRustCrateIsRefusedNamingItsVersion() throws IOException {
        ByteBuffer head = ByteBuffer.allocate(4 * 4096).order(ByteOrder.LITTLE_ENDIAN);
        head.put(new byte[] {'M', 'P', 'P', 'G', 0, 1}).putInt(12).put((byte) 1).putInt(0x2144DF1C);
        Path path = Files.write(files.path(), head.array());

        assertThatItIsRefused(path, "version 0.1");
    }

    @Test
    void aNewerMajorVersionIsRefusedNamingIt() {
        RawPageFile file = closedPageFile();
        changeVersion(file, 0, MAJOR_AT, 2);
        changeVersion(file, 1, MAJOR_AT, 2);

        assertThatItIsRefused(file.path(), "version 2.0");
    }

    /** A newer version has begun to write the file: whatever the older slot says, it is not this version's any more. */
    @Test
    void aNewerMajorVersionInOneSlotIsEnough() {
        for (int slot = 0; slot < 2; slot++) {
            RawPageFile file = closedPageFile();
            changeVersion(file, slot, MAJOR_AT, 3);

            assertThatItIsRefused(file.path(), "version 3.0");
        }
    }

    /** Without a checksum that agrees it is just a damaged byte. */
    @Test
    void aStrangeVersionByteInADamagedSlotIsDamage() {
        for (int slot = 0; slot < 2; slot++) {
            RawPageFile file = closedPageFile();
            file.write(SuperblockSlot.offsetOf(slot) + MAJOR_AT, (byte) 7);

            Pager pager = files.open(file.path());

            assertThat(pager.recovery()).isPresent();
            assertThat(pager.allocatedPages()).hasSize(1);
        }
    }

    @Test
    void anUnknownIncompatibleFlagIsRefusedNamingVersionAndFlag() {
        RawPageFile file = closedPageFile();
        changeSlots(file, slot -> flagged(slot, 0x4000, 0, 0));

        assertThatItIsRefused(file.path(), "1.0", "0x4000");
    }

    /** A pager always writes, so a file that may only be read is refused as well. */
    @Test
    void anUnknownReadOnlyFlagIsRefusedNamingVersionAndFlag() {
        RawPageFile file = closedPageFile();
        changeSlots(file, slot -> flagged(slot, 0, 0x10, 0));

        assertThatItIsRefused(file.path(), "1.0", "0x10", "read but not written");
    }

    @Test
    void unknownCompatibleFlagsAreKeptByEveryCommit() {
        RawPageFile file = closedPageFile();
        changeSlots(file, slot -> flagged(slot, 0, 0, 0x8000_0400));

        Pager pager = files.open(file.path());
        pager.alloc();
        pager.alloc();
        pager.close();

        assertThat(file.slot(0).compatibleFlags()).isEqualTo(0x8000_0400);
        assertThat(file.slot(1).compatibleFlags()).isEqualTo(0x8000_0400);
    }

    @Test
    void aNewerMinorVersionIsOpened() {
        RawPageFile file = closedPageFile();
        changeVersion(file, 0, MINOR_AT, 9);
        changeVersion(file, 1, MINOR_AT, 9);

        Pager pager = files.open(file.path());

        assertThat(pager.recovery()).isEmpty();
        assertThat(pager.allocatedPages()).hasSize(1);
    }
}
