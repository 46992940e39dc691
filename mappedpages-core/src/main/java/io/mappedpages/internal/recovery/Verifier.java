package io.mappedpages.internal.recovery;

import java.io.EOFException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;

import org.jspecify.annotations.Nullable;

import io.mappedpages.internal.fault.FaultException;
import io.mappedpages.internal.fault.UnreadableException;
import io.mappedpages.internal.format.CopyPair;
import io.mappedpages.internal.format.FormatException;
import io.mappedpages.internal.format.Geometry;
import io.mappedpages.internal.format.MetadataPage;
import io.mappedpages.internal.format.PageState;
import io.mappedpages.internal.format.PageStates;
import io.mappedpages.internal.format.TreeNode;
import io.mappedpages.internal.pageio.NodeReader;
import io.mappedpages.internal.pageio.PageContents;
import io.mappedpages.internal.storage.PageSource;
import io.mappedpages.internal.thread.Uninterruptible;
import io.mappedpages.internal.tree.ColdNodes;
import io.mappedpages.internal.tree.FileState;
import io.mappedpages.internal.tree.NodeSource;

/**
 * Checks a whole file against the rules of the format while others go on to commit, reading everything from the file again.
 * Nothing waits for it: under the engine lock it only looks at what is in memory, of one node at a time.
 *
 * <p>The file changes meanwhile, and nothing of that may look like damage:
 *
 * <ul>
 * <li><b>A node, or the contents of a protected page</b>, is read without a lock and compared with its pair. What is wrong
 * counts if the pair is the same afterwards: a copy is not written as long as it is current, and no generation comes twice.
 * Otherwise the other copy is looked at.
 * <li><b>Which pages are named by a pair</b> is compared with their states, for a window of the file at a time, so the
 * memory needed does not grow with the file. First all names are collected, then the states are looked at; each node as it
 * is at its moment. Meanwhile it is {@linkplain Watched noted} which pages change, before the change can be seen. A page of
 * which nothing has changed since the window was begun had one state and one name all the time: what is wrong with it is
 * wrong. One that has changed says nothing, so the window is walked again for those that looked wrong, a few times if need be. A
 * page that stays wrong and is left alone for the time of one walk is found.
 * <li><b>Counts</b> are summed leaf by leaf, together with what changes behind the last leaf that was summed, see
 * {@link Counting}.
 * <li><b>Whether the file could be opened</b>, with all that was committed before this began, is tried. If it fails while
 * nothing is committed, that counts. If something is, bytes may have been read that were just written over, so it is tried
 * again; as often as not even a disk that is never at rest can explain.
 * </ul>
 */
public final class Verifier {

    private static final int MOST_FINDINGS = 1000;
    /** Pages looked at in one walk; three bits each, and one for pages that are looked at again, are 32 MiB. */
    private static final long WINDOW = 1L << 26;
    /** Walks for one window, while pages that looked wrong go on to be freed and taken. */
    private static final int MOST_ROUNDS = 5;
    /** Attempts to open the file, while others commit. */
    private static final int MOST_OPENINGS = 50;
    private static final long PAUSE_NANOS = 1_000_000;

    private final PageSource storage;
    private final Path path;
    private final Geometry geometry;
    private final FileState state;
    private final Guard guard;
    private final NodeSource nodeSource;
    private final PageContents contents;
    private final List<Verification.Finding> findings = new ArrayList<>();
    private boolean truncated;
    /** What is below a bad node of the map, or of the directory, cannot be told, and is not compared with the rest. */
    private boolean mapIncomplete;
    private boolean directoryIncomplete;
    private long nodes;

    /** The engine, as far as it is needed here. */
    public interface Guard {

        /**
         * Runs {@code action}, which changes nothing of the file, under the engine lock; if it needs a node that is not in
         * memory, that is read without the lock, and it runs again.
         *
         * @throws FaultException if the file is being closed, or what it needs is damaged
         */
        <T extends @Nullable Object> T look(ColdNodes.Action<T> action);

        /** {@return the same number twice, and not -1, if nothing was committed in between} */
        long quiet();
    }

