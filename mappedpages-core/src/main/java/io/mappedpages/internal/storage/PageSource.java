package io.mappedpages.internal.storage;

import java.io.IOException;

/**
 * An open file of bytes, as far as it is read. Who gets only this changes nothing.
 *
 * <p>
 * Every call may be made by any thread at any time, and calls run beside each other. An interrupt never disturbs a call, and a
 * thread that came in interrupted is still interrupted when it leaves. After {@link #close()} every other call throws
 * {@link IOException}.
 */
public interface PageSource extends AutoCloseable {

    /** Returns how long the file is now. */
    long length() throws IOException;

    /**
     * Reads exactly {@code length} bytes at {@code offset} into {@code target}, beginning at index {@code from}. Bytes that are
     * written meanwhile, by this process or another, may be old or new, each by itself.
     *
     * @throws java.io.EOFException if the file ends before that
     */
    void read(long offset, byte[] target, int from, int length) throws IOException;

    /**
     * Looks whether the name by which the file was opened still leads to it. As long as it does this is one look at a
     * directory, cheap enough for every commit.
     */
    Whereabouts whereabouts() throws IOException;

    /** Closes the file. Closing again does nothing. */
    @Override
    void close() throws IOException;
}
