package io.mappedpages.internal.transaction;

import java.io.IOException;
import java.lang.System.Logger.Level;
import java.lang.invoke.VarHandle;

import io.mappedpages.internal.commit.Batch;
import io.mappedpages.internal.format.Geometry;
import io.mappedpages.internal.log.QuietLock;
import io.mappedpages.internal.log.SafeLog;
import io.mappedpages.internal.storage.ByteRange;
import io.mappedpages.internal.tree.MapEnd;
import io.mappedpages.internal.tree.PageMap;

/**
 * Gives free pages at the end of the file back to the file system. Users' pages stay where they are; the journal and tree nodes
 * that lie behind the last of them move to free pages before it, or as near as can be, and map leaves that only speak of pages given back are dropped.
 *
 * <p>That is done in steps. Each has the engine lock for about as long as a commit has, and leaves a whole file, so others
 * work in between, and a crash leaves the file trimmed by some of the steps:
 *
 * <ol>
 * <li>The last page of a user is searched, a few leaves a step. Allocations keep below what was searched already; if there
 * is too little, they end the trim.
 * <li>The journal is {@linkplain JournalShift moved}, then nodes {@linkplain Relocation are}.
 * <li>The page count is lowered, a few leaves a step. One commit does that; a second one, before anything else may happen,
 * makes sure that the generation to fall back to counts on nothing that is given up.
 * <li>Holes are punched where the pages were. The size lock keeps these from coming back meanwhile.
 * </ol>
 *
 * <p>The file itself gets shorter when it is closed, and not before: somebody may have kept a segment of a page that is
 * gone, and behind the end of a file an access fails with an error that comes at any time, or ends the process.
 */
public final class Trim {

    private static final SafeLog LOG = SafeLog.of(Trim.class);

    /** A file never gets shorter than it is when it is new. */
    private static final long FEWEST_PAGES = Geometry.RESERVED_PAGES + 1L;
    /** Leaves to search, or to drop, in one step. */
    private static final int LEAVES_A_STEP = 32;
    /** The nodes that one pass moves may fill some of the tail, and then some of its leaves are needed, and so on. */
    private static final int MOST_PASSES = 8;
    /** A hole is punched in pieces of this size, so that no commit waits long for the file system. */
    private static final long HOLE_BYTES = 64L << 20;

    private final Openings openings;
    private final CommitQueue queue;
    private final IdleMoment idleMoment;
    private final QuietLock sizeLock;

    /** @param sizeLock admits one growth or trim at a time */
    public Trim(Openings openings, CommitQueue queue, IdleMoment idleMoment, QuietLock sizeLock) {
        this.idleMoment = idleMoment;
        this.openings = openings;
        this.queue = queue;
        this.sizeLock = sizeLock;
    }

    /**
     * Refuses who is in the middle of a growth or trim: a handler of the log, to which a long reservation tells how far it has
     * come. The length must not change inside of a change of it.
     */
    static void requireNot(QuietLock sizeLock) {
        if (sizeLock.isHeldByCurrentThread()) {
            throw new IllegalStateException(
                    "a thread that makes the file longer or shorter must not do so again meanwhile");
        }
    }

    /** {@return how many pages were given back} */
    public long trim() {
        requireNot(sizeLock);
        sizeLock.lock();
        try {
            OpenFile file = openings.usable();
            long given;
            try {
                given = new Run(file).run();
            } finally {
                file.state().map().liftCeiling();
            }
            // What was done for a file that was to be much shorter is undone if it has stayed long.
            if (file.committer().wantsOtherRings()) {
                JournalMove.makeIfWanted(queue, file, 0, openings.path());
            }
            return given;
        } finally {
            sizeLock.unlock();
        }
    }

    /** One call's work. */
    private final class Run {
        private final OpenFile file;
        private long cut;

        Run(OpenFile file) {
            this.file = file;
        }

