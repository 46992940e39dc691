package io.mappedpages.internal.transaction;

import java.io.IOException;

import io.mappedpages.internal.commit.Batch;
import io.mappedpages.internal.format.JournalRings;
import io.mappedpages.internal.tree.PageMap;

/**
 * Takes the journal out of the end of the file, which is to be cut off: it moves to where it is nearer to the beginning, and
 * gets shorter if it is too long for what is left of the file; of a file that is to have none it is given up. If there is no such
 * place it stays, and the file ends behind it.
 */
final class JournalShift implements TrimStep {

    private final OpenFile file;
    private final long lastOfUsers;
    private JournalPlace place;
    private boolean isGivenUp;
    private long cut;

    /** @param lastOfUsers behind the last page that a user has */
    JournalShift(OpenFile file, long lastOfUsers) {
        this.file = file;
        this.lastOfUsers = lastOfUsers;
        this.place = new JournalPlace(file);
    }

    /** {@return where the file can end once this is done, as far as users' pages and the journal go} */
    long cut() {
        return cut;
    }

    @Override
    public boolean isLast() {
        return true;
    }

    @Override
    public boolean isPair() {
        return true;
    }

    @Override
    public boolean plan() throws IOException {
        JournalRings old = file.committer().rings();
        cut = Math.max(lastOfUsers, old.end());
        if (cut == lastOfUsers) {
            return false;
        }
        place = new JournalPlace(file);
        place.requireStatesOfOld();
        int ringPages = Math.min(old.pages(), file.committer().suitableRingPages(lastOfUsers));
        isGivenUp = ringPages == 0;
        if (isGivenUp) {
            cut = lastOfUsers;
            return true;
        }
        PageMap map = file.state().map();
        boolean isFound = place.find(ringPages, map.lowestForOwn(), lastOfUsers)
                || place.find(ringPages, Math.max(map.lowestForOwn(), lastOfUsers), old.end());
        if (isFound) {
            cut = Math.max(lastOfUsers, place.end());
        }
        return isFound;
    }

    /** The rings, too, are written before a flip. */
    @Override
    public long nodesBelow() {
        return isGivenUp ? 0 : place.end();
    }

    @Override
    public void apply(Batch batch) throws IOException {
        if (isGivenUp) {
            place.giveUp(batch);
        } else {
            place.take(batch);
        }
    }
}
