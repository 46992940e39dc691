package io.mappedpages.internal.table;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.BitSet;
import java.util.Random;

import org.junit.jupiter.api.Test;

import io.mappedpages.testing.Seed;

class NumberRangesTest {

    /** A record may name so many pages in one entry. */
    @Test
    void neighboursAreOneRangeHoweverManyTheyAre() {
        NumberRanges ranges = new NumberRanges();
        ranges.add(3, 1L << 40);
        ranges.add((1L << 40) + 1, 1L << 41);
        assertThat(ranges.count()).isEqualTo(2);
        ranges.add(1L << 40, (1L << 40) + 1);
        assertThat(ranges.count()).isEqualTo(1);
        assertThat(ranges.nextOutside(2)).isEqualTo(2);
        assertThat(ranges.nextOutside(3)).isEqualTo(1L << 41);
    }

    @Test
    void itHoldsWhatASetOfPagesHolds() {
        long seed = Seed.next();
        Seed.named(seed, () -> {
            Random random = new Random(seed);
            for (int round = 0; round < 200; round++) {
                NumberRanges ranges = new NumberRanges();
                BitSet expected = new BitSet();
                for (int i = 0; i < 12; i++) {
                    int first = random.nextInt(60);
                    int end = first + 1 + random.nextInt(6);
                    if (random.nextInt(3) > 0) {
                        ranges.add(first, end);
                        expected.set(first, end);
                    } else {
                        ranges.remove(first, end + 2);
                        expected.clear(first, end + 2);
                    }
                    for (int page = 0; page < 70; page++) {
                        assertThat(ranges.nextOutside(page)).isEqualTo(expected.nextClearBit(page));
                    }
                }
            }
        });
    }
}
