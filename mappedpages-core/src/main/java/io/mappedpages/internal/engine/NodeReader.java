package io.mappedpages.internal.engine;

import java.io.EOFException;
import java.io.IOException;

import io.mappedpages.internal.format.Geometry;
import io.mappedpages.internal.storage.PageStorage;

/** Reads the part of a page that holds metadata or a tree node. */
final class NodeReader {

    private NodeReader() {
    }

    /**
     * {@return the first N bytes of {@code page}, in a new array} A read that fails is tried once more: whoever calls this
     * may go back to an older generation if a page cannot be read, and must not do so for a passing fault.
     */
    static byte[] read(PageStorage storage, Geometry geometry, long page) throws IOException {
        byte[] bytes = new byte[geometry.nodeSize()];
        try {
            storage.read(geometry.offsetOf(page), bytes, 0, bytes.length);
        } catch (EOFException e) {
            throw e; // the file is too short, and stays so
        } catch (IOException e) {
            storage.read(geometry.offsetOf(page), bytes, 0, bytes.length);
        }
        return bytes;
    }
}
