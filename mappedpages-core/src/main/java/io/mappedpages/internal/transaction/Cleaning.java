package io.mappedpages.internal.transaction;

import io.mappedpages.internal.commit.Batch;
import io.mappedpages.internal.format.PageState;
import io.mappedpages.internal.tree.CleanPages;
import io.mappedpages.internal.tree.FileState;
import io.mappedpages.internal.tree.PageMap;

/**
 * Chooses free pages that a record's commit writes zeros to as well. A page that was used before and is handed out must be
 * zeros on the medium before the record is: that is a sync of its own, unless a commit before has seen to it.
 *
 * <p>Only what is free in the generation to fall back to is chosen, and what would be handed out next; and only as much as
 * is being taken.
 */
final class Cleaning {

    /** Pages to look at for each that is wanted. */
    private static final int LOOKS = 4;

    private Cleaning() {
    }

    /** Names the pages to {@code batch}, whose changes are applied and sealed as a record. Reads nothing from the file. */
    static void choose(FileState state, Batch batch) {
        PageMap map = state.map();
        CleanPages clean = map.clean();
        int wanted = Math.min(CleanPages.MOST, 2 * batch.touchedPagesTaken()) - clean.count();
        long mark = state.metadata().durable().highWater();
        long at = map.lowestFree();
        for (int looks = LOOKS * wanted; wanted > 0 && looks > 0 && at < mark; looks--) {
            long page = map.durableNext(PageState.FREE, at, mark);
            if (page < 0) {
                return; // none that is in memory
            }
            if (!clean.contains(page) && map.isStillFree(page)) {
                batch.clean(page);
                map.beginCleaning(page);
                wanted--;
            }
            at = page + 1;
        }
    }
}
