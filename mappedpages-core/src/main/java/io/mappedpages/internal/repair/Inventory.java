package io.mappedpages.internal.repair;

import java.io.EOFException;
import java.io.IOException;
import java.util.NavigableMap;
import java.util.TreeMap;

import io.mappedpages.internal.format.CopyPair;
import io.mappedpages.internal.format.Geometry;
import io.mappedpages.internal.format.JournalRecord;
import io.mappedpages.internal.format.MetadataPage;
import io.mappedpages.internal.format.PageState;
import io.mappedpages.internal.format.PageStates;
import io.mappedpages.internal.format.TreeNode;
import io.mappedpages.internal.pageio.NodeReader;
import io.mappedpages.internal.pageio.PageContents;
import io.mappedpages.internal.recovery.Bases.Base;
import io.mappedpages.internal.recovery.TreeWalk;
import io.mappedpages.internal.storage.PageSource;
import io.mappedpages.internal.table.NumberBits;
import io.mappedpages.internal.table.NumberRanges;

/**
 * What a state says is in the file, as far as it can be had: which pages are regular ones, which protected pages have the contents that they should,
 * and of which numbers nobody can tell, because what says so is damaged.
 */
final class Inventory {

    private final PageSource source;
    private final Geometry geometry;
    private final PageContents contents;
    private final long filePages;
    private final NumberBits regular = new NumberBits();
    private final NumberRanges behindEnd = new NumberRanges();
    private final NumberRanges unknownPages = new NumberRanges();
    private final NumberRanges unknownBehindEnd = new NumberRanges();
    private final NumberRanges unknownIds = new NumberRanges();
    /** Protected pages that are as they should be, apart from those of the journal. */
    private final NumberBits good = new NumberBits();
    private final NumberRanges bad = new NumberRanges();
    /** The last word of the journal on a protected page. */
    private final TreeMap<Long, CopyPair> byJournal = new TreeMap<>();
    private long badCount;

    /** @param filePages whole pages that the file has the bytes of */
    private Inventory(PageSource source, Geometry geometry, long filePages) {
        this.source = source;
        this.geometry = geometry;
        this.contents = new PageContents(geometry);
        this.filePages = filePages;
    }

    /** {@return what {@code base} says} */
    static Inventory of(PageSource source, Geometry geometry, long filePages, Base base) throws IOException {
        Inventory inventory = new Inventory(source, geometry, filePages);
        inventory.read(base);
        return inventory;
    }

    /** {@return that nothing is known} */
    static Inventory ofNothing(PageSource source, Geometry geometry, long filePages) {
        Inventory inventory = new Inventory(source, geometry, filePages);
        inventory.addUnknownPages(Geometry.RESERVED_PAGES, Geometry.MAX_PAGES);
        inventory.unknownIds.add(0, Geometry.MAX_PAGES);
        return inventory;
    }

    private void read(Base base) throws IOException {
        for (JournalRecord record : base.records()) {
            record.forEach(new JournalRecord.Visitor() {
                @Override
                public void states(long first, int count, int state) {
                    // later, for what the trees say comes before
                }

                @Override
                public void entry(long id, CopyPair pair) {
                    byJournal.put(id, pair);
                }

                @Override
                public void node(TreeNode.Kind tree, int level, long index, long pageA, long pageB) {
                    // its bytes are not written yet
                }
            });
        }
        MetadataPage metadata = base.metadata();
        use(metadata.states(), 0, (int) Math.min(metadata.pageCount(), metadata.states().count()));
        walk(metadata, new TreeWalk.Visitor() {
            @Override
            public void pair(TreeNode.Kind kind, int level, long index, CopyPair pair) {
                if (level == TreeWalk.ENTRY && index < Geometry.MAX_PAGES && !byJournal.containsKey(index)) {
                    check(index, pair);
                }
            }

            @Override
            public void node(TreeNode.Kind kind, long first, TreeNode node) {
                if (node.holdsStates()) {
                    use(node.states(), first,
                            Math.clamp(metadata.pageCount() - first, 0, node.states().count()));
                }
            }

            @Override
            public void damaged(TreeNode.Kind kind, int level, long first, CopyPair pair, Exception problem) {
                if (kind == TreeNode.Kind.MAP) {
                    addUnknownPages(first, first + geometry.mapSpan(level));
                } else {
                    unknownIds.add(first, Math.min(Geometry.MAX_PAGES, first + geometry.directorySpan(level)));
                }
            }
        });
        for (JournalRecord record : base.records()) {
            record.forEach(new States());
        }
        byJournal.forEach((id, pair) -> {
            unknownIds.remove(id);
            if (pair.inUse()) {
                check(id, pair);
            }
        });
        dropPagesThatWereNeverUsed(base);
    }

    private final class States implements JournalRecord.Visitor {

        @Override
        public void states(long first, int count, int state) {
            long end = Math.min(first + count, filePages);
            if (state == PageState.DATA && first + count > filePages) {
                behindEnd.add(Math.max(first, filePages), first + count);
            }
            regular.set(Math.min(first, end), end, state == PageState.DATA);
            unknownPages.remove(first, first + count);
            unknownBehindEnd.remove(first, first + count);
        }

