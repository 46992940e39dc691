package io.mappedpages.internal.transaction;

import java.io.IOException;

import io.mappedpages.internal.commit.Batch;
import io.mappedpages.internal.commit.JournalPolicy;
import io.mappedpages.internal.tree.PageMap;

/**
 * Gives a file that is new or has grown a journal, or a longer one. It is searched where allocation begins, and among the last
 * pages of the file. If there is no place it is tried again after the next growth, which makes room; commits are
 * checkpoints, or the journal stays short, until then.
 */
final class JournalMove implements Change {

    private final OpenFile file;
    private final long grownFrom;
    private JournalPlace place;

    /** @param grownFrom the first of the pages that the file has grown by */
    JournalMove(OpenFile file, long grownFrom) {
        this.file = file;
        this.grownFrom = grownFrom;
        this.place = new JournalPlace(file);
    }

    @Override
    public boolean isAlone() {
        return true;
    }

    @Override
    public boolean isPair() {
        return true;
    }

    @Override
    public boolean isCall() {
        return false;
    }

    @Override
    public boolean plan() throws IOException {
        if (!file.committer().wantsOtherRings()) {
            return false;
        }
        place = new JournalPlace(file);
        place.requireStatesOfOld();
        int ringPages = file.committer().suitableRingPages();
        PageMap map = file.state().map();
        long limit = Math.min(file.state().metadata().current().pageCount(), map.ceiling());
        long nearEnd = Math.max(map.lowestForOwn(),
                Math.min(grownFrom, limit - JournalPolicy.pagesInARow(file.geometry(), ringPages)));
        return place.find(ringPages, map.lowestForOwn(), limit) || place.find(ringPages, nearEnd, limit);
    }

    /** The rings, too, are written before a flip. */
    @Override
    public long nodesBelow() {
        return place.end();
    }

    @Override
    public void apply(Batch batch) throws IOException {
        place.take(batch);
    }
}
