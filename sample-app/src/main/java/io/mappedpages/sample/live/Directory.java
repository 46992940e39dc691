package io.mappedpages.sample.live;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.OptionalLong;

import org.jspecify.annotations.Nullable;

/**
 * The directory of the protected pages, as the last checkpoint has left it in the file; read as {@code docs/file-format.md}
 * says. What the journal alone has is not in it.
 */
final class Directory {

    /** So looking at a large file takes no longer than a moment; what is not found by then stays unknown. */
    private static final int MOST_NODES = 2048;

    private static final int ROOT_AT = 96;
    private static final int HEIGHT_AT = 41;
    private static final int NODE_LETTERS = 0x4e44504d; // MPDN
    private static final int NODE_HEAD = 32;
    private static final int NODE_TAIL = 4;
    private static final int LARGEST_NODE = 16 << 10;
    private static final int PAIR_BYTES = 32;
    private static final int SECOND_PAGE = 6;
    private static final int ACTIVE_COPY = 28;
    private static final int FLAGS = 29;
    private static final long PAGE_NUMBER = (1L << 48) - 1;

    private final Path file;
    private final int pageSize;
    private final int nodeSize;
    private final int pairs;
    private int nodes;

    private Directory(Path file, int pageSize) {
        this.file = file;
        this.pageSize = pageSize;
        this.nodeSize = Math.min(pageSize, LARGEST_NODE);
        this.pairs = (nodeSize - NODE_HEAD - NODE_TAIL) / PAIR_BYTES;
    }

    /**
     * Looks which protected page has a copy in a page of the file.
     *
     * @param page the page of the file
     * @return the protected page's id; nothing if it was made since the last checkpoint, or the file is just being written
     */
    static OptionalLong ownerOf(long page, Path file, int pageSize) throws IOException {
        ByteBuffer metadata = FileHead.metadata(file, pageSize);
        return metadata == null ? OptionalLong.empty()
                : new Directory(file, pageSize).search(page, metadata, ROOT_AT, metadata.get(HEIGHT_AT) - 1, 0);
    }

    /**
     * Searches what a pair leads to.
     *
     * @param level of the node that the pair names; -1 if it names the copies of protected page {@code id}
     */
    private OptionalLong search(long page, ByteBuffer bytes, int pair, int level, long id) throws IOException {
        boolean inUse = (bytes.get(pair + FLAGS) & 1) != 0;
        long first = bytes.getLong(pair) & PAGE_NUMBER;
        long second = bytes.getLong(pair + SECOND_PAGE) & PAGE_NUMBER;
        if (!inUse) {
            return OptionalLong.empty();
        }
        if (level < 0) {
            return page == first || page == second ? OptionalLong.of(id) : OptionalLong.empty();
        }
        ByteBuffer node = node(bytes.get(pair + ACTIVE_COPY) == 0 ? first : second, level, id);
        if (node != null) {
            long idsOfChild = 1;
            for (int i = 0; i < level; i++) {
                idsOfChild *= pairs;
            }
            for (int i = 0; i < pairs; i++) {
                OptionalLong found = search(page, node, NODE_HEAD + i * PAIR_BYTES, level - 1, id + i * idsOfChild);
                if (found.isPresent()) {
                    return found;
                }
            }
        }
        return OptionalLong.empty();
    }

    private @Nullable ByteBuffer node(long page, int level, long firstId) throws IOException {
        if (nodes++ >= MOST_NODES) {
            return null;
        }
        ByteBuffer node = FileBytes.read(file, page * pageSize, nodeSize);
        return node.remaining() == nodeSize && node.getInt(0) == NODE_LETTERS && node.get(4) == level
                && node.getLong(16) == firstId ? node : null;
    }
}
