package io.mappedpages.internal.format;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.Arrays;
import java.util.Random;

import org.junit.jupiter.api.Test;

class SuperblockSlotTest {

    private static final String GOLDEN = "4d505047010000000c000000010000001011121314151617a0a1a2a301000080"
            + "000102030405060708090a0b0c0d0e0f0200004001000000b0b1b2b33d6f7e6f";

    private static final SuperblockSlot SLOT = new SuperblockSlot(12, 1, 0x1716151413121110L,
            new Sums(0xa3a2a1a0, 0xb3b2b1b0), 0x80000001, 0x40000002, SuperblockSlot.FLAG_SPARSE,
            new FileId(0x0001020304050607L, 0x08090a0b0c0d0e0fL));

    private static final int MAJOR = 4;
    private static final int MINOR = 5;
    private static final int PAGE_SIZE_LOG2 = 8;
    private static final int ACTIVE = 12;
    private static final int GENERATION = 16;

    @Test
    void hasExactlyTheseBytes() {
        assertThat(TestBytes.HEX.formatHex(SLOT.encode())).isEqualTo(GOLDEN);
    }

    @Test
    void isReadFromExactlyTheseBytes() {
        assertThat(SuperblockSlot.decode(TestBytes.HEX.parseHex("ee" + GOLDEN), 1))
                .isEqualTo(new SlotReading.Valid(SLOT));
    }

    @Test
    void theTwoSlotsLieInTwoSectors() {
        assertThat(SuperblockSlot.offsetOf(0)).isEqualTo(SuperblockSlot.SLOT_0).isZero();
        assertThat(SuperblockSlot.offsetOf(1)).isEqualTo(SuperblockSlot.SLOT_1).isEqualTo(512);
        assertThatExceptionOfType(IndexOutOfBoundsException.class).isThrownBy(() -> SuperblockSlot.offsetOf(2));
    }

    @Test
    void anyDamagedByteIsNoticed() {
        long seed = TestBytes.seed();
        Random random = new Random(seed);
        for (int at = 0; at < SuperblockSlot.BYTES; at++) {
            SlotReading reading = SuperblockSlot.decode(TestBytes.damaged(SLOT.encode(), at, random), 0);
            String description = TestBytes.named(seed) + " byte " + at + ": " + reading;
            if (at < MAJOR) {
                assertThat(reading).as(description).isInstanceOf(SlotReading.Foreign.class);
            } else if (at == MAJOR) {
                assertThat(reading).as(description).isInstanceOf(SlotReading.OtherVersion.class)
                        .extracting("checked").isEqualTo(false);
            } else {
                assertThat(reading).as(description).isInstanceOf(SlotReading.Damaged.class);
            }
        }
    }

    @Test
    void aSlotThatWasNeverWrittenIsDamagedAndNotForeign() {
        assertDamaged(new byte[64], "zeros");
    }

    @Test
    void somebodyElsesBytesAreForeign() {
        byte[] bytes = new byte[64];
        bytes[63] = 1;

        assertThat(SuperblockSlot.decode(bytes, 0)).isInstanceOf(SlotReading.Foreign.class);
    }

    @Test
    void aSlotThatTheFileIsTooShortForIsDamaged() {
        assertThat(SuperblockSlot.decode(SLOT.encode(), 1)).isInstanceOf(SlotReading.Damaged.class);
        assertThat(SuperblockSlot.decode(new byte[0], 0)).isInstanceOf(SlotReading.Damaged.class);
        assertThat(SuperblockSlot.decode(SLOT.encode(), -1)).isInstanceOf(SlotReading.Damaged.class);
        assertThat(SuperblockSlot.decode(SLOT.encode(), Integer.MAX_VALUE)).isInstanceOf(SlotReading.Damaged.class);
    }

    @Test
    void anotherMajorVersionIsNamedAndNothingElseOfItIsRead() {
        byte[] bytes = TestBytes.forged(SLOT.encode(), MAJOR, 2, 7, 99, 99, 99);

        assertThat(SuperblockSlot.decode(bytes, 0)).isEqualTo(new SlotReading.OtherVersion(2, 7, true));
        bytes[63]++;
        assertThat(SuperblockSlot.decode(bytes, 0)).isEqualTo(new SlotReading.OtherVersion(2, 7, false));
        assertThat(SuperblockSlot.decode(TestBytes.forged(SLOT.encode(), MAJOR, 0), 0))
                .isEqualTo(new SlotReading.OtherVersion(0, 0, true));
    }

