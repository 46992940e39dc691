package io.mappedpages.internal.transaction;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import io.mappedpages.internal.engine.EngineConfig;
import io.mappedpages.internal.engine.EngineEvents;
import io.mappedpages.internal.latch.Latch;
import io.mappedpages.internal.latch.LatchBlock;
import io.mappedpages.internal.storage.FileStorageProvider;
import io.mappedpages.internal.thread.Deadline;
import io.mappedpages.internal.transaction.PageChoice.Outcome;
import io.mappedpages.internal.tree.PageMap;

/**
 * Each time pages were written and freed, the next protected allocation passed over all of them again, one by one. Now
 * they are passed over once, and freeing more of them does not bring the search back.
 */
class PagesForOwnTest {

    private static final int LENT = 1_000;
    private static final int PAGES = 2_000;

    @TempDir
    private Path directory;
    private LoneFile lone;
    private OpenFile file;
    private PageMap map;

    @BeforeEach
    void writeAndFreePages() throws IOException {
        lone = LoneFile.create(new EngineConfig(directory.resolve("pages"), 10, PAGES << 10, Long.MAX_VALUE, 1 << 20,
                false, Duration.ofSeconds(1), false, false, -1, () -> 1, EngineEvents.NONE, 1 << 20,
                new FileStorageProvider()));
        file = lone.file();
        map = file.state().map();
        Allocation lent = new Allocation(file, LENT, 0);
        commit(lent);
        for (long page : lent.dataPages()) {
            Latch latch = latch(page);
            latch.block().mark(page, LatchBlock.LENT);
            latch.release();
        }
        lone.free(lent.dataPages());
    }

    @AfterEach
    void close() throws IOException {
        lone.close();
    }

    private Latch latch(long page) {
        Latch latch = new Latch(file.latches(), page);
        assertThat(latch.acquireExclusive(Deadline.of(0))).isTrue();
        return latch;
    }

    private void commit(Allocation allocation) throws IOException {
        assertThat(lone.commit(allocation)).isTrue();
    }

    private Outcome plan(Allocation allocation) throws IOException {
        assertThat(allocation.plan()).isEqualTo(allocation.outcome() == Outcome.ENOUGH);
        return allocation.outcome();
    }

    @Test
    void pagesThatWereLentArePassedOverOnce() throws IOException {
        commit(new Allocation(file, 0, 1));
        assertThat(map.lowestForOwn()).isGreaterThan(LENT);
        Allocation again = new Allocation(file, 10, 0);
        commit(again);
        long passed = map.lowestForOwn();
        assertThat(again.dataPages()).as("users get the lowest pages, lent or not").containsExactly(3, 4, 5, 6, 7, 8, 9,
                10, 11, 12);

        lone.free(again.dataPages()[0]);

        assertThat(map.lowestForOwn()).isEqualTo(passed);
    }

    @Test
    void aPageThatWasNotLentIsTakenWhenItIsFree() throws IOException {
        commit(new Allocation(file, 0, 1));
        Allocation all = new Allocation(file, LENT + 5, 0);
        commit(all);
        long clean = all.dataPages()[LENT];
        commit(new Allocation(file, 0, 1));

        lone.free(clean);

        assertThat(map.lowestForOwn()).isEqualTo(clean);
    }

    @Test
    void afterTheFileWasMappedAnewTheLowestPagesWillDo() throws IOException {
        commit(new Allocation(file, 0, 1));

        assertThat(file.mapAnew()).isTrue();

        assertThat(map.lowestForOwn()).isEqualTo(3);
    }

    @Test
    void thatOnlyPagesThatWereLentAreFreeIsFoundOutOnce() throws IOException {
        int clean = Math.toIntExact(file.state().metadata().durable().freeCount()) - LENT;
        Allocation all = new Allocation(file, LENT + clean, 0);
        commit(all);
        lone.free(Arrays.copyOf(all.dataPages(), LENT));
        latch(all.dataPages()[LENT]); // else the file would be mapped anew

        assertThat(plan(new Allocation(file, 0, 1))).isEqualTo(Outcome.ONLY_LENT);
        assertThat(map.lowestForOwn()).isEqualTo(PAGES);
        assertThat(plan(new Allocation(file, 0, LENT))).isEqualTo(Outcome.TOO_FEW);
    }
}
