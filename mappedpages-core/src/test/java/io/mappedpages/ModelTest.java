package io.mappedpages;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import io.mappedpages.internal.format.Geometry;
import io.mappedpages.internal.format.MetadataPage;
import io.mappedpages.testing.PageFiles;
import io.mappedpages.testing.RawPageFile;
import io.mappedpages.testing.Seed;

/** A long random life of a file, compared with a model at every turn, until its trees have grown tall. */
class ModelTest {

    @RegisterExtension
    private final PageFiles files = PageFiles.inMemory();

    private PagerModel model(Random random, int log2) {
        long cacheBytes = random.nextBoolean() ? 1 : 1 << 20; // hardly anything is kept in memory, or all of it
        return new PagerModel(random,
                files.add(files.builder(log2).reserve(false).growthStep(8L << 20).cacheBytes(cacheBytes).create()));
    }

    /** Looks at everything, then through another opening of the file, and goes on with that. */
    private void endPhase(PagerModel model, Random random) {
        model.check();
        if (random.nextBoolean()) {
            model.trim();
            model.check();
        }
        if (random.nextBoolean()) {
            model.pager().reopen();
        } else {
            model.opened(files.openAnew(model.pager()));
        }
        assertThat(model.pager().recovery()).isEmpty();
        model.check();
    }

    /** As it is after a checkpoint, which closing makes. */
    private MetadataPage metadata(PagerModel model) {
        model.opened(files.openAnew(model.pager()));
        RawPageFile file = new RawPageFile(model.pager().path());
        return file.metadata(file.currentMetadata());
    }

    @ParameterizedTest
    @ValueSource(ints = {10, 12, 16})
    void aRandomLifeIsAsTheModelSaysIt(int log2) {
        long seed = Seed.next();
        Seed.named(seed, () -> {
            Random random = new Random(seed);
            PagerModel model = model(random, log2);
            int steps = log2 == 16 ? 150 : 400;
            for (int allocations : new int[] {80, 50, 20, 70, 10}) {
                for (int i = 0; i < steps; i++) {
                    model.step(allocations, 40);
                }
                endPhase(model, random);
            }
        });
    }

    /**
     * Grows both trees level by level, with a random life on each level, and then shrinks what they hold again.
     *
     * @param protectedPages how many it takes, at the least, to reach that height of the directory
     */
    @ParameterizedTest
    @CsvSource({"10, 901, 3", "12, 127, 2", "16, 512, 2"})
    void treesGrowLevelByLevel(int log2, int protectedPages, int directoryHeight) {
        long seed = Seed.next();
        Geometry geometry = Geometry.ofLog2(log2);
        Seed.named(seed, () -> {
            Random random = new Random(seed);
            PagerModel model = model(random, log2);
            model.alloc(random.nextInt(1, 100));
            model.allocProtected(1);
            assertThat(metadata(model).directoryHeight()).isEqualTo(1);
            assertThat(metadata(model).mapHeight()).isEqualTo(0);
            endPhase(model, random);

            model.allocProtected(protectedPages - model.protectedCount());
            assertThat(metadata(model).directoryHeight()).isEqualTo(directoryHeight);
            live(model, random);

            int inline = geometry.inlineStates();
            model.alloc((int) Math.max(1, inline + 10 - used(model)));
            assertThat(metadata(model).mapHeight()).isEqualTo(1);
            live(model, random);

            model.alloc((int) Math.max(1, inline + geometry.statesPerLeaf() + 10 - used(model)));
            assertThat(metadata(model).mapHeight()).isEqualTo(2);
            live(model, random);

            model.free(model.regularCount() - 20);
            model.freeProtected(model.protectedCount() - 5);
            long pages = model.pager().pageCount();
            model.alloc(300); // few, for each is zeroed
            assertThat(model.pager().pageCount()).as("no need to grow").isEqualTo(pages);
            live(model, random);
            model.trim();
            live(model, random);
            if (log2 < 16) { // pages that were used before are zeroed, and that many large ones would fill the memory
                model.alloc(inline + 10);
                assertThat(metadata(model).mapHeight()).isPositive();
                live(model, random);
            }
        });
    }

    private static long used(PagerModel model) {
        return model.pager().pageCount() - model.pager().freePageCount();
    }

    private void live(PagerModel model, Random random) {
        for (int i = 0; i < 60; i++) {
            model.step(50, 10);
        }
        endPhase(model, random);
    }

    /** The map's third level begins at 121,873 pages; the file is almost empty. */
    @Test
    void aMapOfThreeLevelsIsAsTheModelSaysItToo() {
        long seed = Seed.next();
        Seed.named(seed, () -> {
            Random random = new Random(seed);
            PagerModel model = model(random, 10);
            model.allocProtected(40);
            model.alloc(122_000);
            assertThat(metadata(model).mapHeight()).isEqualTo(3);
            live(model, random);
            model.free(60_000);
            live(model, random);
            model.alloc(59_000);
            live(model, random);
        });
    }
}