    private Verifier(PageSource storage, Path path, Geometry geometry, FileState state, PageContents contents,
            Guard guard) {
        this.storage = storage;
        this.path = path;
        this.geometry = geometry;
        this.state = state;
        this.guard = guard;
        this.nodeSource = page -> NodeReader.read(storage, geometry, page);
        this.contents = contents;
    }

    /** Checks the file that {@code state} is of. */
    public static Verification verify(PageSource storage, Path path, Geometry geometry, FileState state,
            PageContents contents, Guard guard) throws IOException {
        return new Verifier(storage, path, geometry, state, contents, guard).run();
    }

    private Verification run() throws IOException {
        tryToOpen();
        long pages = state.pageCount();
        if (storage.length() < geometry.offsetOf(pages)) {
            find(-1, "the file is " + storage.length() + " bytes long, " + pages + " pages need "
                    + geometry.offsetOf(pages));
        }
        for (long from = 0; from < pages;) {
            from = checkWindow(from, Math.min(pages, from + WINDOW), pages);
        }
        Counting counts = new Counting(guard, state);
        List<String> differences = counts.run();
        if (!mapIncomplete && !directoryIncomplete) {
            differences.forEach(difference -> find(-1, difference));
        }
        return new Verification(counts.pages(), counts.free(), counts.data(), counts.entries(), counts.internal(),
                nodes,
                List.copyOf(findings), truncated);
    }

    /** {@return where the next window begins} */
    private long checkWindow(long from, long to, long pages) throws IOException {
        BitSet due = null;
        long next = to;
        for (int round = 0; round < MOST_ROUNDS; round++) {
            Watched watched = new Watched(from, to);
            Window window = new Window(from, to, due, watched);
            guard.look(() -> {
                state.watch(watched);
                return true;
            });
            try {
                awaitWhatIsUnderWay();
                window.check();
            } finally {
                guard.look(() -> {
                    state.unwatch(watched);
                    return true;
                });
            }
            next = Math.min(pages, window.next);
            due = window.undecided;
            if (due.isEmpty()) {
                break;
            }
        }
        return next;
    }

    /**
     * What was changed in memory before this began to watch, and becomes visible only now. If nobody commits, nothing is under
     * way: a change that was left half-made stays as it is.
     */
    private void awaitWhatIsUnderWay() {
        long before = state.metadata().durable().generation();
        while (state.metadata().durable().generation() == before) {
            long quiet = guard.quiet();
            if (!guard.look(state::hasUncommitted) || (quiet >= 0 && guard.quiet() == quiet)) {
                return;
            }
            Uninterruptible.sleep(PAUSE_NANOS);
        }
    }

    private void tryToOpen() throws IOException {
        for (int attempt = 1;; attempt++) {
            long quiet = guard.quiet();
            long expected = state.metadata().durable().generation();
            List<Verification.Finding> found = opening(expected);
            boolean isCertain = found.isEmpty() || (quiet >= 0 && guard.quiet() == quiet);
            if (isCertain || attempt == MOST_OPENINGS) {
                found.forEach(finding -> find(finding.page(), finding.problem()));
                return;
            }
            Uninterruptible.sleep(PAUSE_NANOS);
        }
    }

    /** {@return what would be found if the file were opened now, and should not be} */
    private List<Verification.Finding> opening(long expected) throws IOException {
        List<Verification.Finding> found = new ArrayList<>();
        try {
            Adopted adopted = Recoverer.recoverToRead(storage, path, false);
            for (UnreadableException unread : adopted.unread()) {
                found.add(new Verification.Finding(unread.page(),
                        unread.getMessage() + "; nothing depends on it now"));
            }
            if (adopted.generation() < expected) {
                found.add(new Verification.Finding(-1, "opening the file would find generation "
                        + adopted.generation() + ", the last commit was " + expected));
            }
        } catch (FaultException e) {
            UnreadableException unread = e.getCause() instanceof UnreadableException cause ? cause : null;
            found.add(new Verification.Finding(unread == null ? -1 : unread.page(),
                    "the file would not open: " + (unread == null ? e : unread).getMessage()));
        }
        return found;
    }

    private void find(long page, String problem) {
        if (findings.size() < MOST_FINDINGS) {
            findings.add(new Verification.Finding(page, problem));
        } else {
            truncated = true;
        }
    }

