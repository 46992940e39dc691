package io.mappedpages.internal.format;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import java.util.Random;

import org.junit.jupiter.api.Test;

import io.mappedpages.internal.format.TreeNode.Kind;

class TreeNodeTest {

    private static final Geometry GEOMETRY = Geometry.ofLog2(10);
    private static final int N = 1024;
    private static final int LAST_PAIR = 29;
    private static final CopyPair ENTRY = CopyPairTest.PAIR;
    private static final CopyPair OTHER = new CopyPair(3, 4, 6, new Sums(1, 2), 0, true, false);

    private static final int LEVEL = 4;
    private static final int GENERATION = 8;
    private static final int FIRST = 16;
    private static final int CONTENT = 32;
    private static final int BEHIND_PAIRS = CONTENT + 30 * 32;

    private static TreeNode mapLeaf() {
        TreeNode node = TreeNode.blank(GEOMETRY, Kind.MAP, 0, 3312);
        node.states().set(1, PageState.DATA);
        node.states().set(2, PageState.COPY);
        node.states().set(3, PageState.INTERNAL);
        node.states().set(4, PageState.COPY);
        return node;
    }

    private static TreeNode inner() {
        TreeNode node = TreeNode.blank(GEOMETRY, Kind.MAP, 1, 3312);
        node.pair(0, ENTRY);
        node.pair(LAST_PAIR, OTHER);
        return node;
    }

    private static TreeNode directoryLeaf() {
        TreeNode node = TreeNode.blank(GEOMETRY, Kind.DIRECTORY, 0, 0);
        node.pair(1, ENTRY);
        return node;
    }

    private static CopyPair naming(Sums sums, long generation) {
        return new CopyPair(20, 21, generation, sums, 0, true, true);
    }

    private static TreeNode read(TreeNode written, byte[] bytes, Sums sums) throws FormatException {
        return TreeNode.decode(GEOMETRY, bytes, written.kind(), written.level(), written.first(),
                naming(sums, written.generation()));
    }

    @Test
    void aMapLeafHasExactlyTheseBytes() {
        TreeNode node = mapLeaf();

        assertThat(node.seal(7)).isEqualTo(new Sums(0x4b96ebda, 0x0a232d26));
        assertThat(TestBytes.hex(node.bytes(), 0, 36))
                .isEqualTo("4d504d4e000000000700000000000000f00c0000000000000000000000000000e4020000");
        assertThat(TestBytes.hex(node.bytes(), N - 4, N)).isEqualTo("daeb964b");
    }

    @Test
    void anInnerNodeHasExactlyTheseBytes() {
        TreeNode node = inner();

        assertThat(node.seal(8)).isEqualTo(new Sums(0xfad1ba80, 0xbc105ce0));
        assertThat(TestBytes.hex(node.bytes(), 0, 64))
                .isEqualTo("4d504d4e010000000800000000000000f00c0000000000000000000000000000"
                        + "0102030405060708090a0b0c1011121314151617a0a1a2a3b0b1b2b301030000");
        assertThat(TestBytes.hex(node.bytes(), BEHIND_PAIRS - 32, BEHIND_PAIRS))
                .isEqualTo("0300000000000400000000000600000000000000010000000200000000010000");
        assertThat(TestBytes.hex(node.bytes(), N - 4, N)).isEqualTo("80bad1fa");
    }

    @Test
    void aDirectoryLeafHasExactlyTheseBytes() {
        TreeNode node = directoryLeaf();

        assertThat(node.seal(9)).isEqualTo(new Sums(0x1ff38756, 0x35d72afa));
        assertThat(TestBytes.hex(node.bytes(), 0, 96))
                .isEqualTo("4d50444e000000000900000000000000" + "00".repeat(48)
                        + "0102030405060708090a0b0c1011121314151617a0a1a2a3b0b1b2b301030000");
    }

    @Test
    void everyNodeComesBackAsItWas() throws FormatException {
        for (TreeNode written : new TreeNode[] {mapLeaf(), inner(), directoryLeaf()}) {
            Sums sums = written.seal(42);
            byte[] bytes = written.bytes().clone();

            TreeNode node = read(written, bytes, sums);

            assertThat(node.bytes()).isSameAs(bytes);
            assertThat(node.kind()).isEqualTo(written.kind());
            assertThat(node.level()).isEqualTo(written.level());
            assertThat(node.first()).isEqualTo(written.first());
            assertThat(node.generation()).isEqualTo(42);
            assertThat(node.sums()).isEqualTo(sums);
            assertThat(node.holdsStates()).isEqualTo(written.holdsStates());
        }
    }

