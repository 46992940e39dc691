package io.mappedpages.internal.engine;

import java.io.IOException;

import io.mappedpages.internal.storage.PageSource;

/**
 * Closes a file that was only read. Nothing was written to it, so nothing can be lost if that fails.
 *
 * @param file the file
 */
record Closing(PageSource file) implements AutoCloseable {

    @Override
    public void close() {
        try {
            file.close();
        } catch (IOException e) {
            // as said
        }
    }
}