    /** One walk: pages {@code [from, to)}. What concerns the file as a whole is done in the first one. */
    private final class Window implements LiveWalk.Visitor {
        private final long from;
        private final long to;
        private final boolean first;
        /** The pages of the window to look at; null for all. */
        private final @Nullable BitSet due;
        private final Watched watched;
        private final BitSet namedByNode = new BitSet();
        private final BitSet namedByEntry = new BitSet();
        /** Pages that looked wrong, but have changed meanwhile. */
        private final BitSet undecided = new BitSet();
        /** The first page from {@link #to} on that has a leaf or is named. */
        private long next = Long.MAX_VALUE;

        Window(long from, long to, @Nullable BitSet due, Watched watched) {
            this.from = from;
            this.to = to;
            this.due = due;
            this.first = from == 0 && due == null;
            this.watched = watched;
        }

        void check() throws IOException {
            MetadataPage begin = state.metadata().durable();
            nameRow(0, Geometry.RESERVED_PAGES);
            nameRow(begin.rings().ringA(), begin.rings().pages());
            nameRow(begin.rings().ringB(), begin.rings().pages());
            walk(TreeNode.Kind.MAP, this);
            walk(TreeNode.Kind.DIRECTORY, this);
            // States are compared in a second walk, when all names are known.
            States states = new States();
            states.compare(0, state.metadata().durable().states());
            walk(TreeNode.Kind.MAP, states);
            states.finish();
        }

        private void nameRow(long begin, int count) {
            for (long page = begin; page < begin + count; page++) {
                name(page, false);
            }
        }

        private void walk(TreeNode.Kind kind, LiveWalk.Visitor visitor) throws IOException {
            new LiveWalk(guard, geometry, state, nodeSource, kind, first && visitor == this, visitor).run();
        }

        /** Something is wrong with a page, unless it has just changed. */
        private void suspect(long page, String problem) {
            if (due == null || due.get((int) (page - from))) {
                if (watched.isTouched(page)) {
                    undecided.set((int) (page - from));
                } else {
                    find(page, problem);
                }
            }
        }

        @Override
        public void pair(TreeNode.Kind kind, int level, long index, CopyPair pair) throws IOException {
            boolean entry = level == TreeWalk.ENTRY;
            try {
                pair.requireWithin(state.pageCount());
            } catch (FormatException e) {
                if (first && !watched.isTouched(pair.highestPage())) {
                    find(-1, String.valueOf(e.getMessage()));
                }
                return;
            }
            name(pair.pageA(), entry);
            name(pair.pageB(), entry);
            if (first && entry) {
                checkContents(index, pair);
            }
        }

        private void name(long page, boolean entry) {
            if (page < from || page >= to) {
                nextAt(page);
                return;
            }
            int bit = (int) (page - from);
            if (namedByNode.get(bit) || namedByEntry.get(bit)) {
                suspect(page, "is named by more than one pair");
            }
            (entry ? namedByEntry : namedByNode).set(bit);
        }

        private void nextAt(long page) {
            if (page >= to && page < next) {
                next = page;
            }
        }

        /** If the page was written meanwhile, its other copy is looked at: nobody has to wait for this. */
        private void checkContents(long id, CopyPair found) throws IOException {
            CopyPair pair = found;
            while (pair.inUse()) {
                String problem = null;
                try {
                    if (!contents.sumsOf(storage, pair.activePage()).equals(pair.sums())) {
                        problem = " and has other contents than were committed";
                    }
                } catch (UnreadableException e) {
                    problem = ": " + e.getMessage();
                } catch (EOFException e) {
                    problem = " and lies past the end";
                }
                if (problem == null) {
                    return;
                }
                CopyPair seen = pair;
                pair = entry(id);
                if (pair.equals(seen)) {
                    find(seen.activePage(), "is the current copy of protected page " + id + problem);
                    return;
                }
            }
        }

        private CopyPair entry(long id) {
            try {
                return guard.look(() -> state.directory().loadDurableEntry(id));
            } catch (FaultException e) {
                guard.look(() -> true); // unless the file is being closed, the leaf was damaged meanwhile
                return CopyPair.NONE;
            }
        }

