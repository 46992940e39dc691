package io.mappedpages.internal.building;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Path;
import java.util.BitSet;
import java.util.Random;
import java.util.TreeMap;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import io.mappedpages.MappedPage;
import io.mappedpages.PageId;
import io.mappedpages.Pager;
import io.mappedpages.PagerStats;
import io.mappedpages.ProtectedPageId;
import io.mappedpages.internal.format.Geometry;
import io.mappedpages.internal.storage.FileStorageProvider;
import io.mappedpages.internal.storage.PageStorage;
import io.mappedpages.testing.PageFiles;
import io.mappedpages.testing.Seed;

/** Whole files, made of given pages, of every shape that their trees can have. */
class FileBuilderTest {

    @RegisterExtension
    private final PageFiles files = PageFiles.inMemory();

    private final FileStorageProvider disk = new FileStorageProvider();
    private final BitSet regular = new BitSet();
    private final TreeMap<Long, Long> guarded = new TreeMap<>();

    /** What is in a page: a number, again and again. */
    private static PageBytes filledWith(long value) {
        return (_, target, length) -> {
            for (int i = 0; i < length; i++) {
                target[i] = (byte) (value >> Byte.SIZE * (i % Long.BYTES));
            }
        };
    }

    private Path build(int log2, long fewestPages, int ringPages) throws IOException {
        Geometry geometry = Geometry.ofLog2(log2);
        Path path = files.path();
        PageStorage file = disk.createTemporary(path);
        FileBuilder builder = new FileBuilder(file, geometry, false);
        for (int first = regular.nextSetBit(0); first >= 0;) {
            int end = regular.nextClearBit(first);
            builder.regular(first, end);
            first = regular.nextSetBit(end);
        }
        builder.begin(fewestPages, ringPages, guarded.size());
        for (int page = regular.nextSetBit(0); page >= 0; page = regular.nextSetBit(page + 1)) {
            builder.copyRegular(page, page + 1, filledWith(page));
        }
        for (var entry : guarded.entrySet()) {
            builder.addProtected(entry.getKey(), filledWith(entry.getValue()));
        }
        FileBuilder.Built built = builder.finish();
        disk.publish(file, path);
        try (Pager pager = Pager.open(path)) {
            assertThat(pager.recovery()).isEmpty();
            PagerStats stats = pager.stats();
            assertThat(stats.pages()).isEqualTo(built.pages()).isGreaterThanOrEqualTo(fewestPages);
            assertThat(stats.freePages()).isEqualTo(built.freePages());
            assertThat(stats.protectedPages()).isEqualTo(guarded.size());
            assertThat(pager.allocatedPages().mapToInt(id -> (int) id.number()).toArray())
                    .isEqualTo(regular.stream().toArray());
            assertThat(pager.allocatedProtectedPages().map(ProtectedPageId::number))
                    .containsExactlyElementsOf(guarded.keySet());
            regular.stream().forEach(page -> {
                try (MappedPage content = pager.read(new PageId(page))) {
                    assertThat(content.bytes().get(ValueLayout.JAVA_LONG_UNALIGNED, 8)).isEqualTo(page);
                }
            });
            guarded.forEach((id, value) -> {
                try (MappedPage content = pager.read(new ProtectedPageId(id))) {
                    assertThat(content.bytes().get(ValueLayout.JAVA_LONG_UNALIGNED, 8)).isEqualTo(value);
                }
            });
            assertThat(pager.verify().findings()).isEmpty();
            takeWhatIsFree(pager);
        }
        return path;
    }

    /** Half of what is free is left, for nodes that have to be made. */
    private static void takeWhatIsFree(Pager pager) {
        long pages = pager.pageCount();
        int most = 2000;
        for (PageId id : pager.allocBulk((int) Math.min(most, pager.freePageCount() / 2))) {
            try (MappedPage page = pager.read(id)) {
                assertThat(page.bytes().mismatch(MemorySegment.ofArray(new byte[page.size()])))
                        .isEqualTo(-1);
            }
        }
        assertThat(pager.pageCount()).as("what was free was enough").isEqualTo(pages);
        pager.allocProtectedBulk(100);
        assertThat(pager.verify().findings()).isEmpty();
    }

    @Test
    void aFileWithNothingInIt() throws IOException {
        build(12, 4, 0);
    }

    @Test
    void aFileOfWhichEveryPageIsTaken() throws IOException {
        regular.set(3, 20_000);
        build(10, 4, 0);
    }

    @Test
    void aFileWithAnIdHighUp() throws IOException {
        guarded.put(29L, 1L);
        guarded.put(899L, 2L);
        guarded.put(900L, 3L);
        guarded.put(27_000L * 30, 4L);
        guarded.put((1L << 40) + 17, 5L);
        build(10, 4, 0);
    }

    @Test
    void aFileWhoseOnlyIdIsHighUp() throws IOException {
        guarded.put(123_456_789L, 5L);
        build(10, 4, 0);
    }

    @Test
    void aFileWhosePagesAreFarApart() throws IOException {
        regular.set(1_000_000);
        regular.set(3_311, 3_314); // the last one in the metadata page, and the first ones in the tree
        regular.set(3_312 + 3_952 * 30 - 1, 3_312 + 3_952 * 30 + 1); // the last one of a node of level 1
        build(10, 4, 0);
    }

    @Test
    void aFileWhoseFreePagesAreAllBelowOneLeaf() throws IOException {
        regular.set(3, 3_312 + 3_952); // those of the metadata page and of the leaf before
        regular.set(8_000);
        build(10, 9_000, 0);
    }

    /** No node is in memory yet: what is free is found by what the nodes above say. */
    @Test
    void whatIsFreeBelowOneLeafIsFoundRightAfterOpening() throws IOException {
        Path path = files.path();
        PageStorage file = disk.createTemporary(path);
        FileBuilder builder = new FileBuilder(file, Geometry.ofLog2(10), false);
        builder.regular(3, 3_312 + 3_952);
        builder.regular(8_000, 8_001);
        builder.begin(9_000, 0, 0);
        builder.finish();
        disk.publish(file, path);

        try (Pager pager = Pager.open(path)) {
            for (int i = 0; i < 200; i++) {
                pager.alloc();
            }
            assertThat(pager.pageCount()).isEqualTo(9_000);
        }
    }

    @Test
    void aFileInWhichOnlyScatteredPagesAreFree() throws IOException {
        regular.set(3, 30_000);
        for (int page = 100; page < 30_000; page += 500) {
            regular.clear(page);
        }
        for (long id = 0; id < 50; id++) {
            guarded.put(id * 31, id);
        }
        build(10, 4, 64);
    }

    @ParameterizedTest
    @ValueSource(ints = {10, 12, 14, 15})
    void filesOfAllKinds(int log2) {
        long seed = Seed.next();
        Seed.named(seed, () -> {
            Random random = new Random(seed);
            for (int round = 0; round < 8; round++) {
                regular.clear();
                guarded.clear();
                int page = 3;
                for (int row = 0; row < random.nextInt(30); row++) {
                    page += random.nextInt(1 << random.nextInt(15));
                    int end = page + 1 + random.nextInt(60);
                    regular.set(page, end);
                    page = end + 1;
                }
                for (int i = random.nextInt(200); i > 0; i--) {
                    guarded.put(random.nextLong(1L << random.nextInt(1, 30)), random.nextLong());
                }
                try {
                    build(log2, 4 + random.nextInt(5000), random.nextBoolean() ? 0 : 64 << 10 >> log2);
                } catch (IOException e) {
                    throw new AssertionError(e);
                }
            }
        });
    }
}
