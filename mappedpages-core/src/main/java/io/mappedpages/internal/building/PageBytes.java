package io.mappedpages.internal.building;

import java.io.IOException;

/** Where the bytes of a page, or of several in a row, come from. */
public interface PageBytes {

    /**
     * Reads {@code length} bytes into the beginning of {@code target}.
     *
     * @param offset the first of them, counted from the first byte of the first page
     */
    void read(long offset, byte[] target, int length) throws IOException;
}