        @Override
        public void spoiled(CopyPair pair, Exception problem) {
            find(pair.activePage(), String.valueOf(problem.getMessage()));
        }

        @Override
        public void node(TreeNode.Kind kind, long firstNumber, TreeNode node) {
            if (first) {
                nodes++;
            }
            if (node.holdsStates() && firstNumber + node.states().count() > to) {
                nextAt(Math.max(firstNumber, to));
            }
        }

        @Override
        public void damaged(TreeNode.Kind kind, int level, long firstNumber, CopyPair pair, Exception problem) {
            mapIncomplete |= kind == TreeNode.Kind.MAP;
            directoryIncomplete |= kind == TreeNode.Kind.DIRECTORY;
            if (first) {
                find(pair.activePage(), String.valueOf(problem.getMessage()));
            }
        }

        /** Compares each state with the names. */
        private final class States implements LiveWalk.Visitor {
            /** Pages of the window below this one were compared. */
            private long done = from;

            @Override
            public void pair(TreeNode.Kind kind, int level, long index, CopyPair pair) {
                // names were collected before
            }

            @Override
            public void spoiled(CopyPair pair, Exception problem) {
                // found before
            }

            @Override
            public void node(TreeNode.Kind kind, long firstNumber, TreeNode node) {
                if (node.holdsStates()) {
                    compare(firstNumber, node.states());
                }
            }

            @Override
            public void damaged(TreeNode.Kind kind, int level, long firstNumber, CopyPair pair, Exception problem) {
                if (kind == TreeNode.Kind.MAP) {
                    long end = firstNumber + geometry.mapSpan(level);
                    if (end > from && firstNumber < to) {
                        absent(Math.min(firstNumber, to));
                        done = Math.max(done, Math.min(to, end)); // states that cannot be told
                    }
                }
            }

            void compare(long firstPage, PageStates states) {
                long end = firstPage + states.count();
                if (first) {
                    int inFile = Math.clamp(state.pageCount() - firstPage, 0, states.count());
                    int past = states.nextNot(PageState.FREE, inFile, states.count());
                    if (past >= 0 && !watched.isTouched(firstPage + past)) {
                        find(-1, "a page past the page count is not free");
                    }
                }
                if (end <= from || firstPage >= to) {
                    return;
                }
                absent(Math.min(firstPage, to));
                for (long page = Math.max(from, firstPage); page < Math.min(to, end); page++) {
                    compare(page, states.get((int) (page - firstPage)));
                }
                done = Math.max(done, Math.min(to, end));
            }

            void finish() {
                absent(to);
            }

            /** Pages up to {@code end} that no leaf speaks of are free. */
            private void absent(long end) {
                if (done >= end) {
                    return;
                }
                int limit = (int) (end - from);
                int bit = Math.min(next(namedByNode, (int) (done - from)), next(namedByEntry, (int) (done - from)));
                while (bit < limit) {
                    suspect(from + bit, "is free, but named by a pair");
                    bit = Math.min(next(namedByNode, bit + 1), next(namedByEntry, bit + 1));
                }
                done = end;
            }

            /** Whether a pair would have been met that names a page in this state. */
            private boolean mustBeNamed(int state) {
                return !directoryIncomplete
                        && (state == PageState.COPY || (state == PageState.INTERNAL && !mapIncomplete));
            }

            private int next(BitSet bits, int at) {
                int found = bits.nextSetBit(at);
                return found < 0 ? Integer.MAX_VALUE : found;
            }

            private void compare(long page, int pageState) {
                int bit = (int) (page - from);
                int expected = namedByNode.get(bit) ? PageState.INTERNAL
                        : namedByEntry.get(bit) ? PageState.COPY : pageState;
                boolean unnamed = !namedByNode.get(bit) && !namedByEntry.get(bit);
                if (pageState != expected) {
                    suspect(page, "is " + PageState.nameOf(pageState) + ", but a pair makes it "
                            + PageState.nameOf(expected));
                } else if (unnamed && mustBeNamed(pageState)) {
                    suspect(page, "is " + PageState.nameOf(pageState) + ", but no pair names it");
                }
            }
        }
    }
}
