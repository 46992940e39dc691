package io.mappedpages.crashlab;

import static io.mappedpages.crashlab.FormatBytes.int32;
import static io.mappedpages.crashlab.FormatBytes.int64;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.TreeMap;

import org.jspecify.annotations.Nullable;

/**
 * A second opinion: reads a file by the letters of the format's document, with no code of the library, and tells whether
 * it is valid and what it holds. What the pager and its own {@code verify()} might overlook together is seen here.
 */
final class FormatAudit {

    private static final int FREE = 0;
    private static final int DATA = 1;
    private static final int COPY = 2;
    private static final int INTERNAL = 3;
    private static final int MOST_NODE_BYTES = 16_384;
    private static final int STATES_IN_METADATA = 192;

    private final byte[] file;
    private final int pageSize;
    private final int nodeSize;
    private final int metadata;
    private final byte[] states;
    private final boolean[] owned;
    /** The active page of each protected id. */
    private final TreeMap<Long, Integer> guarded = new TreeMap<>();

    /** What pairs say about their pages: page numbers and the state that each must have. */
    private record Claim(int page, int state) {
    }

    private final List<Claim> claims = new ArrayList<>();

    private FormatAudit(byte[] file, int length, int metadataPage, int log2) {
        this.file = file;
        this.pageSize = 1 << log2;
        this.nodeSize = Math.min(pageSize, MOST_NODE_BYTES);
        this.metadata = metadataPage * pageSize;
        int pages = Math.toIntExact(int64(file, metadata + 16));
        require((long) pages * pageSize <= length, "the file is shorter than its pages");
        this.states = new byte[pages];
        this.owned = new boolean[pages];
    }

    /** {@return which of the models the file holds} @throws LabFailure if it is not valid or holds none of them */
    static Model check(byte[] file, int length, List<Model> allowed) {
        int slot = newestSlot(file);
        int log2 = int32(file, slot + 8);
        int page = 1 + file[slot + FormatBytes.SLOT_ACTIVE];
        int other = (3 - page) << log2;
        if (!isSlot(file, FormatBytes.SLOT_1 - slot) && isMetadata(file, other, log2)
                && int64(file, other + FormatBytes.GENERATION) > int64(file, slot + FormatBytes.SLOT_GENERATION)) {
            try {
                return check(new FormatAudit(file, length, 3 - page, log2), allowed); // the flip to it was torn
            } catch (LabFailure e) {
                // not all of it is there
            }
        }
        require(isMetadata(file, page << log2, log2), "no metadata page where the slot says");
        requireSums(file, page << log2, Math.min(1 << log2, MOST_NODE_BYTES) - 4, slot + FormatBytes.SLOT_CRC32,
                slot + FormatBytes.SLOT_CRC32C, "metadata page");
        require(int64(file, (page << log2) + FormatBytes.GENERATION) == int64(file,
                slot + FormatBytes.SLOT_GENERATION), "metadata page of another generation");
        return check(new FormatAudit(file, length, page, log2), allowed);
    }

    private static Model check(FormatAudit audit, List<Model> allowed) {
        audit.readStates();
        audit.readTree(FormatBytes.DIRECTORY_ROOT, FormatBytes.DIRECTORY_HEIGHT, false);
        audit.requireOwners();
        Model found = audit.match(allowed);
        require(found != null, "by its bytes it holds none of the states allowed");
        return found;
    }

    private static void require(boolean condition, String otherwise) {
        if (!condition) {
            throw new LabFailure("the file is not valid: " + otherwise);
        }
    }

    private static int newestSlot(byte[] file) {
        boolean first = isSlot(file, 0);
        boolean second = isSlot(file, FormatBytes.SLOT_1);
        require(first || second, "no valid slot");
        return second && (!first || int64(file, FormatBytes.SLOT_1 + FormatBytes.SLOT_GENERATION) > int64(file,
                FormatBytes.SLOT_GENERATION)) ? FormatBytes.SLOT_1 : 0;
    }

    private static boolean isSlot(byte[] file, int at) {
        return file[at] == 'M' && file[at + 1] == 'P' && file[at + 2] == 'P' && file[at + 3] == 'G' && file[at + 4] == 1
                && FormatBytes.crc32(file, at, FormatBytes.SLOT_OWN_CRC32) == int32(file,
                        at + FormatBytes.SLOT_OWN_CRC32);
    }

    private static boolean isMetadata(byte[] file, int at, int log2) {
        int end = Math.min(1 << log2, MOST_NODE_BYTES) - 4;
        return file[at] == 'M' && file[at + 1] == 'P' && file[at + 2] == 'M' && file[at + 3] == 'D'
                && FormatBytes.crc32(file, at, end) == int32(file, at + end);
    }

