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
        place = new JournalPlace(file);
        JournalRings old = file.committer().rings();
        boolean moves = old.end() > lastOfUsers && choose(old);
        cut = Math.max(lastOfUsers, moves ? newEnd() : old.end());
        file.state().map().ceiling(cut); // what stays others may have
        return moves;
    }

    private boolean choose(JournalRings old) throws IOException {
        place.requireStatesOfOld();
        int ringPages = Math.min(old.pages(), file.committer().suitableRingPages(lastOfUsers));
        isGivenUp = ringPages == 0;
        PageMap map = file.state().map();
        return isGivenUp || place.find(ringPages, map.lowestForOwn(), lastOfUsers)
                || place.find(ringPages, Math.max(map.lowestForOwn(), lastOfUsers), old.end());
    }

    private long newEnd() {
        return isGivenUp ? 0 : place.end();
    }

    /** {@return whether there might be a place nearer to the beginning if the file were mapped anew} */
    boolean sawLent() {
        return place.sawLent();
    }

    /** The rings, too, are written before a flip. */
    @Override
    public long nodesBelow() {
        return newEnd();
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
