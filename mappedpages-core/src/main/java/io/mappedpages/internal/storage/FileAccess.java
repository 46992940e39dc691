package io.mappedpages.internal.storage;

import java.io.IOException;
import java.nio.file.Path;

/** How files are opened, locked and made here: by system calls, or with what the JDK has for it. */
interface FileAccess {

    /** Makes a file where there is nothing, and opens it. It is not locked. */
    FileStorage create(Path path) throws IOException;

    /** Opens and locks a regular file that is there. Every descriptor of the result is of the same file. */
    FileStorage open(Path path) throws IOException;

    /** Opens a regular file that is there, for reading alone and without a lock. */
    PageSource openToRead(Path path) throws IOException;

    /**
     * Opens a lock file for writing, without locking it.
     *
     * @param create whether it is to be made, which fails if it is there; otherwise it has to be there
     */
    LockableFile openLockFile(Path path, boolean create) throws IOException;

    /** Makes a new name in a directory durable, where directories can be synced. */
    void syncDirectory(Path directory) throws IOException;
}