    private static void requireSums(byte[] file, int from, int length, int crc32At, int crc32cAt, String what) {
        require(FormatBytes.crc32(file, from, length) == int32(file, crc32At), what + ": CRC32");
        require(FormatBytes.crc32c(file, from, length) == int32(file, crc32cAt), what + ": CRC32C");
    }

    private void readStates() {
        int inMetadata = (nodeSize - STATES_IN_METADATA - 4) * 4;
        states(metadata + STATES_IN_METADATA, 0, inMetadata);
        readTree(FormatBytes.MAP_ROOT, FormatBytes.MAP_HEIGHT, true);
    }

    private void states(int at, long first, int count) {
        for (int i = 0; i < count; i++) {
            int state = file[at + i / 4] >> 2 * (i % 4) & 3;
            if (first + i < states.length) {
                states[(int) first + i] = (byte) state;
            } else {
                require(state == FREE, "a page past the end is in use");
            }
        }
    }

    private void readTree(int root, int heightAt, boolean map) {
        int height = file[metadata + heightAt];
        require(height > 0 == FormatBytes.pairInUse(file, metadata + root),
                "a root without a height, or without a root");
        if (height > 0) {
            readNode(metadata + root, height - 1, map ? (nodeSize - STATES_IN_METADATA - 4) * 4L : 0, map);
        }
    }

    private void readNode(int pair, int level, long first, boolean map) {
        claim(pair, INTERNAL);
        int node = FormatBytes.activePage(file, pair) * pageSize;
        require(file[node] == 'M' && file[node + 1] == 'P' && file[node + 2] == (map ? 'M' : 'D')
                && file[node + 3] == 'N' && file[node + 4] == level, "a node of another kind or level");
        require(int64(file, node + FormatBytes.GENERATION) == int64(file, pair + FormatBytes.PAIR_GENERATION),
                "a node of another generation");
        require(int64(file, node + 16) == first, "a node in another's place");
        requireSums(file, node, nodeSize - 4, pair + FormatBytes.PAIR_CRC32, pair + FormatBytes.PAIR_CRC32C, "node");
        if (map && level == 0) {
            states(node + FormatBytes.NODE_CONTENT, first, (nodeSize - 36) * 4);
            return;
        }
        long below = map ? (nodeSize - 36) * 4L : 1;
        for (int i = map ? 1 : 0; i < level; i++) {
            below *= FormatBytes.pairsPerNode(nodeSize);
        }
        for (int i = 0; i < FormatBytes.pairsPerNode(nodeSize); i++) {
            int child = node + FormatBytes.NODE_CONTENT + i * FormatBytes.PAIR;
            if (FormatBytes.pairInUse(file, child)) {
                if (level > 0) {
                    readNode(child, level - 1, first + i * below, map);
                } else {
                    readEntry(child, first + i);
                }
            }
        }
    }

    private void readEntry(int pair, long id) {
        claim(pair, COPY);
        int page = FormatBytes.activePage(file, pair);
        requireSums(file, page * pageSize, pageSize, pair + FormatBytes.PAIR_CRC32, pair + FormatBytes.PAIR_CRC32C,
                "protected page");
        guarded.put(id, page);
    }

    /** Both pages of a pair: to be looked at when all states are known. */
    private void claim(int pair, int state) {
        for (int at = pair; at <= pair + 6; at += 6) {
            int page = FormatBytes.page48(file, at);
            require(page >= 3 && page < states.length, "a pair names page " + page);
            claims.add(new Claim(page, state));
        }
    }

    private void requireOwners() {
        for (Claim claim : claims) {
            require(!owned[claim.page()], "page " + claim.page() + " is owned twice");
            require(states[claim.page()] == claim.state(),
                    "page " + claim.page() + " has state " + states[claim.page()] + " and is used as " + claim.state());
            owned[claim.page()] = true;
        }
        int free = 0;
        for (int page = 0; page < states.length; page++) {
            free += states[page] == FREE ? 1 : 0;
            require(page < 3 ? states[page] == INTERNAL : states[page] <= DATA || owned[page],
                    "page " + page + " has state " + states[page] + " and no owner");
        }
        require(free == int64(file, metadata + 24), "another number of free pages than it says");
        require(guarded.size() == int64(file, metadata + 32), "another number of protected pages than it says");
    }

    private @Nullable Model match(List<Model> allowed) {
        BitSet data = new BitSet();
        for (int page = 0; page < states.length; page++) {
            if (states[page] == DATA) {
                data.set(page);
            }
        }
        for (Model model : allowed) {
            if (model.regular().equals(data) && model.guarded().keySet().equals(guarded.keySet())
                    && guarded.entrySet().stream().allMatch(entry -> Stamps.matches(file, entry.getValue() * pageSize,
                            pageSize, model.guarded().get(entry.getKey())))) {
                return model;
            }
        }
        return null;
    }
}
