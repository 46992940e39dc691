package io.mappedpages.internal.transaction;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

import io.mappedpages.internal.commit.Batch;
import io.mappedpages.internal.format.CopyPair;
import io.mappedpages.internal.format.PageState;
import io.mappedpages.internal.format.TreeNode;
import io.mappedpages.internal.tree.ChildNode;
import io.mappedpages.internal.tree.CopyTree;
import io.mappedpages.internal.tree.NodeMissing;
import io.mappedpages.internal.tree.PageMap;

/**
 * Moves tree nodes out of the end of the file, which is to be cut off, some in each step. All nodes are looked at once,
 * level by level.
 *
 * <p>A node that stays has to lie before the cut. A map node of pages behind the cut is going to be dropped, together with
 * these; until then the file ends behind the pages of its first leaf or later, so it has to lie before that end.
 */
final class Relocation implements TrimStep {

    /** In one step, which is one commit. */
    private static final int MOST_MOVED = 32;
    /** Nodes looked at in one step, through their parents. */
    private static final int MOST_LOOKS = 1024;
    /** Runs of free pages looked at in one step, in the search for places. */
    private static final int MOST_RUNS = 256;

    private final OpenFile file;
    private final long end;
    private final long cut;
    private long cutNeeded;
    private boolean isBegun;
    /** The place of the next node to look at. */
    private Position next = new Position(TreeNode.Kind.DIRECTORY, -1, 0);
    /** No place for a node is below, from the beginning of the file up to the cut. */
    private long before;
    /** The same, from the cut on. */
    private long behind;
    private boolean sawLent;
    private boolean isLast;
    private List<Move> possible = List.of();
    /** Two for each. */
    private long[] places = new long[0];
    /** A place that was found when there was no second one yet, or -1. */
    private long spare = -1;

    /** A node's place among all: the directory's first, the highest level of each first. */
    private record Position(TreeNode.Kind kind, int level, long index) {
    }

    /** A node that has to move, and below which page it has to be. */
    private record Move(ChildNode child, Position position, long limit) {
    }

    /**
     * Under the lock of the file's size, and looks at nothing yet that may change all the same.
     *
     * @param cut where the file is to end
     */
    Relocation(OpenFile file, long cut) {
        this.file = file;
        this.end = file.pageCount();
        this.cut = cut;
        this.cutNeeded = cut;
        this.behind = cut;
    }

    /** {@return where the file can end, once all steps are done} */
    long cut() {
        return cutNeeded;
    }

    /** {@return whether there were free pages that could not be places, because they were lent} */
    boolean sawLent() {
        return sawLent;
    }

    @Override
    public boolean isLast() {
        return isLast;
    }

    /** Where a search stands. */
    private record Progress(Position next, long before, long behind, boolean sawLent, long spare, long cutNeeded,
            boolean isBegun) {
    }

    /** Chooses some nodes, and places for them. A plan that is broken off has found nothing. */
    @Override
    public boolean plan() throws IOException {
        Progress begin = new Progress(next, before, behind, sawLent, spare, cutNeeded, isBegun);
        try {
            return choose();
        } catch (NodeMissing e) {
            goBackTo(begin);
            throw e;
        }
    }

    private void goBackTo(Progress begin) {
        next = begin.next;
        before = begin.before;
        behind = begin.behind;
        sawLent = begin.sawLent;
        spare = begin.spare;
        cutNeeded = begin.cutNeeded;
        isBegun = begin.isBegun;
    }

    private boolean choose() throws IOException {
        if (!isBegun) {
            isBegun = true;
            before = file.state().map().lowestFree();
            next = new Position(TreeNode.Kind.DIRECTORY, file.state().directory().tree().height() - 1, 0);
        }
        List<Move> moves = new ArrayList<>();
        isLast = collect(moves);
        possible = new ArrayList<>();
        places = new long[2 * moves.size()];
        isLast &= choosePlaces(moves);
        for (Move move : possible) {
            tree(move.position.kind).load(move.child); // now, while nothing is changed
            for (long page : pagesOf(List.of(move.child.pair()))) {
                file.state().map().state(page); // a damaged leaf must show before anything is changed
            }
        }
        return !possible.isEmpty();
    }

    @Override
    public long nodesBelow() {
        return 1 + Arrays.stream(places, 0, 2 * possible.size()).max().orElse(-1);
    }

    private CopyTree tree(TreeNode.Kind kind) {
        return kind == TreeNode.Kind.MAP ? file.state().map().tree() : file.state().directory().tree();
    }

