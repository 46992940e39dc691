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
import io.mappedpages.internal.format.PageState;
import io.mappedpages.internal.storage.FileStorageProvider;

/**
 * Where a relocation begins was read when it was made, by a thread that had no lock: what others changed before its first
 * step, or at that very moment, it did not know.
 */
class RelocationTest {

    private static final int PAGES = 8_000;

    @TempDir
    private Path directory;
    private LoneFile lone;
    private OpenFile file;

    @BeforeEach
    void open() throws IOException {
        lone = LoneFile.create(new EngineConfig(directory.resolve("pages"), 10, PAGES << 10, Long.MAX_VALUE, 1 << 20,
                false, Duration.ofSeconds(1), false, false, -1, () -> 1, EngineEvents.NONE, 1 << 20,
                new FileStorageProvider()));
        file = lone.file();
    }

    @AfterEach
    void close() throws IOException {
        lone.close();
    }

    private void steps(Relocation relocation) {
        do {
            lone.commit(relocation);
        } while (!relocation.isLast());
    }

    private long[] allocated(int count) {
        Allocation allocation = new Allocation(file, count, 0);
        assertThat(lone.commit(allocation)).isTrue();
        return allocation.dataPages();
    }

    /** {@return the last page that is a node} */
    private long lastNode() throws IOException {
        long last = -1;
        for (long page = file.pageCount() - 1; page >= 0 && last < 0; page--) {
            last = file.state().map().state(page) == PageState.INTERNAL ? page : -1;
        }
        return last;
    }

    @Test
    void pagesThatWereFreedBeforeTheFirstStepArePlacesForNodes() throws IOException {
        long[] pages = allocated(5_000); // the nodes come behind them
        long[] behind = allocated(100);
        lone.free(behind);
        long cut = pages[pages.length - 1] + 1;
        assertThat(lastNode()).isGreaterThanOrEqualTo(cut);
        Relocation relocation = new Relocation(file, cut);

        lone.free(Arrays.copyOf(pages, 100));
        steps(relocation);

        assertThat(relocation.cut()).isEqualTo(cut);
        assertThat(lastNode()).isLessThan(cut);
    }
}