    @Test
    void aNewerMinorVersionIsReadEvenWithBytesThatAreReservedHere() {
        byte[] bytes = TestBytes.forged(SLOT.encode(), MINOR, 1, 2, 3);

        assertThat(SuperblockSlot.decode(TestBytes.forged(bytes, ACTIVE + 1, 4, 5, 6), 0))
                .isEqualTo(new SlotReading.Valid(SLOT));
    }

    @Test
    void reservedBytesOfThisVersionAreZero() {
        for (int at : new int[] {6, 7, 13, 14, 15}) {
            assertDamaged(TestBytes.forged(SLOT.encode(), at, 1), "reserved byte " + at + " ");
        }
    }

    @Test
    void impossibleFieldsAreDamageDespiteAGoodChecksum() {
        assertDamaged(TestBytes.forged(SLOT.encode(), PAGE_SIZE_LOG2, 9), "page size");
        assertDamaged(TestBytes.forged(SLOT.encode(), PAGE_SIZE_LOG2, 31), "page size");
        assertDamaged(TestBytes.forged(SLOT.encode(), PAGE_SIZE_LOG2, 12, 0, 0, 128), "page size");
        assertDamaged(TestBytes.forged(SLOT.encode(), ACTIVE, 2), "active");
        assertDamaged(TestBytes.forged(SLOT.encode(), GENERATION + 7, 128), "generation");
    }

    private static void assertDamaged(byte[] bytes, String reason) {
        assertThat(SuperblockSlot.decode(bytes, 0)).isInstanceOfSatisfying(SlotReading.Damaged.class,
                damaged -> assertThat(damaged.reason()).contains(reason));
    }

    @Test
    void unknownFlagsAreReadAndLeftToTheCaller() {
        SuperblockSlot slot = new SuperblockSlot(30, 0, 0, new Sums(0, 0), -1, -1, -1, new FileId(0, 0));

        assertThat(SuperblockSlot.decode(slot.encode(), 0)).isEqualTo(new SlotReading.Valid(slot));
    }

    @Test
    void whatCouldNotBeReadCannotBeMade() {
        Sums sums = new Sums(1, 2);
        FileId id = new FileId(3, 4);

        assertThatIllegalArgumentException().isThrownBy(() -> new SuperblockSlot(9, 0, 1, sums, 0, 0, 0, id));
        assertThatIllegalArgumentException().isThrownBy(() -> new SuperblockSlot(12, 2, 1, sums, 0, 0, 0, id));
        assertThatIllegalArgumentException().isThrownBy(() -> new SuperblockSlot(12, 0, -1, sums, 0, 0, 0, id));
    }

    @Test
    void randomBytesNeverMakeItThrow() {
        long seed = TestBytes.seed();
        Random random = new Random(seed);
        for (int i = 0; i < 20_000; i++) {
            byte[] bytes = TestBytes.random(random, SuperblockSlot.BYTES);
            System.arraycopy(SLOT.encode(), 0, bytes, 0, random.nextInt(8));
            // Every second one with a good checksum, so that the fields are looked at too.
            byte[] tried = random.nextBoolean() ? TestBytes.forged(bytes, 0) : bytes;
            assertThat(SuperblockSlot.decode(tried, 0)).as(TestBytes.named(seed)).isNotNull();
        }
    }

    @Test
    void everySoundSlotComesBackAsItWas() {
        long seed = TestBytes.seed();
        Random random = new Random(seed);
        for (int i = 0; i < 5_000; i++) {
            SuperblockSlot slot = new SuperblockSlot(random.nextInt(10, 31), random.nextInt(2),
                    random.nextLong() >>> 1, new Sums(random.nextInt(), random.nextInt()), random.nextInt(),
                    random.nextInt(), random.nextInt(), new FileId(random.nextLong(), random.nextLong()));
            byte[] bytes = new byte[700];
            Arrays.fill(bytes, (byte) 0xee);
            System.arraycopy(slot.encode(), 0, bytes, SuperblockSlot.SLOT_1, SuperblockSlot.BYTES);
            assertThat(SuperblockSlot.decode(bytes, SuperblockSlot.SLOT_1)).as(TestBytes.named(seed))
                    .isEqualTo(new SlotReading.Valid(slot));
        }
    }
}