        @Override
        public void entry(long id, CopyPair pair) {
            // dealt with
        }

        @Override
        public void node(TreeNode.Kind tree, int level, long index, long pageA, long pageB) {
            // its bytes are not written yet
        }
    }

    private void walk(MetadataPage metadata, TreeWalk.Visitor visitor) throws IOException {
        new TreeWalk(geometry, this::node, _ -> true, visitor).walk(metadata);
    }

    private byte[] node(long page) throws IOException {
        if (page >= filePages) {
            throw new EOFException("page " + page + " is behind the end of the file");
        }
        return NodeReader.read(source, geometry, page);
    }

    private void addUnknownPages(long first, long end) {
        long limit = Math.min(end, filePages);
        if (first < limit) {
            unknownPages.add(first, limit);
        }
        long behind = Math.max(first, filePages);
        if (behind < end) {
            unknownBehindEnd.add(behind, end);
        }
    }

    private void use(PageStates states, long first, int count) {
        for (int i = states.next(PageState.DATA, 0, count); i >= 0;) {
            int other = states.nextNot(PageState.DATA, i, count);
            int end = other < 0 ? count : other;
            long limit = Math.min(first + end, filePages);
            regular.set(Math.min(first + i, limit), limit, true);
            if (first + end > filePages) {
                behindEnd.add(Math.max(first + i, filePages), first + end);
            }
            i = states.next(PageState.DATA, end, count);
        }
    }

    /** No page at or above the mark was ever handed out. */
    private void dropPagesThatWereNeverUsed(Base base) {
        long mark = base.records().isEmpty() ? base.metadata().highWater()
                : base.records().getLast().counts().highWater();
        long end = Math.max(Geometry.RESERVED_PAGES, Math.min(mark, base.pageCount()));
        unknownPages.remove(end, Geometry.MAX_PAGES);
        unknownBehindEnd.remove(end, Long.MAX_VALUE);
    }

    private void check(long id, CopyPair pair) {
        if (Contents.match(source, contents, filePages, pair)) {
            good.add(id);
        } else {
            bad.add(id, id + 1);
            badCount++;
        }
    }

    /** {@return whether nothing is missing} */
    boolean isWhole() {
        return badCount == 0 && !lacksNodes() && behindEnd.isEmpty();
    }

    /** {@return whether something that says what pages are used for is damaged} */
    boolean lacksNodes() {
        return !unknownPages.isEmpty() || !unknownBehindEnd.isEmpty() || !unknownIds.isEmpty();
    }

    boolean lacksIds() {
        return badCount > 0 || !unknownIds.isEmpty();
    }

    /** {@return the regular pages that the file has the bytes of} */
    NumberBits regular() {
        return regular;
    }

    /** {@return regular pages behind the end of the file} */
    NumberRanges behindEnd() {
        return behindEnd;
    }

    /** {@return pages of which nobody can tell whether they are in use} */
    NumberRanges unknownPages() {
        return unknownPages;
    }

    /** {@return the same, behind the end of the file} */
    NumberRanges unknownBehindEnd() {
        return unknownBehindEnd;
    }

    /** {@return protected pages of which nobody can tell} */
    NumberRanges unknownIds() {
        return unknownIds;
    }

    /** {@return protected pages that should be there, and have other contents than they should} */
    NumberRanges bad() {
        return bad;
    }

    /** {@return how many protected pages have the contents that they should} */
    long goodCount() {
        return good.count();
    }

    /** Takes protected pages, in ascending order. */
    interface Visitor {
        void visit(long id, CopyPair pair) throws IOException;
    }

    /** Shows those that have the contents that they should. */
    void visitGood(MetadataPage metadata, Visitor visitor) throws IOException {
        TreeMap<Long, CopyPair> waiting = new TreeMap<>(byJournal);
        walk(metadata, new TreeWalk.Visitor() {
            @Override
            public void pair(TreeNode.Kind kind, int level, long index, CopyPair pair) throws IOException {
                if (level == TreeWalk.ENTRY) {
                    visitBelow(index, waiting, visitor);
                    if (!byJournal.containsKey(index) && good.contains(index)) {
                        visitor.visit(index, pair);
                    }
                }
            }

            @Override
            public void node(TreeNode.Kind kind, long first, TreeNode node) {
                // the entries are shown one by one
            }

            @Override
            public void damaged(TreeNode.Kind kind, int level, long first, CopyPair pair, Exception problem) {
                // nothing below it was good
            }
        });
        visitBelow(Long.MAX_VALUE, waiting, visitor);
    }

    private void visitBelow(long end, NavigableMap<Long, CopyPair> waiting, Visitor visitor) throws IOException {
        while (!waiting.isEmpty() && waiting.firstKey() <= end) {
            var first = waiting.pollFirstEntry();
            if (good.contains(first.getKey())) {
                visitor.visit(first.getKey(), first.getValue());
            }
        }
    }
}
