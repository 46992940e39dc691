package io.mappedpages.internal.format;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.util.Random;

import org.junit.jupiter.api.Test;

class MetadataPageTest {

    private static final Geometry GEOMETRY = Geometry.ofLog2(10);
    private static final int N = 1024;
    private static final FileId ID = new FileId(0x0001020304050607L, 0x08090a0b0c0d0e0fL);
    private static final long GENERATION = 0x2122232425262728L;

    private static final String GOLDEN_HEAD = "4d504d44000000002827262524232221a00f000000000000010b000000000000"
            + "020100000000000002030a0000000000000102030405060708090a0b0c0d0e0f"
            + "0a00000000000b00000000002827262524232221111111112222222200030000"
            + "0c00000000000d00000000000500000000000000333333334444444401010000"
            + "0000000000000000000000000000000000000000000000000000000000000000"
            + "0102030000000000000000000000000000000000000000000000000000000000"
            + "7f1b";
    private static final Sums GOLDEN_SUMS = new Sums(0xac1287a1, 0xd1908ca1);

    private static final CopyPair MAP_ROOT = new CopyPair(10, 11, GENERATION, new Sums(0x11111111, 0x22222222), 0,
            true, true);
    private static final CopyPair DIRECTORY_ROOT = new CopyPair(12, 13, 5, new Sums(0x33333333, 0x44444444), 1, true,
            false);

    private static final int PAGE_COUNT = 16;
    private static final int FREE_COUNT = 24;
    private static final int PROTECTED_COUNT = 32;
    private static final int MAP_HEIGHT = 40;
    private static final int DIRECTORY_HEIGHT = 41;
    private static final int PAGE_SIZE_LOG2 = 42;
    private static final int MAP_ROOT_AT = 64;
    private static final int DIRECTORY_ROOT_AT = 96;
    private static final int HIGH_WATER = 160;
    private static final int STATES = 192;

    private static MetadataPage sample() {
        MetadataPage page = MetadataPage.blank(GEOMETRY, ID);
        page.pageCount(4000);
        page.freeCount(0x0b01);
        page.protectedCount(0x0102);
        page.mapHeight(2);
        page.directoryHeight(3);
        page.mapRoot(MAP_ROOT);
        page.directoryRoot(DIRECTORY_ROOT);
        page.highWater(0x030201);
        page.states().set(3, PageState.DATA);
        page.states().set(4, PageState.INTERNAL);
        page.states().set(5, PageState.COPY);
        page.states().set(6, PageState.DATA);
        return page;
    }

    private static byte[] sealed() {
        MetadataPage page = sample();
        page.seal(GENERATION);
        return page.bytes();
    }

    @Test
    void hasExactlyTheseBytes() {
        MetadataPage page = sample();

        Sums sums = page.seal(GENERATION);

        assertThat(page.bytes()).hasSize(N);
        assertThat(TestBytes.hex(page.bytes(), 0, STATES + 2)).isEqualTo(GOLDEN_HEAD);
        assertThat(TestBytes.hex(page.bytes(), STATES + 2, N - 4)).matches("0*");
        assertThat(TestBytes.hex(page.bytes(), N - 4, N)).isEqualTo("a18712ac");
        assertThat(sums).isEqualTo(GOLDEN_SUMS).isEqualTo(page.sums());
    }

    @Test
    void isReadFromExactlyTheseBytes() throws FormatException {
        byte[] bytes = TestBytes.HEX.parseHex(GOLDEN_HEAD + "00".repeat(N - 4 - STATES - 2) + "a18712ac");

        MetadataPage page = MetadataPage.decode(GEOMETRY, bytes);

        assertThat(page.bytes()).isSameAs(bytes);
        assertThat(page.generation()).isEqualTo(GENERATION);
        assertThat(page.fileId()).isEqualTo(ID);
        assertThat(page.pageCount()).isEqualTo(4000);
        assertThat(page.freeCount()).isEqualTo(0x0b01);
        assertThat(page.protectedCount()).isEqualTo(0x0102);
        assertThat(page.mapHeight()).isEqualTo(2);
        assertThat(page.directoryHeight()).isEqualTo(3);
        assertThat(page.mapRoot()).isEqualTo(MAP_ROOT);
        assertThat(page.directoryRoot()).isEqualTo(DIRECTORY_ROOT);
        assertThat(page.highWater()).isEqualTo(0x030201);
        assertThat(page.states().count()).isEqualTo(3312);
        assertThat(page.states().get(5)).isEqualTo(PageState.COPY);
        assertThat(page.states().next(PageState.FREE, 0, 3312)).isEqualTo(7);
        assertThat(page.sums()).isEqualTo(GOLDEN_SUMS);
    }

