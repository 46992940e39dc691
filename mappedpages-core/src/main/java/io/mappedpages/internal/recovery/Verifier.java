package io.mappedpages.internal.recovery;

import java.io.EOFException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;

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
import io.mappedpages.internal.storage.PageStorage;
import io.mappedpages.internal.tree.NodeSource;

/**
 * Checks a whole file against the rules of the format, reading everything from the file again.
 *
 * <p>Which pages are named by a pair is remembered for a window of the file at a time, so the memory needed does not
 * grow with the file; a larger file is walked once per window in which anything is allocated.
 */
public final class Verifier {

    private static final int MOST_FINDINGS = 1000;
    /** Pages looked at in one walk; two bits each are 16 MiB. */
    private static final long WINDOW = 1L << 26;

    private final PageStorage storage;
    private final Geometry geometry;
    private final MetadataPage metadata;
    private final NodeSource nodeSource;
    private final PageContents contents;
    private final List<Verification.Finding> findings = new ArrayList<>();
    private boolean truncated;
    /** What is below a bad node of the map, or of the directory, cannot be told, and is not compared with the rest. */
    private boolean mapIncomplete;
    private boolean directoryIncomplete;
    private final long[] byState = new long[4];
    private long nodes;
    private long entries;

    private Verifier(PageStorage storage, Geometry geometry, Replay.Image image, PageContents contents) {
        this.storage = storage;
        this.geometry = geometry;
        this.metadata = image.metadata();
        this.nodeSource = image.over(page -> NodeReader.read(storage, geometry, page));
        this.contents = contents;
    }

    /**
     * Checks the file as it would be found if it were opened now. No commit may run meanwhile.
     *
     * @param durable  the metadata of the last checkpoint
     * @param expected the generation of the last commit
     */
    public static Verification verify(PageStorage storage, Path path, Geometry geometry, MetadataPage durable,
            long expected, PageContents contents) throws IOException {
        Adopted found;
        try {
            found = Recoverer.recover(storage, path, false);
        } catch (FaultException e) {
            if (e.getCause() instanceof UnreadableException unreadable) {
                Verifier verifier = new Verifier(storage, geometry, Replay.Image.of(durable), contents);
                verifier.find(unreadable.page(), "the file would not open: " + unreadable.getMessage());
                return verifier.run();
            }
            return new Verification(0, 0, 0, 0, 0, 0,
                    List.of(new Verification.Finding(-1, "the file would not open: " + e.getMessage())), false);
        }
        Replay.Image image = Replay.image(storage, found);
        Verifier verifier = new Verifier(storage, geometry, image, contents);
        if (image.unreadable() != null) {
            verifier.find(image.unreadable().page(), "the file would not open: " + image.unreadable().getMessage());
        }
        for (UnreadableException unread : found.unread()) {
            verifier.find(unread.page(), unread.getMessage() + "; nothing depends on it now");
        }
        if (found.generation() != expected) {
            verifier.find(-1, "opening the file would find generation " + found.generation()
                    + ", the last commit was " + expected);
        }
        return verifier.run();
    }

    private Verification run() throws IOException {
        long pages = metadata.pageCount();
        if (storage.length() < geometry.offsetOf(pages)) {
            find(-1, "the file is " + storage.length() + " bytes long, " + pages + " pages need "
                    + geometry.offsetOf(pages));
        }
        for (long from = 0; from < pages;) {
            Window window = new Window(from, Math.min(pages, from + WINDOW));
            window.check();
            long next = Math.min(pages, window.next);
            byState[PageState.FREE] += next - window.to; // nothing speaks of these: a file may be nearly empty
            from = next;
        }
        if (!mapIncomplete) {
            compare("free pages", metadata.freeCount(), byState[PageState.FREE]);
        }
        if (!directoryIncomplete) {
            compare("protected pages", metadata.protectedCount(), entries);
        }
        return new Verification(pages, byState[PageState.FREE], byState[PageState.DATA], entries,
                byState[PageState.INTERNAL], nodes, List.copyOf(findings), truncated);
    }

