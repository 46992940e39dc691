package io.mappedpages.internal.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Random;

import org.junit.jupiter.api.Test;

class ByteRangeTest {

    @Test
    void mergingKeepsEveryByteAndNoOther() {
        Random random = new Random(7);
        for (int round = 0; round < 2_000; round++) {
            List<ByteRange> ranges = randomRanges(random);
            List<ByteRange> merged = ByteRange.merge(ranges);
            assertThat(bytes(merged)).as("%s", ranges).isEqualTo(bytes(ranges));
            for (int i = 1; i < merged.size(); i++) {
                assertThat(merged.get(i).offset()).as("%s", merged).isGreaterThan(merged.get(i - 1).end());
            }
        }
    }

    @Test
    void joiningLeavesFewEnoughRangesAndLosesNoByte() {
        Random random = new Random(8);
        for (int round = 0; round < 2_000; round++) {
            List<ByteRange> merged = ByteRange.merge(randomRanges(random));
            int most = 1 + random.nextInt(6);
            List<ByteRange> joined = ByteRange.join(merged, most, random.nextInt(4));
            assertThat(joined).hasSizeLessThanOrEqualTo(most);
            BitSet lost = bytes(merged);
            lost.andNot(bytes(joined));
            assertThat(lost.cardinality()).as("%s joined to %s", merged, joined).isZero();
        }
    }

    @Test
    void joiningClosesTheSmallestGapsFirst() {
        List<ByteRange> merged = List.of(range(0, 10), range(1_000, 10), range(1_050, 10), range(9_000, 10));
        assertThat(ByteRange.join(merged, 3, 0)).containsExactly(range(0, 10), range(1_000, 60), range(9_000, 10));
        assertThat(ByteRange.join(merged, 2, 0)).containsExactly(range(0, 1_060), range(9_000, 10));
    }

    @Test
    void joiningLeavesAloneWhatIsFewAndFarApart() {
        List<ByteRange> merged = List.of(range(0, 10), range(1_000, 10), range(2_000, 10));
        assertThat(ByteRange.join(merged, 4, 0)).isEqualTo(merged);
        assertThat(ByteRange.join(merged, 4, 990)).containsExactly(range(0, 2_010));
        assertThat(ByteRange.join(List.of(), 4, 0)).isEmpty();
    }

    @Test
    void noRangeIsNegativeOrEndsPastTheLargestNumber() {
        assertThatIllegalArgumentException().isThrownBy(() -> range(-1, 1));
        assertThatIllegalArgumentException().isThrownBy(() -> range(1, -1));
        assertThatIllegalArgumentException().isThrownBy(() -> range(Long.MAX_VALUE, 1));
    }

    private static List<ByteRange> randomRanges(Random random) {
        List<ByteRange> ranges = new ArrayList<>();
        for (int i = random.nextInt(9); i > 0; i--) {
            ranges.add(range(random.nextInt(60), random.nextInt(9)));
        }
        return ranges;
    }

    private static BitSet bytes(List<ByteRange> ranges) {
        BitSet bytes = new BitSet();
        ranges.forEach(range -> bytes.set((int) range.offset(), (int) range.end()));
        return bytes;
    }

    private static ByteRange range(long offset, long length) {
        return new ByteRange(offset, length);
    }
}
