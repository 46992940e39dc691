package io.mappedpages.crashlab;

import static io.mappedpages.crashlab.FormatAudit.require;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

import org.jspecify.annotations.Nullable;

/**
 * What a file holds by its bytes: at first what its checkpoint says, then what becomes of that by each record. Where it
 * says "where", it means a place in the file.
 */
final class AuditedState {

    private static final int FREE = 0;
    private static final int DATA = 1;
    private static final int COPY = 2;
    private static final int INTERNAL = 3;

    /** The counts that a metadata page carries, and each record. */
    record Counts(long pages, long free, long guarded, long mark) {
    }

    private record NodeName(TreeKind tree, int level, long index) {
    }

    private final byte[] file;
    private final int length;
    private final AuditShape shape;
    private Counts counts = new Counts(0, 0, 0, 0);
    private byte[] states = new byte[0];
    private final int[] heights = new int[TreeKind.values().length];
    /** Where the two page numbers of each node stand: in the pair that names it, or in the entry that made it. */
    private final Map<NodeName, Integer> nodes = new HashMap<>();
    /** Where the pair of each protected page stands. */
    private final TreeMap<Long, Integer> guarded = new TreeMap<>();
    private final List<Integer> ringPages = new ArrayList<>();

    AuditedState(byte[] file, int length, AuditShape shape) {
        this.file = file;
        this.length = length;
        this.shape = shape;
    }

    Counts counts() {
        return counts;
    }

    void counts(Counts now) {
        require(now.pages() >= counts.pages(), "the page count becomes smaller");
        require(now.mark() >= counts.mark(), "the high-water mark becomes smaller");
        require(now.pages() <= length / shape.pageSize(), "the file is shorter than its pages");
        counts = now;
        states = Arrays.copyOf(states, (int) now.pages());
    }

    void state(long page, int state) {
        if (page < states.length) {
            states[(int) page] = (byte) state;
        } else {
            require(state == FREE, "a page past the end is in use");
        }
    }

    /** The same, where a record says so: there has to be a place for it in the next checkpoint. */
    void changeState(long page, int state) {
        require(page < states.length, "a record names a page past the end");
        long inTree = page - shape.firstOf(TreeKind.MAP);
        require(state == FREE || inTree < 0 || hasLeaf(TreeKind.MAP, inTree), "page " + page + " is below no node");
        state(page, state);
    }

    void guarded(long id, int pair) {
        guarded.put(id, pair);
    }

    /** The same, where a record says so. */
    void changeGuarded(long id, int pair) {
        if (FormatBytes.pairInUse(file, pair)) {
            require(hasLeaf(TreeKind.DIRECTORY, id), "protected page " + id + " is below no node");
            guarded(id, pair);
        } else {
            guarded.remove(id);
        }
    }

    private boolean hasLeaf(TreeKind tree, long number) {
        return nodes.containsKey(new NodeName(tree, 0, number / shape.below(tree, 0)));
    }

    void height(TreeKind tree, int height) {
        heights[tree.ordinal()] = height;
    }

    void node(TreeKind tree, int level, long index, int twoPages) {
        nodes.put(new NodeName(tree, level, index), twoPages);
    }

    /** A node that a record makes: the new root, or a child of a node that is there. */
    void makeNode(TreeKind tree, int level, long index, int twoPages) {
        require(!nodes.containsKey(new NodeName(tree, level, index)), "a record makes a node that is there already");
        int height = heights[tree.ordinal()];
        if (level == height || height == 0) {
            require(index == 0, "a root that is not the first of its level");
            height(tree, level + 1);
        } else {
            require(nodes.containsKey(new NodeName(tree, level + 1, index / shape.pairsInNode())),
                    "a record makes a node that has no parent");
        }
        node(tree, level, index, twoPages);
    }

    int pageSize() {
        return shape.pageSize();
    }

    void ringPage(int page) {
        ringPages.add(page);
    }

    /** Where the pair, or the entry, at {@code twoPages} says that its pages are, there must be pages. */
    void requirePages(int twoPages) {
        for (int at = twoPages; at <= twoPages + 6; at += 6) {
            int page = FormatBytes.page48(file, at);
            require(page >= 3 && page < states.length, "a pair names page " + page);
        }
    }

    /** Every page has one owner and the state that goes with it, and the counts are right. */
    void requireOwners() {
        BitSet owned = new BitSet();
        nodes.values().forEach(twoPages -> claimBoth(owned, twoPages, INTERNAL));
        guarded.values().forEach(twoPages -> claimBoth(owned, twoPages, COPY));
        ringPages.forEach(page -> claim(owned, page, INTERNAL));
        int free = 0;
        for (int page = 0; page < states.length; page++) {
            free += states[page] == FREE ? 1 : 0;
            require(page < 3 ? states[page] == INTERNAL : states[page] <= DATA || owned.get(page),
                    "page " + page + " has state " + states[page] + " and no owner");
        }
        require(free == counts.free(), "another number of free pages than it says");
        require(guarded.size() == counts.guarded(), "another number of protected pages than it says");
    }

    private void claimBoth(BitSet owned, int twoPages, int state) {
        requirePages(twoPages);
        claim(owned, FormatBytes.page48(file, twoPages), state);
        claim(owned, FormatBytes.page48(file, twoPages + 6), state);
    }

    private void claim(BitSet owned, int page, int state) {
        require(!owned.get(page), "page " + page + " is owned twice");
        require(states[page] == state, "page " + page + " has state " + states[page] + " and is used as " + state);
        owned.set(page);
    }

    void requireContents() {
        for (int pair : guarded.values()) {
            FormatAudit.requireSums(file, FormatBytes.activePage(file, pair) * shape.pageSize(), shape.pageSize(),
                    pair + FormatBytes.PAIR_CRC32, pair + FormatBytes.PAIR_CRC32C, "protected page");
        }
    }

    @Nullable Model match(List<Model> allowed) {
        BitSet data = new BitSet();
        for (int page = 0; page < states.length; page++) {
            if (states[page] == DATA) {
                data.set(page);
            }
        }
        for (Model model : allowed) {
            if (model.regular().equals(data) && model.guarded().keySet().equals(guarded.keySet())
                    && guarded.entrySet().stream()
                            .allMatch(entry -> holds(entry.getValue(), model.guarded().get(entry.getKey())))) {
                return model;
            }
        }
        return null;
    }

    private boolean holds(int pair, int stamp) {
        return Stamps.matches(file, FormatBytes.activePage(file, pair) * shape.pageSize(), shape.pageSize(), stamp);
    }
}
