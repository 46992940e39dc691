package io.mappedpages.internal.format;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Random;

import org.junit.jupiter.api.Test;

class SumsTest {

    @Test
    void bothSumsGiveTheCheckValuesOfTheirAlgorithms() {
        byte[] bytes = ".123456789.".getBytes(StandardCharsets.US_ASCII);

        assertThat(Sums.of(bytes, 1, 9)).isEqualTo(new Sums(0xcbf43926, 0xe3069283));
    }

    /** Why the sums of a node leave out its own CRC32, and why there are two of them. */
    @Test
    void bytesThatEndInTheirOwnCrc32AllHaveTheSameCrc32ButNotTheSameCrc32c() {
        long seed = TestBytes.seed();
        Random random = new Random(seed);
        byte[] one = TestBytes.forged(TestBytes.random(random, 1024), 0);
        byte[] other = TestBytes.forged(TestBytes.random(random, 1024), 0);

        assertThat(Sums.of(one, 0, 1024).crc32()).as(TestBytes.named(seed)).isEqualTo(0x2144DF1C);
        assertThat(Sums.of(other, 0, 1024).crc32()).as(TestBytes.named(seed)).isEqualTo(0x2144DF1C);
        assertThat(Sums.of(one, 0, 1024).crc32c()).as(TestBytes.named(seed))
                .isNotEqualTo(Sums.of(other, 0, 1024).crc32c());
    }

    @Test
    void sumsPrintAsEightDigitsEach() {
        assertThat(new Sums(0xab, 0xe3069283)).hasToString("CRC32 0x000000ab, CRC32C 0xe3069283");
    }

    @Test
    void onlyTheRangeCounts() {
        byte[] bytes = new byte[100];
        Sums before = Sums.of(bytes, 10, 50);
        Arrays.fill(bytes, 0, 10, (byte) 7);
        Arrays.fill(bytes, 60, 100, (byte) 7);

        assertThat(Sums.of(bytes, 10, 50)).isEqualTo(before);
    }
}