    @Test
    void aBlankOneIsAFileOfTheReservedPages() throws FormatException {
        for (int log2 = Geometry.MIN_LOG2; log2 <= Geometry.MAX_LOG2; log2++) {
            Geometry geometry = Geometry.ofLog2(log2);
            MetadataPage blank = MetadataPage.blank(geometry, ID);
            blank.seal(1);

            MetadataPage page = MetadataPage.decode(geometry, blank.bytes());

            assertThat(page.bytes()).hasSize(geometry.nodeSize());
            assertThat(page.pageCount()).isEqualTo(3);
            assertThat(page.freeCount()).isZero();
            assertThat(page.protectedCount()).isZero();
            assertThat(page.highWater()).isEqualTo(3);
            assertThat(page.mapRoot()).isEqualTo(CopyPair.NONE);
            assertThat(page.directoryRoot()).isEqualTo(CopyPair.NONE);
            assertThat(page.states().count(PageState.INTERNAL, geometry.inlineStates())).isEqualTo(3);
            assertThat(page.states().count(PageState.FREE, geometry.inlineStates()))
                    .isEqualTo(geometry.inlineStates() - 3);
        }
    }

    @Test
    void aCopyHasItsOwnBytes() {
        MetadataPage page = sample();
        MetadataPage copy = page.copy();

        copy.pageCount(5000);
        copy.states().set(100, PageState.DATA);

        assertThat(page.pageCount()).isEqualTo(4000);
        assertThat(page.states().get(100)).isEqualTo(PageState.FREE);
        assertThat(copy.highWater()).isEqualTo(0x030201);
    }

    @Test
    void anyDamagedByteIsNoticed() {
        long seed = TestBytes.seed();
        Random random = new Random(seed);
        for (int at = 0; at < N; at++) {
            byte[] damaged = TestBytes.damaged(sealed(), at, random);
            assertThatExceptionOfType(FormatException.class).as(TestBytes.named(seed) + " byte " + at)
                    .isThrownBy(() -> MetadataPage.decode(GEOMETRY, damaged));
        }
    }

    @Test
    void theForgerOfTheseTestsLeavesASoundPageSound() throws FormatException {
        MetadataPage.decode(GEOMETRY, TestBytes.forged(sealed(), PAGE_COUNT, 0xa0));
    }

    @Test
    void reservedBytesAreZero() {
        for (int[] range : new int[][] {{4, 8}, {43, 48}, {180, 192}}) {
            for (int at = range[0]; at < range[1]; at++) {
                assertRefused("reserved byte " + at + " ", at, 1);
            }
        }
    }

    @Test
    void anotherPageSizeIsRefused() {
        assertRefused("page size", PAGE_SIZE_LOG2, 11);
        MetadataPage of4KiB = MetadataPage.blank(Geometry.ofLog2(12), ID);
        of4KiB.seal(1);
        assertThatExceptionOfType(FormatException.class)
                .isThrownBy(() -> MetadataPage.decode(GEOMETRY, of4KiB.bytes())).withMessageContaining("1024");
    }

    @Test
    void anotherRecordIsRefused() {
        assertRefused("MPMD", 0, 'M', 'P', 'M', 'N');
    }

    @Test
    void impossibleNumbersAreRefused() {
        assertRefused("generation", 15, 0x80);
        assertRefused("page count", PAGE_COUNT, 2, 0);
        assertRefused("page count", PAGE_COUNT + 7, 0x80);
        assertRefused("page count", PAGE_COUNT, 1, 0, 0, 0, 0, 0, 1);
        assertRefused("free page count", FREE_COUNT, 0x9e, 0x0f);
        assertRefused("free page count", FREE_COUNT + 7, 0x80);
        assertRefused("protected page count", PROTECTED_COUNT + 7, 0x80);
        assertRefused("high-water", HIGH_WATER, 2, 0, 0);
        assertRefused("high-water", HIGH_WATER + 7, 0x80);
        assertRefused("high-water", HIGH_WATER, 1, 0, 0, 0, 0, 0, 1);
    }

    @Test
    void thereCannotBeMoreProtectedPagesThanPagesForTheirCopies() throws FormatException {
        MetadataPage page = sample();
        page.freeCount(3997 - 2 * 0x0102);
        page.seal(GENERATION);
        MetadataPage.decode(GEOMETRY, page.bytes());

        page.protectedCount(0x0103);
        assertRefused(page, "protected page count");
    }

    @Test
    void thereCannotBeMoreProtectedPagesThanTheDirectoryHasEntries() throws FormatException {
        MetadataPage page = sample();
        page.directoryHeight(1);
        page.protectedCount(30);
        page.seal(GENERATION);
        MetadataPage.decode(GEOMETRY, page.bytes());

        page.protectedCount(31);
        assertRefused(page, "protected page count");
        page.directoryHeight(0);
        page.directoryRoot(CopyPair.NONE);
        page.protectedCount(1);
        assertRefused(page, "protected page count");
    }

