package io.mappedpages.internal.storage;

import java.nio.file.Path;

/** A file of this machine that is open. */
interface FileStorage extends PageStorage {

    /** {@return where the file was when it was opened} */
    Path path();

    /** What is to be done once when the file has been closed. Called before others know the storage. */
    void whenClosed(Runnable afterClose);
}
