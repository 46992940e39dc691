package io.mappedpages.internal.engine;

import java.io.IOException;
import java.lang.System.Logger.Level;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;

import io.mappedpages.internal.format.CopyPair;
import io.mappedpages.internal.format.Geometry;
import io.mappedpages.internal.format.MetadataPage;
import io.mappedpages.internal.format.PageState;
import io.mappedpages.internal.log.SafeLog;
import io.mappedpages.internal.storage.ByteRange;

/**
 * Gives free pages at the end of the file back to the file system. Users' pages stay where they are; tree nodes that lie
 * behind the last of them move to free pages before it, and map leaves that only speak of pages given back are dropped.
 *
 * <p>That is done in steps. Each has the engine lock for about as long as a commit has, and leaves a whole file, so others
 * work in between, and a crash leaves the file trimmed by some of the steps:
 *
 * <ol>
 * <li>The last page of a user is searched, a few leaves a step. Allocations keep below what was searched already; if there
 * is too little, they end the trim.
 * <li>Nodes are {@linkplain Relocation moved}.
 * <li>The page count is lowered, a few leaves a step. One commit does that; a second one, before anything else may happen,
 * makes sure that the generation to fall back to counts on nothing that is given up.
 * <li>Holes are punched where the pages were. The size lock keeps these from coming back meanwhile.
 * </ol>
 *
 * <p>The file itself gets shorter when it is closed, and not before: somebody may have kept a segment of a page that is
 * gone, and behind the end of a file an access fails with an error that comes at any time, or ends the process.
 */
final class Trim {

    private static final SafeLog LOG = SafeLog.of(Trim.class);

    /** A file never gets shorter than it is when it is new. */
    private static final long FEWEST_PAGES = Geometry.RESERVED_PAGES + 1L;
    /** Leaves to search, or to drop, in one step. */
    private static final int LEAVES_A_STEP = 32;
    /** The nodes that one pass moves may fill some of the tail, and then some of its leaves are needed, and so on. */
    private static final int MOST_PASSES = 8;
    /** A hole is punched in pieces of this size, so that no commit waits long for the file system. */
    private static final long HOLE_BYTES = 64L << 20;

    private final Lifecycle life;
    private final Exclusive exclusive;
    private final IdleMoment idleMoment;
    private final ReentrantLock sizeLock;

    Trim(Lifecycle life, Exclusive exclusive, IdleMoment idleMoment, ReentrantLock sizeLock) {
        this.idleMoment = idleMoment;
        this.life = life;
        this.exclusive = exclusive;
        this.sizeLock = sizeLock;
    }

    /** {@return how many pages were given back} */
    long trim() {
        sizeLock.lock();
        try {
            Incarnation file = life.usable();
            try {
                return new Run(file).run();
            } finally {
                file.map.liftCeiling();
            }
        } finally {
            sizeLock.unlock();
        }
    }

    /** One call's work. */
    private final class Run {
        private final Incarnation file;
        private long cut;

        Run(Incarnation file) {
            this.file = file;
        }

        private interface Step {
            boolean run() throws IOException;
        }

        /** Takes steps until one says that it was the last. {@return false if somebody else needs the pages} */
        private boolean steps(Step step) {
            while (true) {
                boolean[] goOn = new boolean[1];
                boolean over = exclusive.on(file, _ -> {
                    goOn[0] = !sizeLock.hasQueuedThreads() && file.map.ceiling() != Long.MAX_VALUE;
                    if (!goOn[0]) {
                        return true;
                    }
                    file.committer.settle(); // others had the lock since the last step, and somebody may have had the file
                    return step.run();
                });
                exclusive.letOthersGo();
                if (over) {
                    return goOn[0];
                }
            }
        }