    @Test
    void aFileIsAsLargeAsOffsetsAllow() throws FormatException {
        Geometry geometry = Geometry.ofLog2(30);
        MetadataPage page = MetadataPage.blank(geometry, ID);
        page.pageCount(geometry.maxPages());
        page.seal(1);
        MetadataPage.decode(geometry, page.bytes());

        page.pageCount(geometry.maxPages() + 1);
        page.seal(1);
        assertThatExceptionOfType(FormatException.class)
                .isThrownBy(() -> MetadataPage.decode(geometry, page.bytes())).withMessageContaining("page count");
    }

    @Test
    void treesHigherThanAnyFileNeedsAreRefused() throws FormatException {
        MetadataPage page = sample();
        page.mapHeight(9);
        page.directoryHeight(10);
        page.seal(GENERATION);
        MetadataPage.decode(GEOMETRY, page.bytes());

        assertRefused("height of the map tree", MAP_HEIGHT, 10);
        assertRefused("height of the map tree", MAP_HEIGHT, 255);
        assertRefused("height of the directory tree", DIRECTORY_HEIGHT, 11);
        assertRefused("height of the directory tree", DIRECTORY_HEIGHT, 255);
    }

    @Test
    void aTreeHasARootExactlyWhenItHasAHeight() {
        assertRefused("map tree", MAP_HEIGHT, 0);
        MetadataPage page = sample();
        page.directoryRoot(CopyPair.NONE);
        assertRefused(page, "directory tree");
        page.directoryRoot(DIRECTORY_ROOT);
        page.mapRoot(CopyPair.NONE);
        assertRefused(page, "map tree");
    }

    @Test
    void rootsLieInsideTheFile() {
        MetadataPage page = sample();
        page.mapRoot(new CopyPair(4000, 11, 1, new Sums(1, 2), 0, true, false));
        assertRefused(page, "page 4000");
        page = sample();
        page.directoryRoot(new CopyPair(11, 4000, 1, new Sums(1, 2), 0, true, false));
        assertRefused(page, "page 4000");
        assertRefused("copy pair", MAP_ROOT_AT, 2);
        assertRefused("copy pair", MAP_ROOT_AT, 11);
        assertRefused("copy pair", DIRECTORY_ROOT_AT + 28, 2);
    }

    @Test
    void theReservedPagesAreInternal() {
        for (int page = 0; page < 3; page++) {
            MetadataPage metadata = sample();
            metadata.states().set(page, PageState.DATA);
            assertRefused(metadata, "state of page " + page);
        }
    }

    @Test
    void pagesPastTheEndOfTheFileAreFree() throws FormatException {
        MetadataPage page = MetadataPage.blank(GEOMETRY, ID);
        page.pageCount(100);
        page.states().set(99, PageState.DATA);
        page.seal(1);
        MetadataPage.decode(GEOMETRY, page.bytes());

        page.states().set(100, PageState.DATA);
        assertRefused(page, "page 100 ");
        page.states().set(100, PageState.FREE);
        page.states().set(3311, PageState.DATA);
        assertRefused(page, "page 3311 ");
    }

    private static void assertRefused(String reason, int at, int... values) {
        byte[] forged = TestBytes.forged(sealed(), at, values);
        assertThatExceptionOfType(FormatException.class).as("byte " + at)
                .isThrownBy(() -> MetadataPage.decode(GEOMETRY, forged)).withMessageContaining(reason);
    }

    private static void assertRefused(MetadataPage page, String reason) {
        page.seal(GENERATION);
        assertThatExceptionOfType(FormatException.class)
                .isThrownBy(() -> MetadataPage.decode(GEOMETRY, page.bytes())).withMessageContaining(reason);
    }

    @Test
    void randomBytesAreRefusedAndNothingElse() {
        long seed = TestBytes.seed();
        Random random = new Random(seed);
        byte[] sealed = sealed();
        for (int i = 0; i < 20_000; i++) {
            byte[] bytes = sealed.clone();
            int length = 1 + random.nextInt(64);
            System.arraycopy(TestBytes.random(random, length), 0, bytes, random.nextInt(N - length), length);
            byte[] tried = random.nextInt(4) == 0 ? bytes : TestBytes.forged(bytes, 0);
            try {
                assertThat(MetadataPage.decode(GEOMETRY, tried).bytes()).isSameAs(tried);
            } catch (FormatException e) {
                assertThat(e.reason()).as(TestBytes.named(seed)).isNotEmpty();
            }
        }
    }

    @Test
    void bytesOfAnotherLengthAreRefused() {
        for (int length : new int[] {0, 1, 3, 4, 191, 1023, 1025, 4096}) {
            assertThatExceptionOfType(FormatException.class)
                    .isThrownBy(() -> MetadataPage.decode(GEOMETRY, new byte[length]));
        }
    }
}
