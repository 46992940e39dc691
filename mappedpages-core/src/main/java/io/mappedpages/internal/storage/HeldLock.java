package io.mappedpages.internal.storage;

/** The right to be the only one who works on a page file, until it is closed. Any thread may close it. */
public interface HeldLock extends AutoCloseable {

    /** Gives the right up. Closing again does nothing, and nothing is thrown. */
    @Override
    void close();

    /** Gives the right up because it came to nothing, and takes away what taking it has made. After that, closing does nothing. */
    default void abandon() {
        close();
    }
}
