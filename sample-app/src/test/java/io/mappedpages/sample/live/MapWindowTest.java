package io.mappedpages.sample.live;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.LongStream;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import io.mappedpages.PageId;
import io.mappedpages.PageRange;
import io.mappedpages.PageUse;
import io.mappedpages.Pager;
import io.mappedpages.sample.live.MapWindow.Change;

class MapWindowTest {

    private static final List<PageUse> USES = List.of(PageUse.FREE, PageUse.REGULAR, PageUse.PROTECTED,
            PageUse.INTERNAL, PageUse.JOURNAL, PageUse.UNKNOWN);
    private static final int OUTSIDE = 6;

    @TempDir
    private Path directory;
    private Pager pager;

    @BeforeEach
    void open() {
        pager = Pager.builder(directory.resolve("pages.mp")).initialSize(2 << 20).openOrCreate();
    }

    @AfterEach
    void close() {
        pager.close();
    }

    @Test
    void aCellIsAPageAndWhatIsBehindTheEndIsSaidToBeOutside() {
        pager.allocBulk(10);
        pager.allocProtectedBulk(3);

        List<Integer> cells = cells(new MapWindow(0, 600, 1).look(pager), 600);

        pager.pageMap(0).forEach(range -> assertThat(cells.subList((int) range.first(), (int) range.end()))
                .as(range.toString()).containsOnly(USES.indexOf(range.use())));
        assertThat(cells.subList((int) pager.pageCount(), 600)).containsOnly(OUTSIDE);
        assertThat(cells).contains(0, 1, 2, 3, 4);
    }

    @Test
    void aWindowBeginsWhereItIsAskedTo() {
        List<Integer> all = cells(new MapWindow(0, 100, 1).look(pager), 100);

        assertThat(cells(new MapWindow(40, 60, 1).look(pager), 60)).isEqualTo(all.subList(40, 100));
        assertThat(cells(new MapWindow(1L << 40, 3, 1).look(pager), 3)).containsOnly(OUTSIDE);
    }

    @Test
    void aLookThatFindsNothingNewSaysNothing() {
        MapWindow window = new MapWindow(0, 600, 1);
        assertThat(window.look(pager).whole()).isTrue();

        assertThat(window.look(pager)).isNull();
    }

    @Test
    void aLaterLookTellsOnlyOfWhatIsDifferent() {
        PageId freed = pager.alloc();
        MapWindow window = new MapWindow(0, 600, 1);
        window.look(pager);
        pager.free(freed);

        Change change = window.look(pager);

        assertThat(change.whole()).isFalse();
        assertThat(change.runs()).containsExactly((int) freed.number(), 1, 0);
    }

    @Test
    void aCellOfManyPagesShowsWhatMostOfThemAreUsedFor() {
        pager.allocBulk(200);
        int scale = 7;

        List<Integer> cells = cells(new MapWindow(3, 80, scale).look(pager), 80);

        for (int cell = 0; cell < 80; cell++) {
            long[] counts = new long[USES.size()];
            long first = 3L + cell * scale;
            for (PageRange range : pager.pageMap(0).toList()) {
                long common = Math.min(range.end(), first + scale) - Math.max(range.first(), first);
                counts[USES.indexOf(range.use())] += Math.max(0, common);
            }
            int shown = cells.get(cell);
            if (shown != OUTSIDE) {
                assertThat(LongStream.of(counts)).as("cell %d", cell).allMatch(count -> count <= counts[shown]);
            }
            assertThat(shown == OUTSIDE).as("cell %d", cell).isEqualTo(first >= pager.pageCount());
        }
    }

    private static List<Integer> cells(Change change, int count) {
        List<Integer> cells = new ArrayList<>();
        for (int i = 0; i < change.runs().size(); i += 3) {
            assertThat(change.runs().get(i)).isEqualTo(cells.size());
            for (int j = 0; j < change.runs().get(i + 1); j++) {
                cells.add(change.runs().get(i + 2));
            }
        }
        assertThat(cells).hasSize(count);
        return cells;
    }
}
