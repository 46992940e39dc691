package io.mappedpages;

import java.io.Serial;
import java.nio.file.Path;

import org.jspecify.annotations.Nullable;

/**
 * Thrown when the content of a protected page does not match its checksums. The damaged bytes are not handed out.
 */
public final class CorruptPageException extends MappedPageException {

    @Serial
    private static final long serialVersionUID = 1L;

    private final String path;
    private final ProtectedPageId page;
    private final long physicalPage;
    private final String reason;

    CorruptPageException(String message, Path path, ProtectedPageId page, long physicalPage, String reason,
            @Nullable Throwable cause) {
        super(message, cause);
        this.path = path.toString();
        this.page = page;
        this.physicalPage = physicalPage;
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
     * The protected page.
     *
     * @return its handle
     */
    public ProtectedPageId page() {
        return page;
    }

    /**
     * Where in the file the damaged copy is.
     *
     * @return its number in the file, counted in pages
     */
    public long physicalPage() {
        return physicalPage;
    }

    /**
     * What is wrong with the page.
     *
     * @return the reason, in words
     */
    public String reason() {
        return reason;
    }
}
