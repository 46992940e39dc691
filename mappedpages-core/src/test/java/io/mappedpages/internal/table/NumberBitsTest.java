package io.mappedpages.internal.table;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.BitSet;
import java.util.Random;

import org.junit.jupiter.api.Test;

import io.mappedpages.testing.Seed;

class NumberBitsTest {

    @Test
    void holdsWhatWasAddedAndNotTakenOut() {
        long seed = Seed.next();
        Seed.named(seed, () -> {
            Random random = new Random(seed);
            NumberBits bits = new NumberBits();
            BitSet expected = new BitSet();
            for (int i = 0; i < 2000; i++) {
                int first = random.nextInt(300_000);
                int end = first + random.nextInt(random.nextBoolean() ? 10 : 100_000);
                boolean there = random.nextBoolean();
                bits.set(first, end, there);
                expected.set(first, end, there);
                assertThat(bits.count()).isEqualTo(expected.cardinality());
                int number = random.nextInt(400_000);
                assertThat(bits.contains(number)).isEqualTo(expected.get(number));
            }
            BitSet shown = new BitSet();
            long[] last = {-1};
            bits.forEachRow((first, end) -> {
                assertThat(first).isGreaterThan(last[0] - 1);
                assertThat(end).isGreaterThan(first);
                last[0] = end;
                shown.set((int) first, (int) end);
            });
            assertThat(shown).isEqualTo(expected);
        });
    }

    @Test
    void numbersMayBeFarApart() {
        NumberBits bits = new NumberBits();
        bits.add(1L << 47);
        bits.add(3);

        assertThat(bits.count()).isEqualTo(2);
        assertThat(bits.contains(1L << 47)).isTrue();
        assertThat(bits.contains((1L << 47) + 1)).isFalse();
    }
}
