package io.mappedpages.internal.storage;

import java.nio.file.FileSystemException;
import java.nio.file.Path;

/** Files cannot be locked here at all, by nobody. */
final class NoLocksException extends FileSystemException {

    private static final long serialVersionUID = 1L;

    NoLocksException(Path path, String reason) {
        super(path.toString(), null, reason);
    }
}
