package io.mappedpages.internal.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import io.mappedpages.internal.engine.Allocation.Outcome;
import io.mappedpages.internal.format.PageState;
import io.mappedpages.internal.storage.FileStorageProvider;

/**
 * Each time pages were written and freed, the next protected allocation passed over all of them again, one by one. Now
 * they are passed over once, and freeing more of them does not bring the search back.
 */
class PagesForOwnTest {

    private static final int LENT = 1_000;
    private static final int PAGES = 2_000;

    @TempDir
    private Path directory;
    private Incarnation file;

    @BeforeEach
    void writeAndFreePages() throws IOException {
        file = new Opener(new EngineConfig(directory.resolve("pages"), 10, PAGES << 10, Long.MAX_VALUE, 1 << 20, false,
                Duration.ofSeconds(1), false, EngineEvents.NONE, 1 << 20, new FileStorageProvider())).create()
                .incarnation();
        file.committer.settle();
        Allocation lent = new Allocation(file, LENT, 0);
        commit(lent);
        for (long page : lent.dataPages()) {
            Latch latch = new Latch(file.latches, page);
            assertThat(latch.acquireExclusive(Patience.of(0))).isTrue();
            latch.block().mark(page, LatchBlock.LENT);
            latch.release();
            file.map.state(page, PageState.FREE);
        }
        file.committer.commit();
    }

    @AfterEach
    void close() throws IOException {
        assertThat(file.mapping.close(Duration.ofSeconds(1))).isTrue();
        file.storage.close();
    }

    private void commit(Allocation allocation) throws IOException {
        assertThat(allocation.plan()).isEqualTo(Outcome.ENOUGH);
        allocation.apply();
        file.committer.commit();
    }

    private void free(long page) throws IOException {
        file.map.state(page, PageState.FREE);
        file.committer.commit();
    }

    @Test
    void pagesThatWereLentArePassedOverOnce() throws IOException {
        commit(new Allocation(file, 0, 1));
        assertThat(file.map.lowestForOwn()).isGreaterThan(LENT);
        Allocation again = new Allocation(file, 10, 0);
        commit(again);
        long passed = file.map.lowestForOwn();
        assertThat(again.dataPages()).as("users get the lowest pages, lent or not").containsExactly(3, 4, 5, 6, 7, 8, 9,
                10, 11, 12);

        free(again.dataPages()[0]);

        assertThat(file.map.lowestForOwn()).isEqualTo(passed);
    }

    @Test
    void aPageThatWasNotLentIsTakenWhenItIsFree() throws IOException {
        commit(new Allocation(file, 0, 1));
        Allocation all = new Allocation(file, LENT + 5, 0);
        commit(all);
        long clean = all.dataPages()[LENT];
        commit(new Allocation(file, 0, 1));

        free(clean);

        assertThat(file.map.lowestForOwn()).isEqualTo(clean);
    }

    @Test
    void afterTheFileWasMappedAnewTheLowestPagesWillDo() throws IOException {
        commit(new Allocation(file, 0, 1));

        assertThat(file.mapAnew()).isTrue();

        assertThat(file.map.lowestForOwn()).isEqualTo(3);
    }

    @Test
    void thatOnlyPagesThatWereLentAreFreeIsFoundOutOnce() throws IOException {
        int clean = Math.toIntExact(file.metadata.durable().freeCount()) - LENT;
        Allocation all = new Allocation(file, LENT + clean, 0);
        commit(all);
        for (int i = 0; i < LENT; i++) {
            file.map.state(all.dataPages()[i], PageState.FREE);
        }
        file.committer.commit();

        assertThat(new Allocation(file, 0, 1).plan()).isEqualTo(Outcome.ONLY_LENT);
        assertThat(file.map.lowestForOwn()).isEqualTo(PAGES);
        assertThat(new Allocation(file, 0, LENT).plan()).isEqualTo(Outcome.TOO_FEW);
    }
}
