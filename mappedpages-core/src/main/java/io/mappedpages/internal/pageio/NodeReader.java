package io.mappedpages.internal.pageio;

import java.io.EOFException;
import java.io.IOException;

import io.mappedpages.internal.fault.Fault;
import io.mappedpages.internal.fault.UnreadableException;
import io.mappedpages.internal.format.Geometry;
import io.mappedpages.internal.storage.PageSource;

/** Reads the part of a page that holds metadata or a tree node, and whatever else must not fail for a passing fault. */
public final class NodeReader {

    private NodeReader() {
    }

    /** {@return the first N bytes of {@code page}, in a new array} */
    public static byte[] read(PageSource storage, Geometry geometry, long page) throws IOException {
        byte[] bytes = new byte[geometry.nodeSize()];
        Fault.Part part = page < Geometry.RESERVED_PAGES ? Fault.Part.METADATA : Fault.Part.NODE;
        readTwice(storage, geometry.offsetOf(page), bytes, bytes.length, part, page);
        return bytes;
    }

    /**
     * Reads into the first {@code length} bytes of {@code target}. A read that fails is tried once more: much may depend
     * on it, and the fault may have passed.
     *
     * @throws EOFException        if the file is too short, which it will stay
     * @throws UnreadableException if the second attempt failed too
     */
    public static void readTwice(PageSource storage, long offset, byte[] target, int length, Fault.Part part,
            long page)
            throws IOException {
        try {
            storage.read(offset, target, 0, length);
        } catch (EOFException e) {
            throw e;
        } catch (IOException first) {
            try {
                storage.read(offset, target, 0, length);
            } catch (EOFException e) {
                throw e;
            } catch (IOException second) {
                second.addSuppressed(first);
                throw new UnreadableException(part, page, offset, second);
            }
        }
    }
}