    @Test
    void pairsAndFlagsOfANodeAreThoseThatWereSet() {
        TreeNode node = inner();

        assertThat(node.pair(0)).isEqualTo(ENTRY);
        assertThat(node.pair(1)).isEqualTo(CopyPair.NONE);
        assertThat(node.pair(LAST_PAIR)).isEqualTo(OTHER);
        assertThat(node.inUse(0)).isTrue();
        assertThat(node.inUse(1)).isFalse();
        assertThat(node.inUse(LAST_PAIR)).isTrue();
        assertThat(node.freeBelow(0)).isTrue();
        assertThat(node.freeBelow(1)).isFalse();
        assertThat(node.freeBelow(LAST_PAIR)).isFalse();
    }

    @Test
    void onlyAMapLeafHoldsStatesAndOnlyTheOthersHoldPairs() {
        assertThat(mapLeaf().states().count()).isEqualTo(GEOMETRY.statesPerLeaf());
        assertThatIllegalStateException().isThrownBy(() -> mapLeaf().pair(0));
        assertThatIllegalStateException().isThrownBy(() -> mapLeaf().pair(0, OTHER));
        assertThatIllegalStateException().isThrownBy(() -> mapLeaf().inUse(0));
        assertThatIllegalStateException().isThrownBy(() -> mapLeaf().freeBelow(0));
        assertThatIllegalStateException().isThrownBy(() -> inner().states());
        assertThatIllegalStateException().isThrownBy(() -> directoryLeaf().states());
        assertThat(directoryLeaf().holdsStates()).isFalse();
    }

    @Test
    void thereAreNoPairsBehindTheLast() {
        assertThatExceptionOfType(IndexOutOfBoundsException.class).isThrownBy(() -> inner().pair(LAST_PAIR + 1));
        assertThatExceptionOfType(IndexOutOfBoundsException.class).isThrownBy(() -> inner().pair(-1, OTHER));
    }

    @Test
    void levelsAndNumbersThatNoFileHasCannotBeMade() {
        assertThatExceptionOfType(IndexOutOfBoundsException.class)
                .isThrownBy(() -> TreeNode.blank(GEOMETRY, Kind.MAP, GEOMETRY.maxMapHeight(), 0));
        assertThatExceptionOfType(IndexOutOfBoundsException.class)
                .isThrownBy(() -> TreeNode.blank(GEOMETRY, Kind.DIRECTORY, -1, 0));
        assertThatExceptionOfType(IndexOutOfBoundsException.class)
                .isThrownBy(() -> TreeNode.blank(GEOMETRY, Kind.MAP, 0, 1L << 48));
    }

    @Test
    void aCopyHasItsOwnBytes() {
        TreeNode node = mapLeaf();
        TreeNode copy = node.copy();

        copy.states().set(100, PageState.DATA);

        assertThat(node.states().get(100)).isEqualTo(PageState.FREE);
        assertThat(copy.states().get(4)).isEqualTo(PageState.COPY);
    }

    @Test
    void anyDamagedByteIsNoticed() {
        long seed = TestBytes.seed();
        Random random = new Random(seed);
        for (TreeNode written : new TreeNode[] {mapLeaf(), inner(), directoryLeaf()}) {
            Sums sums = written.seal(42);
            for (int at = 0; at < N; at++) {
                byte[] damaged = TestBytes.damaged(written.bytes(), at, random);
                assertThatExceptionOfType(FormatException.class)
                        .as(TestBytes.named(seed) + " " + written + " byte " + at)
                        .isThrownBy(() -> read(written, damaged, sums));
            }
        }
    }

    /** What a lost write leaves behind: the copy of an earlier commit, sound in itself. */
    @Test
    void anOutdatedCopyIsRefusedAlthoughItsOwnSumIsGood() {
        TreeNode node = mapLeaf();
        Sums oldSums = node.seal(7);
        byte[] outdated = node.bytes().clone();
        node.states().set(9, PageState.DATA);
        Sums newSums = node.seal(8);

        assertRefused("its parent says", outdated, naming(newSums, 8));
        assertRefused("its parent says", outdated, naming(newSums, 7));
        assertRefused("generation", outdated, naming(oldSums, 8));
        assertRefused("its parent says", outdated, naming(new Sums(oldSums.crc32(), newSums.crc32c()), 7));
        assertRefused("its parent says", outdated, naming(new Sums(newSums.crc32(), oldSums.crc32c()), 7));
    }

