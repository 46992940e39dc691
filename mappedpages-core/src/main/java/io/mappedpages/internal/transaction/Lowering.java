package io.mappedpages.internal.transaction;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

import io.mappedpages.internal.commit.Batch;
import io.mappedpages.internal.format.CopyPair;
import io.mappedpages.internal.format.PageState;
import io.mappedpages.internal.tree.ChildNode;
import io.mappedpages.internal.tree.PageMap;

/**
 * Takes the pages of some leaves at the end of the file away, which nobody has. One commit does that; a second one, before
 * anything else may happen, makes sure that the generation to fall back to counts on nothing that is given up.
 */
final class Lowering implements TrimStep {

    private final OpenFile file;
    private final PageMap map;
    private final long cut;
    private final int mostLeaves;

    private long before;
    private long after;
    private List<ChildNode> dropped = List.of();
    private long[] pages = new long[0];

    /**
     * Lowers the page count once.
     *
     * @param cut        not below this
     * @param mostLeaves as many leaves as are given up at once
     */
    Lowering(OpenFile file, long cut, int mostLeaves) {
        this.file = file;
        this.map = file.state().map();
        this.cut = cut;
        this.mostLeaves = mostLeaves;
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
        before = file.pageCount();
        after = map.end().beginOfLast(mostLeaves, before, cut);
        dropped = new ArrayList<>();
        map.tree().forEachReaching(Math.max(0, map.leafNumber(after)), child -> {
            boolean isGone = map.tree().firstNumber(child) >= after;
            if (isGone) {
                dropped.add(child);
            }
            return !isGone;
        });
        List<CopyPair> pairs = new ArrayList<>();
        for (ChildNode node : dropped) {
            map.tree().forEachPairBelow(node, pairs::add);
        }
        pages = Relocation.pagesOf(pairs);
        for (long page : pages) {
            if (staysInMap(page)) {
                map.state(page); // a damaged leaf must show before anything is changed
            }
        }
        return true;
    }

    /** Whether the state of a page does not go with a leaf that is dropped. */
    private boolean staysInMap(long page) {
        return map.beginOfLeaf(page) < after;
    }

    @Override
    public void apply(Batch batch) throws IOException {
        long neverFree = 0;
        for (long page : pages) {
            if (staysInMap(page)) {
                map.state(page, PageState.FREE);
            } else {
                neverFree++;
            }
        }
        for (ChildNode child : dropped) {
            map.tree().drop(child);
        }
        file.state().metadata().cutTo(after, before - after - neverFree);
        map.cutTo(after);
    }
}