    private boolean collect(List<Move> moves) throws IOException {
        int[] looks = new int[1];
        while (true) {
            Position at = next;
            boolean isLevelOver = at.level < 0
                    || tree(at.kind).forEachOfLevel(at.level, at.index, child -> {
                        if (moves.size() == MOST_MOVED || looks[0]++ == MOST_LOOKS) {
                            return false;
                        }
                        next = new Position(at.kind, at.level, child.index() + 1);
                        long limit = limit(at.kind, child);
                        if (child.pair().highestPage() >= limit) {
                            moves.add(new Move(child, new Position(at.kind, at.level, child.index()), limit));
                        }
                        return true;
                    });
            if (!isLevelOver) {
                return false;
            }
            if (at.level > 0) {
                next = new Position(at.kind, at.level - 1, 0);
            } else if (at.kind == TreeNode.Kind.DIRECTORY) {
                next = new Position(TreeNode.Kind.MAP, file.state().map().tree().height() - 1, 0);
            } else {
                next = new Position(TreeNode.Kind.MAP, -1, 0);
                return true;
            }
        }
    }

    private long limit(TreeNode.Kind kind, ChildNode child) {
        if (kind == TreeNode.Kind.DIRECTORY) {
            return cut;
        }
        long first = file.state().map().tree().firstNumber(child);
        return first < cut ? cut : Math.min(end, first + file.state().map().tree().leafSpan());
    }

    /** {@return whether there is a place, or none to be had, for all; if not, the others are looked at again} */
    private boolean choosePlaces(List<Move> moves) throws IOException {
        int[] runs = new int[1];
        boolean triedToMapAnew = false;
        int used = 0;
        for (Move move : moves) {
            boolean stays = move.limit == cut;
            long a = place(stays, runs);
            long b = a < 0 ? a : place(stays, runs);
            if (b < 0 && runs[0] >= MOST_RUNS) {
                spare = a;
                next = move.position;
                return false;
            }
            long highest = Math.max(a, b);
            if ((b < 0 || highest >= move.limit) && sawLent && !triedToMapAnew) {
                triedToMapAnew = true;
                if (file.mapAnew()) {
                    sawLent = false;
                    before = file.state().map().lowestFree();
                    behind = cut;
                    next = move.position; // not now: what was chosen for others still looks free
                    return false;
                }
            }
            long old = move.child.pair().highestPage();
            if (b < 0 || highest >= old) {
                cutNeeded = Math.max(cutNeeded, old + 1);
                giveBack(a, b);
                continue;
            }
            if (highest >= move.limit) {
                cutNeeded = Math.max(cutNeeded, highest + 1);
            }
            possible.add(move);
            places[used++] = a;
            places[used++] = b;
        }
        return true;
    }

    private void giveBack(long a, long b) {
        for (long place : new long[] {b, a}) {
            if (place >= cut) {
                behind = place;
            } else if (place >= 0) {
                before = place;
            }
        }
    }

    /** {@return a free page for a node, or -1} Places before the cut are kept for the nodes that stay. */
    private long place(boolean stays, int[] runs) throws IOException {
        long kept = spare;
        spare = -1;
        if (kept >= 0 && file.state().map().isFreeWithLeaf(kept)
                && file.latches().nextNotLent(kept, kept + 1) == kept) {
            return kept;
        }
        while (runs[0]++ < MOST_RUNS) {
            boolean isBefore = stays && before < cut;
            long from = isBefore ? before : behind;
            long limit = isBefore ? cut : end;
            long free = file.state().map().nextFree(from, limit);
            if (free < 0) {
                set(isBefore, limit);
                if (!isBefore) {
                    return -1;
                }
                continue;
            }
            if (!file.state().map().hasLeaf(free)) {
                set(isBefore, Math.min(limit, file.state().map().endOfLeaf(free))); // that leaf would need a place itself
                continue;
            }
            long endOfRun = file.state().map().endOfFree(free, limit);
            long place = file.latches().nextNotLent(free, endOfRun);
            sawLent |= place > free;
            set(isBefore, Math.min(endOfRun, place + 1));
            if (place < endOfRun) {
                return place;
            }
        }
        return -1;
    }

    private void set(boolean isBefore, long page) {
        if (isBefore) {
            before = page;
        } else {
            behind = page;
        }
    }

    @Override
    public void apply(Batch batch) throws IOException {
        PageMap map = file.state().map();
        for (Move move : possible) {
            for (long page : pagesOf(List.of(move.child.pair()))) {
                map.state(page, PageState.FREE);
            }
        }
        for (int i = 0; i < possible.size(); i++) {
            long pageA = places[2 * i];
            long pageB = places[2 * i + 1];
            map.state(pageA, PageState.INTERNAL);
            map.state(pageB, PageState.INTERNAL);
            tree(possible.get(i).position.kind).move(possible.get(i).child, pageA, pageB);
        }
    }

    /** {@return both pages of each pair} */
    static long[] pagesOf(List<CopyPair> pairs) {
        long[] pages = new long[2 * pairs.size()];
        for (int i = 0; i < pairs.size(); i++) {
            pages[2 * i] = pairs.get(i).pageA();
            pages[2 * i + 1] = pairs.get(i).pageB();
        }
        return pages;
    }
}