    private static void assertRefused(String reason, byte[] bytes, CopyPair expected) {
        assertThatExceptionOfType(FormatException.class)
                .isThrownBy(() -> TreeNode.decode(GEOMETRY, bytes, Kind.MAP, 0, 3312, expected))
                .withMessageContaining(reason);
    }

    @Test
    void aNodeOfAnotherPlaceIsRefused() {
        TreeNode node = inner();
        CopyPair expected = naming(node.seal(8), 8);

        assertThatExceptionOfType(FormatException.class)
                .isThrownBy(() -> TreeNode.decode(GEOMETRY, node.bytes(), Kind.DIRECTORY, 1, 3312, expected))
                .withMessageContaining("MPDN");
        assertThatExceptionOfType(FormatException.class)
                .isThrownBy(() -> TreeNode.decode(GEOMETRY, node.bytes(), Kind.MAP, 2, 3312, expected))
                .withMessageContaining("level");
        assertThatExceptionOfType(FormatException.class)
                .isThrownBy(() -> TreeNode.decode(GEOMETRY, node.bytes(), Kind.MAP, 1, 3313, expected))
                .withMessageContaining("first");
    }

    @Test
    void fieldsThatAreWrongDespiteGoodSumsAreRefused() {
        assertForgeryRefused("level", LEVEL, 2);
        assertForgeryRefused("generation", GENERATION, 9);
        assertForgeryRefused("first", FIRST + 7, 1);
        for (int[] range : new int[][] {{5, 8}, {24, 32}, {BEHIND_PAIRS, N - 4}}) {
            for (int at = range[0]; at < range[1]; at++) {
                assertForgeryRefused("reserved byte " + at + " ", at, 1);
            }
        }
        for (int index = 0; index <= LAST_PAIR; index++) {
            assertForgeryRefused("copy pair", CONTENT + index * 32 + 28, 2);
        }
    }

    private static void assertForgeryRefused(String reason, int at, int value) {
        TreeNode node = inner();
        node.seal(8);
        byte[] forged = TestBytes.forged(node.bytes(), at, value);
        CopyPair expected = naming(Sums.of(forged, 0, N - 4), 8);
        assertThatExceptionOfType(FormatException.class).as("byte " + at)
                .isThrownBy(() -> TreeNode.decode(GEOMETRY, forged, Kind.MAP, 1, 3312, expected))
                .withMessageContaining(reason);
    }

    @Test
    void randomBytesAreRefusedAndNothingElse() {
        long seed = TestBytes.seed();
        Random random = new Random(seed);
        TreeNode node = inner();
        node.seal(8);
        for (int i = 0; i < 20_000; i++) {
            byte[] bytes = node.bytes().clone();
            int length = 1 + random.nextInt(64);
            System.arraycopy(TestBytes.random(random, length), 0, bytes, random.nextInt(N - length), length);
            byte[] forged = TestBytes.forged(bytes, 0);
            CopyPair expected = naming(Sums.of(forged, 0, N - 4), 8);
            try {
                TreeNode read = TreeNode.decode(GEOMETRY, forged, Kind.MAP, 1, 3312, expected);
                assertThat(read.pair(0)).as(TestBytes.named(seed)).isNotNull();
            } catch (FormatException e) {
                assertThat(e.reason()).as(TestBytes.named(seed)).isNotEmpty();
            }
        }
    }

    @Test
    void bytesOfAnotherLengthAreRefused() {
        for (int length : new int[] {0, 3, 1023, 1025, 4096}) {
            assertRefused("bytes", new byte[length], naming(new Sums(0, 0), 1));
        }
    }

    @Test
    void nodesOfEveryPageSizeComeBack() throws FormatException {
        for (int log2 = Geometry.MIN_LOG2; log2 <= Geometry.MAX_LOG2; log2++) {
            Geometry geometry = Geometry.ofLog2(log2);
            TreeNode node = TreeNode.blank(geometry, Kind.DIRECTORY, 0, 5L * geometry.pairsPerNode());
            node.pair(geometry.pairsPerNode() - 1, OTHER);
            Sums sums = node.seal(3);

            TreeNode read = TreeNode.decode(geometry, node.bytes(), Kind.DIRECTORY, 0, node.first(),
                    naming(sums, 3));

            assertThat(read.pair(geometry.pairsPerNode() - 1)).isEqualTo(OTHER);
        }
    }
}