        long run() {
            exclusive.run(file, () -> {
                file.committer.settle();
                cut = file.pageCount();
                file.map.ceiling(cut);
            });
            if (!steps(this::search) || cut == file.pageCount() || !makeRoom() || cut >= file.pageCount()) {
                return 0;
            }
            long given = 0;
            while (cut < file.pageCount()) {
                long before = file.pageCount();
                if (!steps(this::lower)) {
                    return given;
                }
                given += before - file.pageCount();
                punch(file.pageCount(), before);
            }
            return given;
        }

        private boolean search() throws IOException {
            for (int i = 0; i < LEAVES_A_STEP; i++) {
                PageMap.Found found = file.map.lastOfUsers(cut);
                boolean over = found.page() >= 0 || found.from() <= FEWEST_PAGES;
                cut = Math.max(FEWEST_PAGES, found.page() >= 0 ? found.page() + 1 : found.from());
                file.map.ceiling(cut);
                if (over) {
                    return true;
                }
            }
            return false;
        }

        private boolean makeRoom() {
            boolean mayMapAnew = true;
            for (int pass = 0; pass < MOST_PASSES; pass++) {
                Relocation relocation = new Relocation(file, cut);
                if (!steps(relocation::step)) {
                    return false;
                }
                if (relocation.cut() == cut) {
                    return true;
                }
                if (mayMapAnew && relocation.sawLent()) {
                    mayMapAnew = false;
                    if (idleMoment.tryHoldingBack(file, IdleMoment.HELD_BACK_NANOS, file::mapAnew)) {
                        continue; // there are more places now
                    }
                }
                cut = relocation.cut(); // some of the tail has to stay to hold the nodes
            }
            return false;
        }

        /** One commit and its double. {@return true: it is never taken twice} */
        private boolean lower() throws IOException {
            long before = file.pageCount();
            long after = file.map.beginOfLast(LEAVES_A_STEP, before, cut);
            List<CopyTree.Child> dropped = new ArrayList<>();
            file.map.tree().forEachReaching(Math.max(0, file.map.leafNumber(after)), child -> {
                boolean isGone = file.map.tree().firstNumber(child) >= after;
                if (isGone) {
                    dropped.add(child);
                }
                return !isGone;
            });
            long[] pages = pagesOf(dropped);
            for (long page : pages) {
                if (file.map.beginOfLeaf(page) < after) {
                    file.map.state(page); // a damaged leaf must show before anything is changed
                }
            }
            long neverFree = 0;
            for (long page : pages) {
                if (file.map.beginOfLeaf(page) < after) {
                    file.map.state(page, PageState.FREE);
                } else {
                    neverFree++; // its state goes with a leaf that is dropped
                }
            }
            for (CopyTree.Child child : dropped) {
                file.map.tree().drop(child);
            }
            MetadataPage metadata = file.metadata.working();
            metadata.freeCount(metadata.freeCount() - (before - after - neverFree));
            metadata.pageCount(after);
            file.map.cutTo(after);
            file.committer.commit();
            file.committer.commit();
            return true;
        }

        private long[] pagesOf(List<CopyTree.Child> nodes) throws IOException {
            List<CopyPair> pairs = new ArrayList<>();
            for (CopyTree.Child node : nodes) {
                file.map.tree().forEachPairBelow(node, pairs::add);
            }
            return Relocation.pagesOf(pairs);
        }

        private void punch(long from, long to) {
            long end = file.geometry.offsetOf(to);
            try {
                for (long at = file.geometry.offsetOf(from); at < end; at += HOLE_BYTES) {
                    // Where the file was overwritten by an older copy, these pages may be somebody's again.
                    exclusive.run(file, file.committer::settle);
                    if (!file.storage.punchHole(new ByteRange(at, Math.min(HOLE_BYTES, end - at)))) {
                        return; // not to be had here; the space comes back when the file is closed
                    }
                }
            } catch (IOException e) {
                LOG.log(Level.WARNING, "the space of " + (to - from) + " pages that " + life.path()
                        + " no longer has comes back when it is closed, and not now", e);
            }
        }
    }
}
