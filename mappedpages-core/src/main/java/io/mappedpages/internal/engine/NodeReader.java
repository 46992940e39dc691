package io.mappedpages.internal.engine;

import java.io.IOException;

import io.mappedpages.internal.format.Geometry;
import io.mappedpages.internal.storage.PageStorage;

/** Reads the part of a page that holds metadata or a tree node. */
final class NodeReader {

    private NodeReader() {
    }

    /** {@return the first N bytes of {@code page}, in a new array} */
    static byte[] read(PageStorage storage, Geometry geometry, long page) throws IOException {
        byte[] bytes = new byte[geometry.nodeSize()];
        storage.read(geometry.offsetOf(page), bytes, 0, bytes.length);
        return bytes;
    }
}