        /** Takes steps until one says that it was the last. {@return false if somebody else needs the pages} */
        private boolean steps(TrimStep step) {
            while (true) {
                Turn turn = new Turn(step);
                queue.submit(file, turn);
                if (turn.isStopped || step.isLast()) {
                    return !turn.isStopped;
                }
            }
        }

        /** A step, unless somebody needs the pages that are to be given back, or a backup counts on what is in them. */
        private final class Turn implements Change {
            private final TrimStep step;
            private boolean isStopped;

            Turn(TrimStep step) {
                this.step = step;
            }

            @Override
            public boolean plan() throws IOException {
                isStopped = sizeLock.hasQueuedThreads() || file.state().map().ceiling() == Long.MAX_VALUE
                        || file.isWatched();
                return !isStopped && step.plan();
            }

            @Override
            public long nodesBelow() {
                return step.nodesBelow();
            }

            @Override
            public void apply(Batch batch) throws IOException {
                step.apply(batch);
            }

            @Override
            public boolean isAlone() {
                return step.isAlone();
            }

            @Override
            public boolean isPair() {
                return step.isPair();
            }
        }

        long run() {
            queue.settled(file, _ -> {
                cut = file.pageCount();
                file.state().map().ceiling(cut);
                return true;
            });
            if (!steps(new Search()) || cut == file.pageCount() || !moveJournal() || cut >= file.pageCount()
                    || !makeRoom() || cut >= file.pageCount()) {
                return 0;
            }
            long given = 0;
            while (cut < file.pageCount()) {
                long before = file.pageCount();
                if (!steps(new Lowering(file, cut, LEAVES_A_STEP))) {
                    return given;
                }
                given += before - file.pageCount();
                punch(file.pageCount(), before);
            }
            return given;
        }

        private boolean moveJournal() {
            for (boolean mayMapAnew = true;; mayMapAnew = false) {
                JournalShift shift = new JournalShift(file, cut);
                if (!steps(shift)) {
                    return false;
                }
                if (!mayMapAnew || !shift.sawLent()
                        || !idleMoment.tryHoldingBack(file, IdleMoment.HELD_BACK_NANOS, file::mapAnew)) {
                    cut = shift.cut();
                    return true;
                } // there are more places now
            }
        }

        /** Looks for the last page of a user. */
        private final class Search implements TrimStep {
            private boolean isLast;

            @Override
            public boolean plan() throws IOException {
                PageMap map = file.state().map();
                long fewest = Math.max(FEWEST_PAGES, map.reserved().end()); // what is promised has to stay, too
                for (int i = 0; i < LEAVES_A_STEP && !isLast; i++) {
                    MapEnd.Found found = map.end().lastOfUsers(cut);
                    isLast = found.page() >= 0 || found.from() <= fewest;
                    cut = Math.max(fewest, found.page() >= 0 ? found.page() + 1 : found.from());
                    map.ceiling(cut);
                }
                return false;
            }

            @Override
            public boolean isLast() {
                return isLast;
            }
        }

        private boolean makeRoom() {
            boolean mayMapAnew = true;
            for (int pass = 0; pass < MOST_PASSES; pass++) {
                Relocation relocation = new Relocation(file, cut);
                if (!steps(relocation)) {
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

        private void punch(long from, long to) {
            long end = file.geometry().offsetOf(to);
            VarHandle.fullFence(); // who reads one of the pages without a latch, and finds zeros, finds afterwards that it was freed
            try {
                for (long at = file.geometry().offsetOf(from); at < end; at += HOLE_BYTES) {
                    // Where the file was overwritten by an older copy, these pages may be somebody's again.
                    queue.settle(file);
                    if (!file.storage().punchHole(new ByteRange(at, Math.min(HOLE_BYTES, end - at)))) {
                        return; // not to be had here; the space comes back when the file is closed
                    }
                }
            } catch (IOException e) {
                LOG.log(Level.WARNING, "the space of " + (to - from) + " pages that " + openings.path()
                        + " no longer has comes back when it is closed, and not now", e);
            }
        }
    }
}
