package io.mappedpages.internal.transaction;

import java.io.IOException;
import java.lang.System.Logger.Level;
import java.nio.file.Path;

import io.mappedpages.internal.commit.Batch;
import io.mappedpages.internal.commit.JournalPolicy;
import io.mappedpages.internal.fault.FaultException;
import io.mappedpages.internal.log.SafeLog;
import io.mappedpages.internal.tree.PageMap;

/**
 * Gives a file that is new or has grown a journal, or a longer one. It is searched where allocation begins, and among the last
 * pages of the file. If there is no place it is tried again after the next growth, which makes room; commits are
 * checkpoints, or the journal stays short, until then.
 */
final class JournalMove implements Change {

    private static final SafeLog LOG = SafeLog.of(JournalMove.class);

    private final OpenFile file;
    private final long grownFrom;
    private JournalPlace place;

    /** @param grownFrom the first of the pages that the file has grown by */
    JournalMove(OpenFile file, long grownFrom) {
        this.file = file;
        this.grownFrom = grownFrom;
        this.place = new JournalPlace(file);
    }

    /**
     * Gives the file another journal if it should have one. Under the size lock. What comes of it is nobody's failure: without it
     * commits are as durable as with it.
     */
    static void makeIfWanted(CommitQueue queue, OpenFile file, long grownFrom, Path path) {
        try {
            if (queue.settled(file, open -> open.committer().wantsOtherRings())) {
                queue.submit(file, new JournalMove(file, grownFrom));
            }
        } catch (FaultException e) {
            LOG.log(Level.WARNING, "a journal of the right size could not be made in " + path
                    + "; it is tried again when the file grows", e);
        }
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