    private void compare(String what, long counted, long found) {
        if (counted != found) {
            find(-1, "the metadata counts " + counted + " " + what + ", there are " + found);
        }
    }

    private void find(long page, String problem) {
        if (findings.size() < MOST_FINDINGS) {
            findings.add(new Verification.Finding(page, problem));
        } else {
            truncated = true;
        }
    }

    /** One walk: pages {@code [from, to)}. What concerns the file as a whole is done in the first one. */
    private final class Window implements TreeWalk.Visitor {
        private final long from;
        private final long to;
        private final boolean first;
        private final BitSet namedByNode = new BitSet();
        private final BitSet namedByEntry = new BitSet();
        /** The first page from {@link #to} on that has a leaf or is named. */
        private long next = Long.MAX_VALUE;

        Window(long from, long to) {
            this.from = from;
            this.to = to;
            this.first = from == 0;
        }

        void check() throws IOException {
            nameRow(0, Geometry.RESERVED_PAGES);
            nameRow(metadata.rings().ringA(), metadata.rings().pages());
            nameRow(metadata.rings().ringB(), metadata.rings().pages());
            walk(this);
            // States are compared in a second walk, when all names are known.
            States states = new States();
            states.compare(0, metadata.states());
            walk(states);
            states.finish();
        }

        private void nameRow(long begin, int count) {
            for (long page = begin; page < begin + count; page++) {
                name(page, false);
            }
        }

        private void walk(TreeWalk.Visitor visitor) throws IOException {
            new TreeWalk(geometry, nodeSource, pair -> true, visitor).walk(metadata);
        }

        @Override
        public void pair(TreeNode.Kind kind, int level, long index, CopyPair pair) throws IOException {
            boolean entry = level == TreeWalk.ENTRY;
            try {
                pair.requireWithin(metadata.pageCount());
            } catch (FormatException e) {
                if (first) {
                    find(-1, String.valueOf(e.getMessage()));
                }
                return;
            }
            name(pair.pageA(), entry);
            name(pair.pageB(), entry);
            if (first && entry) {
                entries++;
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
                find(page, "is named by more than one pair");
            }
            (entry ? namedByEntry : namedByNode).set(bit);
        }

        private void nextAt(long page) {
            if (page >= to && page < next) {
                next = page;
            }
        }

        private void checkContents(long id, CopyPair pair) throws IOException {
            try {
                if (!contents.sumsOf(storage, pair.activePage()).equals(pair.sums())) {
                    find(pair.activePage(), "is the current copy of protected page " + id
                            + " and has other contents than were committed");
                }
            } catch (UnreadableException e) {
                find(pair.activePage(), "is the current copy of protected page " + id + ": " + e.getMessage());
            } catch (EOFException e) {
                find(pair.activePage(), "is the current copy of protected page " + id + " and lies past the end");
            }
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
        private final class States implements TreeWalk.Visitor {
            /** Pages of the window below this one were compared. */
            private long done = from;

            @Override
            public void pair(TreeNode.Kind kind, int level, long index, CopyPair pair) {
                // names were collected before
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
                    int inFile = Math.clamp(metadata.pageCount() - firstPage, 0, states.count());
                    if (states.nextNot(PageState.FREE, inFile, states.count()) >= 0) {
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
                byState[PageState.FREE] += end - done;
                int limit = (int) (end - from);
                int bit = Math.min(next(namedByNode, (int) (done - from)), next(namedByEntry, (int) (done - from)));
                while (bit < limit) {
                    find(from + bit, "is free, but named by a pair");
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

            private void compare(long page, int state) {
                byState[state]++;
                int bit = (int) (page - from);
                int expected = namedByNode.get(bit) ? PageState.INTERNAL
                        : namedByEntry.get(bit) ? PageState.COPY : state;
                boolean unnamed = !namedByNode.get(bit) && !namedByEntry.get(bit);
                if (state != expected) {
                    find(page, "is " + PageState.nameOf(state) + ", but a pair makes it "
                            + PageState.nameOf(expected));
                } else if (unnamed && mustBeNamed(state)) {
                    find(page, "is " + PageState.nameOf(state) + ", but no pair names it");
                }
            }
        }
    }
}
