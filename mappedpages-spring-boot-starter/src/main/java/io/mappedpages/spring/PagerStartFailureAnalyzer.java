package io.mappedpages.spring;

import java.nio.file.Path;

import org.jspecify.annotations.Nullable;
import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;
import org.springframework.core.env.Environment;

import io.mappedpages.CorruptMetadataException;
import io.mappedpages.CorruptSuperblockException;
import io.mappedpages.InvalidPageSizeException;
import io.mappedpages.MappedPageException;
import io.mappedpages.PagerFullException;
import io.mappedpages.PagerIoException;
import io.mappedpages.PagerLockedException;
import io.mappedpages.UnsupportedFormatException;

/**
 * Says what a person can do when an application does not start because a page file could not be opened or created. What
 * happened is in the exception's own words, which name the file.
 */
final class PagerStartFailureAnalyzer extends AbstractFailureAnalyzer<MappedPageException> {

    private final @Nullable Environment environment;

    PagerStartFailureAnalyzer(@Nullable Environment environment) {
        this.environment = environment;
    }

    @Override
    protected @Nullable FailureAnalysis analyze(Throwable rootFailure, MappedPageException failure) {
        String action = action(failure);
        return action == null ? null : new FailureAnalysis(failure.getMessage(), action, failure);
    }

    /** {@return what to do, or null if it is nothing that opening a file throws} */
    private @Nullable String action(MappedPageException failure) {
        return switch (failure) {
            case InvalidPageSizeException e -> pageSize(e);
            case PagerLockedException e -> locked(e.path());
            case CorruptSuperblockException e -> noPageFile(e.path());
            case CorruptMetadataException e -> """
                Keep %s as it is, for what may be saved of it by hand. Restore the file from a backup, or %s."""
                    .formatted(
                            e.path(), asked(e.path()).orName("a new file"));
            case UnsupportedFormatException e -> """
                Use the version of mappedpages that wrote %s, or a newer one; or %s.""".formatted(e.path(),
                    asked(e.path()).orName("another file"));
            case PagerFullException e when e.getCause() == null -> tooSmall(asked(e.path()));
            case PagerFullException e -> fullDisk(asked(e.path()));
            case PagerIoException e -> FileAdvice.on(asked(e.path()), e.getCause());
            default -> null;
        };
    }

    private String pageSize(InvalidPageSizeException failure) {
        boolean byProperty = environment != null && environment.containsProperty("mappedpages.page-size");
        if (failure.fileLog2().isEmpty()) {
            return (byProperty ? "Set mappedpages.page-size to" : "Ask for") + " a power of two from 1KB to 1GB.";
        }
        String found = Sizes.text(1L << failure.fileLog2().getAsInt());
        return byProperty ? """
            Set mappedpages.page-size to %s, which is the page size of the file, or remove the property; or let \
            mappedpages.path name another file.""".formatted(found)
                : """
                    Ask for %s, which is the page size of the file, or for no page size; or give the pager the path of \
                    another file.""".formatted(found);
    }

    private AskedFor asked(Path path) {
        return AskedFor.of(path, environment);
    }

    private String locked(Path path) {
        return """
            Stop the other application that has %1$s open (on Linux, 'lsof %1$s' names the process), or %2$s. If it is \
            this application, declare one pager per file; two contexts of one JVM, as tests have them, are two \
            pagers.""".formatted(path, asked(path).orName("another file"));
    }

    private String noPageFile(Path path) {
        AskedFor asked = asked(path);
        return FileFacts.isEmpty(path) ? """
            An empty file is no page file. If %s has been empty all along, delete it%s. If it had pages, something has \
            emptied it: restore it from a backup.""".formatted(path, asked.thenItIsCreated())
                : """
                    Check that %1$s is the file that is meant: it may be no page file at all. If it is one, keep it as \
                    it is and restore the file from a backup; or %2$s.""".formatted(path, asked.orName("a new file"));
    }

    private static String tooSmall(AskedFor asked) {
        return asked.byProperties() ? """
            Raise mappedpages.max-size, or lower mappedpages.initial-size or mappedpages.page-size: the smallest file \
            has four pages."""
                : "Raise the maximum size that the pager of " + asked.path()
                        + " is given, or lower its initial size or page size: the smallest file has four pages.";
    }

    private static String fullDisk(AskedFor asked) {
        String smaller = FileFacts.exists(asked.path()) ? ""
                : asked.byProperties() ? ", or lower mappedpages.initial-size" : ", or lower its initial size";
        return "Make room on the disk of " + asked.path() + FileFacts.room(asked.path()) + smaller + ".";
    }
}
