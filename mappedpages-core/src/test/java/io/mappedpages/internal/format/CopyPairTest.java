package io.mappedpages.internal.format;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.Arrays;
import java.util.Random;

import org.junit.jupiter.api.Test;

class CopyPairTest {

    private static final String GOLDEN = "0102030405060708090a0b0c1011121314151617a0a1a2a3b0b1b2b301030000";

    static final CopyPair PAIR = new CopyPair(0x060504030201L, 0x0c0b0a090807L, 0x1716151413121110L,
            new Sums(0xa3a2a1a0, 0xb3b2b1b0), 1, true, true);

    private static final int ACTIVE = 28;
    private static final int FLAGS = 29;
    private static final int RESERVED = 30;

    @Test
    void hasExactlyTheseBytes() {
        byte[] bytes = new byte[CopyPair.BYTES + 2];
        Arrays.fill(bytes, (byte) 0xee);

        PAIR.write(bytes, 1);

        assertThat(TestBytes.hex(bytes, 0, bytes.length)).isEqualTo("ee" + GOLDEN + "ee");
    }

    @Test
    void isReadFromExactlyTheseBytes() throws FormatException {
        assertThat(CopyPair.read(TestBytes.HEX.parseHex("ee" + GOLDEN), 1)).isEqualTo(PAIR);
    }

    @Test
    void nothingIsZeros() throws FormatException {
        byte[] bytes = new byte[CopyPair.BYTES];
        Arrays.fill(bytes, (byte) 0xee);

        CopyPair.NONE.write(bytes, 0);

        assertThat(bytes).containsOnly(0);
        assertThat(CopyPair.read(bytes, 0)).isEqualTo(CopyPair.NONE);
    }

    @Test
    void pageNumbersReachAll48Bits() throws FormatException {
        byte[] bytes = new byte[CopyPair.BYTES];
        CopyPair pair = new CopyPair((1L << 48) - 1, 3, 0, new Sums(-1, -1), 0, true, false);

        pair.write(bytes, 0);

        assertThat(CopyPair.read(bytes, 0)).isEqualTo(pair);
    }

    @Test
    void aFlipMakesTheInactivePageTheActiveOne() {
        Sums sums = new Sums(5, 6);

        CopyPair flipped = PAIR.flippedTo(99, sums);

        assertThat(PAIR.activePage()).isEqualTo(PAIR.pageB());
        assertThat(PAIR.inactivePage()).isEqualTo(PAIR.pageA());
        assertThat(flipped).isEqualTo(new CopyPair(PAIR.pageA(), PAIR.pageB(), 99, sums, 0, true, true));
        assertThat(flipped.activePage()).isEqualTo(PAIR.inactivePage());
        assertThat(flipped.flippedTo(100, sums).activePage()).isEqualTo(PAIR.activePage());
    }

    @Test
    void theHintChangesNothingElse() {
        assertThat(PAIR.withFreeBelow(false).freeBelow()).isFalse();
        assertThat(PAIR.withFreeBelow(false).withFreeBelow(true)).isEqualTo(PAIR);
        assertThat(CopyPair.NONE.withFreeBelow(false)).isEqualTo(CopyPair.NONE);
    }

    @Test
    void whatNoWriterWritesIsRefused() {
        assertRefused(ACTIVE, 2);
        assertRefused(ACTIVE, 255);
        assertRefused(FLAGS, 4 | 1);
        assertRefused(FLAGS, 128 | 1);
        assertRefused(RESERVED, 1);
        assertRefused(RESERVED + 1, 1);
        assertRefused(19, 0x80); // generation below zero
        assertRefused(0, 2, 0, 0, 0, 0, 0); // page A is the metadata page B
        assertRefused(6, 0, 0, 0, 0, 0, 0); // page B is the superblock
        assertRefused(6, 1, 2, 3, 4, 5, 6); // page B is page A
    }

    @Test
    void aPairThatIsNotInUseMustNotSayAnythingElse() {
        byte[] none = new byte[CopyPair.BYTES];
        for (int at = 0; at < CopyPair.BYTES; at++) {
            byte[] bytes = none.clone();
            bytes[at] = at == FLAGS ? (byte) 2 : (byte) 1;
            assertThatExceptionOfType(FormatException.class).as("byte " + at)
                    .isThrownBy(() -> CopyPair.read(bytes, 0));
        }
    }

    private static void assertRefused(int at, int... values) {
        byte[] bytes = TestBytes.HEX.parseHex(GOLDEN);
        for (int i = 0; i < values.length; i++) {
            bytes[at + i] = (byte) values[i];
        }
        assertThatExceptionOfType(FormatException.class).as("byte " + at).isThrownBy(() -> CopyPair.read(bytes, 0))
                .withMessageStartingWith("copy pair: ");
    }

    @Test
    void whatCouldNotBeReadCannotBeMade() {
        Sums sums = new Sums(1, 2);

        assertThatIllegalArgumentException().isThrownBy(() -> new CopyPair(3, 4, 1, sums, 2, true, false));
        assertThatIllegalArgumentException().isThrownBy(() -> new CopyPair(3, 4, 1, sums, -1, true, false));
        assertThatIllegalArgumentException().isThrownBy(() -> new CopyPair(3, 4, -1, sums, 0, true, false));
        assertThatIllegalArgumentException().isThrownBy(() -> new CopyPair(3, 3, 1, sums, 0, true, false));
        assertThatIllegalArgumentException().isThrownBy(() -> new CopyPair(2, 3, 1, sums, 0, true, false));
        assertThatIllegalArgumentException().isThrownBy(() -> new CopyPair(3, 1L << 48, 1, sums, 0, true, false));
        assertThatIllegalArgumentException().isThrownBy(() -> new CopyPair(3, 4, 1, sums, 0, false, false));
        assertThatIllegalArgumentException().isThrownBy(() -> CopyPair.NONE.withFreeBelow(true));
        assertThatIllegalArgumentException().isThrownBy(() -> CopyPair.NONE.flippedTo(1, sums));
    }

    @Test
    void aPairOutsideTheFileIsRefused() throws FormatException {
        CopyPair pair = new CopyPair(9, 5, 1, new Sums(1, 2), 0, true, false);

        pair.requireWithin(10);
        assertThatExceptionOfType(FormatException.class).isThrownBy(() -> pair.requireWithin(9));
        new CopyPair(5, 8, 1, new Sums(1, 2), 0, true, false).requireWithin(9);
        CopyPair.NONE.requireWithin(0);
    }

    @Test
    void randomBytesAreRefusedOrReadAsWhatTheyAre() {
        long seed = TestBytes.seed();
        Random random = new Random(seed);
        int accepted = 0;
        for (int i = 0; i < 50_000; i++) {
            byte[] bytes = TestBytes.random(random, CopyPair.BYTES);
            // Mostly sound where any other value is refused, so that many pass.
            bytes[ACTIVE] &= 3;
            bytes[FLAGS] &= 3;
            bytes[RESERVED] = 0;
            bytes[RESERVED + 1] &= 1;
            try {
                byte[] again = new byte[CopyPair.BYTES];
                CopyPair.read(bytes, 0).write(again, 0);
                assertThat(again).as(TestBytes.named(seed)).isEqualTo(bytes);
                accepted++;
            } catch (FormatException e) {
                assertThat(e.reason()).as(TestBytes.named(seed)).startsWith("copy pair: ");
            }
        }
        assertThat(accepted).as(TestBytes.named(seed)).isGreaterThan(1000);
    }
}
