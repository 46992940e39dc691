package io.mappedpages.internal.format;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class GeometryTest {

    /** The table of docs/file-format.md. */
    @ParameterizedTest
    @CsvSource({
        "10,  1024,  3312,  3952,  30, 9, 10, 281474976710656",
        "11,  2048,  7408,  8048,  62, 7,  9, 281474976710656",
        "12,  4096, 15600, 16240, 126, 6,  7, 281474976710656",
        "13,  8192, 31984, 32624, 254, 6,  7, 281474976710656",
        "14, 16384, 64752, 65392, 510, 5,  6, 281474976710656",
        "15, 16384, 64752, 65392, 510, 5,  6, 281474976710655",
        "16, 16384, 64752, 65392, 510, 5,  6, 140737488355327",
        "30, 16384, 64752, 65392, 510, 5,  6, 8589934591"})
    void everythingFollowsFromThePageSize(int log2, int nodeSize, int inline, int perLeaf, int pairs, int mapHeight,
            int directoryHeight, long maxPages) {
        Geometry geometry = Geometry.ofLog2(log2);

        assertThat(geometry.pageSizeLog2()).isEqualTo(log2);
        assertThat(geometry.pageSize()).isEqualTo(1 << log2);
        assertThat(geometry.nodeSize()).isEqualTo(nodeSize);
        assertThat(geometry.inlineStates()).isEqualTo(inline);
        assertThat(geometry.statesPerLeaf()).isEqualTo(perLeaf);
        assertThat(geometry.pairsPerNode()).isEqualTo(pairs);
        assertThat(geometry.maxMapHeight()).isEqualTo(mapHeight);
        assertThat(geometry.maxDirectoryHeight()).isEqualTo(directoryHeight);
        assertThat(geometry.maxPages()).isEqualTo(maxPages);
    }

    @Test
    void mapTreesOfEachHeightCoverWhatTheDocumentSaysAt4KiB() {
        Geometry geometry = Geometry.ofLog2(12);

        assertThat(geometry.mapSpan(0)).isEqualTo(16_240L);
        assertThat(geometry.mapSpan(1)).isEqualTo(16_240L * 126);
        assertThat(geometry.mapSpan(2)).isEqualTo(16_240L * 126 * 126);
        assertThat(geometry.mapSpan(3)).isEqualTo(16_240L * 126 * 126 * 126);
        assertThat(geometry.directorySpan(0)).isEqualTo(126L);
        assertThat(geometry.directorySpan(2)).isEqualTo(126L * 126 * 126);
    }

    @Test
    void aMapTreeBeginsWhereTheMetadataPageIsFullAndGrowsWhereItIsFull() {
        Geometry geometry = Geometry.ofLog2(12);

        assertThat(geometry.mapHeightFor(3)).isZero();
        assertThat(geometry.mapHeightFor(15_600)).isZero();
        assertThat(geometry.mapHeightFor(15_601)).isEqualTo(1);
        assertThat(geometry.mapHeightFor(15_600 + 16_240)).isEqualTo(1);
        assertThat(geometry.mapHeightFor(15_600 + 16_240 + 1)).isEqualTo(2);
        assertThat(geometry.mapHeightFor(15_600 + 16_240 * 126)).isEqualTo(2);
        assertThat(geometry.mapHeightFor(15_600 + 16_240 * 126 + 1)).isEqualTo(3);
    }

    @Test
    void aDirectoryBeginsWithTheFirstIdAndGrowsWhereItIsFull() {
        Geometry geometry = Geometry.ofLog2(12);

        assertThat(geometry.directoryHeightFor(0)).isZero();
        assertThat(geometry.directoryHeightFor(1)).isEqualTo(1);
        assertThat(geometry.directoryHeightFor(126)).isEqualTo(1);
        assertThat(geometry.directoryHeightFor(127)).isEqualTo(2);
        assertThat(geometry.directoryHeightFor(126 * 126 + 1)).isEqualTo(3);
    }

    @Test
    void thereIsOneGeometryOfAPageSize() {
        assertThat(Geometry.ofLog2(12)).isSameAs(Geometry.ofLog2(12));
    }

    @ParameterizedTest
    @ValueSource(ints = {Integer.MIN_VALUE, -1, 0, 9, 31, 44, Integer.MAX_VALUE})
    void otherPageSizesAreRefused(int log2) {
        assertThatIllegalArgumentException().isThrownBy(() -> Geometry.ofLog2(log2))
                .withMessageContaining(String.valueOf(log2));
    }

    @Test
    void theLastPageOfTheLargestFileStillHasAnOffset() {
        for (int log2 = Geometry.MIN_LOG2; log2 <= Geometry.MAX_LOG2; log2++) {
            Geometry geometry = Geometry.ofLog2(log2);
            long last = geometry.maxPages() - 1;
            assertThat(geometry.offsetOf(last) + geometry.pageSize()).isPositive();
            assertThat(geometry.offsetOf(last) >> log2).isEqualTo(last);
        }
        assertThat(Geometry.ofLog2(12).offsetOf(3)).isEqualTo(12288);
    }
}
