package io.mappedpages.internal.storage;

/** Is told of each write, on the thread that writes. Never throws, and does not keep it long. Offsets and lengths are bytes. */
public interface WriteWatch {

    /** These bytes are about to be written over. */
    void beforeWrite(long offset, int length);

    /** These bytes were written over, perhaps not all of them. */
    void afterWrite(long offset, int length);
}
