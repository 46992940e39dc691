package io.mappedpages.internal.storage;

import java.io.IOException;
import java.nio.file.Path;

/** An open file whose lock can be taken. Closing gives the lock up. */
interface LockableFile extends AutoCloseable {

    /**
     * Takes the lock, or fails at once.
     *
     * @param path the page file, for the exception
     * @throws FileLockedException if somebody has it
     */
    void lock(Path path) throws IOException;

    /** {@return whether the name by which the file was opened leads to it now} */
    boolean isStillThere() throws IOException;

    @Override
    void close() throws IOException;
}
