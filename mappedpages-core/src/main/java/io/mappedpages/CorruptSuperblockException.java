package io.mappedpages;

import java.io.Serial;
import java.nio.file.Path;

import org.jspecify.annotations.Nullable;

/**
 * Thrown on opening a file whose first page is not a superblock, or none that can be trusted, or that is shorter than
 * its superblock says. The file was not changed.
 */
public final class CorruptSuperblockException extends MappedPageException {

    @Serial
    private static final long serialVersionUID = 1L;

    private final String path;
    private final String reason;

    CorruptSuperblockException(String message, Path path, String reason, @Nullable Throwable cause) {
        super(message, cause);
        this.path = path.toString();
        this.reason = reason;
    }

    /**
     * The file.
     *
     * @return the pager's file
     */
    public Path path() {
        return Path.of(path);
    }

    /**
     * What is wrong with the superblock.
     *
     * @return the reason, in words
     */
    public String reason() {
        return reason;
    }
}
