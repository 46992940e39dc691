package io.mappedpages.internal.engine;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;

import io.mappedpages.internal.format.CopyPair;
import io.mappedpages.internal.format.Geometry;
import io.mappedpages.internal.format.MetadataPage;
import io.mappedpages.internal.format.PageState;
import io.mappedpages.internal.format.TreeNode;

/**
 * Gives free pages at the end of the file back to the file system. Users' pages stay where they are; tree nodes that lie
 * behind the last of them move to free pages before it, and map leaves that only speak of pages given back are dropped.
 *
 * <p>One commit does that and carries the smaller page count; a second one makes sure that the generation to fall back to
 * has the smaller count too; only then is the file cut.
 */
final class Trim {

    /** A file never gets shorter than it is when it is new. */
    private static final long FEWEST_PAGES = Geometry.RESERVED_PAGES + 1L;

    private final Exclusive exclusive;
    private final ReentrantLock sizeLock;

    Trim(Exclusive exclusive, ReentrantLock sizeLock) {
        this.exclusive = exclusive;
        this.sizeLock = sizeLock;
    }

    /** {@return how many pages were given back} */
    long trim() {
        sizeLock.lock();
        try {
            return exclusive.onCurrent(file -> {
                file.committer.settle();
                Plan plan = new Plan(file);
                if (!plan.choose()) {
                    return 0L;
                }
                long before = file.pageCount();
                plan.apply();
                file.committer.commit();
                file.committer.commit();
                file.storage.truncate(file.geometry.offsetOf(plan.cut));
                file.storage.sync();
                return before - plan.cut;
            });
        } finally {
            sizeLock.unlock();
        }
    }

    /** Where to cut, and what has to move for that. */
    private static final class Plan {
        private final Incarnation file;
        private final long before;
        private final List<Node> moving = new ArrayList<>();
        private final List<CopyTree.Child> dropped = new ArrayList<>();
        private long[] places = new long[0];
        private long cut;

        Plan(Incarnation file) {
            this.file = file;
            this.before = file.pageCount();
        }

        /** {@return whether there is anything to give back} Changes nothing. */
        boolean choose() throws IOException {
            cut = Math.max(FEWEST_PAGES, file.map.lastOfUsers(before) + 1);
            while (cut < before) {
                collectNodes();
                places = new long[2 * moving.size()];
                int found = findPlaces();
                if (found == places.length) {
                    readStates();
                    return true;
                }
                cut += places.length - found; // some of the tail has to stay to hold the nodes
            }
            return false;
        }

        private void collectNodes() throws IOException {
            moving.clear();
            dropped.clear();
            file.map.tree().forEachChild(child -> {
                if (file.map.tree().firstNumber(child) >= cut) {
                    dropped.add(child);
                    return false;
                }
                return collectIfBehind(file.map.tree(), child);
            });
            file.directory.tree().forEachChild(child -> collectIfBehind(file.directory.tree(), child));
        }

        private boolean collectIfBehind(CopyTree tree, CopyTree.Child child) throws IOException {
            if (Math.max(child.pair().pageA(), child.pair().pageB()) >= cut) {
                moving.add(tree.node(child));
            }
            return true;
        }

        /** A damaged leaf must show before anything is changed. */
        private void readStates() throws IOException {
            for (Node node : moving) {
                readStates(node.pair());
            }
            for (CopyTree.Child child : dropped) {
                file.map.tree().forEachPairBelow(child, this::readStates);
            }
        }

        private void readStates(CopyPair pair) throws IOException {
            file.map.state(pair.pageA());
            file.map.state(pair.pageB());
        }

        private int findPlaces() throws IOException {
            int found = 0;
            long page = file.map.nextFree(file.map.lowestFree(), cut);
            while (page >= 0 && found < places.length) {
                long next = page + 1;
                if (!file.map.hasLeaf(page)) {
                    next = file.map.endOfLeaf(page); // a leaf that is missing would need a place itself
                } else if (!file.latches.wasLent(page)) {
                    places[found++] = page;
                }
                page = file.map.nextFree(next, cut);
            }
            return found;
        }

        void apply() throws IOException {
            long highest = 0;
            for (long place : places) {
                highest = Math.max(highest, place);
            }
            file.committer.allowWritesBelow(highest + 1);
            int used = 0;
            for (Node node : moving) {
                release(node.pair());
                long pageA = places[used++];
                long pageB = places[used++];
                file.map.state(pageA, PageState.INTERNAL);
                file.map.state(pageB, PageState.INTERNAL);
                node.moveTo(pageA, pageB);
                CopyTree tree = node.durable().kind() == TreeNode.Kind.MAP ? file.map.tree() : file.directory.tree();
                tree.touch(node);
            }
            // All pages first: one dropped leaf may have the states of another one's pages.
            for (CopyTree.Child child : dropped) {
                file.map.tree().forEachPairBelow(child, this::release);
            }
            for (CopyTree.Child child : dropped) {
                file.map.tree().drop(child);
            }
            MetadataPage metadata = file.metadata.working();
            metadata.freeCount(metadata.freeCount() - (before - cut));
            metadata.pageCount(cut);
        }

        private void release(CopyPair pair) throws IOException {
            file.map.state(pair.pageA(), PageState.FREE);
            file.map.state(pair.pageB(), PageState.FREE);
        }
    }
}
