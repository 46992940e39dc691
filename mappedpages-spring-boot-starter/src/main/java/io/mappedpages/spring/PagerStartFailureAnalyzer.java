package io.mappedpages.spring;

import java.nio.file.Path;

import org.jspecify.annotations.Nullable;
import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;

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

    @Override
    protected @Nullable FailureAnalysis analyze(Throwable rootFailure, MappedPageException failure) {
        NotOpenedException notOpened = findCause(rootFailure, NotOpenedException.class);
        PagerSettings settings = notOpened == null ? null : notOpened.settings();
        String action = action(failure, settings);
        return action == null ? null : new FailureAnalysis(failure.getMessage(), action, failure);
    }

    /** {@return what to do, or null if it is nothing that opening a file throws} */
    private static @Nullable String action(MappedPageException failure, @Nullable PagerSettings settings) {
        return switch (failure) {
            case InvalidPageSizeException e -> pageSize(e, settings);
            case PagerLockedException e -> locked(new AskedFor(e.path(), settings));
            case CorruptSuperblockException e -> noPageFile(new AskedFor(e.path(), settings));
            case CorruptMetadataException e -> """
                Keep %s as it is, for what may be saved of it by hand. Restore the file from a backup, or %s."""
                    .formatted(e.path(), anotherFile(new AskedFor(e.path(), settings)));
            case UnsupportedFormatException e -> """
                Use the version of mappedpages that wrote %s, or a newer one; or %s.""".formatted(e.path(),
                    new AskedFor(e.path(), settings).orName("another file"));
            case PagerFullException e when e.getCause() == null -> tooSmall(new AskedFor(e.path(), settings));
            case PagerFullException e -> fullDisk(new AskedFor(e.path(), settings));
            case PagerIoException e -> FileAdvice.on(new AskedFor(e.path(), settings), e.getCause());
            default -> null;
        };
    }

    private static String pageSize(InvalidPageSizeException failure, @Nullable PagerSettings settings) {
        boolean byProperty = settings != null && settings.has("page-size");
        String property = settings == null ? "" : settings.property("page-size");
        if (failure.fileLog2().isEmpty()) {
            return (byProperty ? "Set " + property + " to" : "Ask for") + " a power of two from 1KB to 1GB.";
        }
        String found = Sizes.text(1L << failure.fileLog2().getAsInt());
        return byProperty && settings != null ? """
            Set %s to %s, which is the page size of the file, or remove the property; or let %s name another file."""
                .formatted(property, found, settings.property("path"))
                : """
                    Ask for %s, which is the page size of the file, or for no page size; or give the pager the path of \
                    another file.""".formatted(found);
    }

    private static String locked(AskedFor asked) {
        return """
            Stop the other application that has %1$s open (on Linux, 'lsof %1$s' names the process), or %2$s. If the other one \
            is about to end, as in a rolling deployment, %3$s. If it is this application, declare one pager per file. Two \
            contexts of one JVM, as tests have them, are two pagers: give each test context a file of its own, or let the \
            test framework pause the contexts that are not in use (spring.test.context.cache.pause)."""
                .formatted(asked.path(), asked.orName("another file"), asked.byProperties()
                        ? "set " + asked.property("lock-timeout") + " to the time to wait for it"
                        : "give the pager a lock timeout");
    }

    private static String noPageFile(AskedFor asked) {
        Path path = asked.path();
        if (asked.readOnly() && FileFacts.isEmpty(path)) {
            return """
                An empty file is no page file. Let %s name another file. If %s had pages, something has emptied it: restore it \
                from a backup.""".formatted(asked.property("path"), path);
        }
        return FileFacts.isEmpty(path) ? """
            An empty file is no page file. If %s has been empty all along, delete it%s. If it had pages, something has \
            emptied it: restore it from a backup.""".formatted(path, asked.thenItIsCreated())
                : """
                    Check that %1$s is the file that is meant: it may be no page file at all. If it is one, keep it as \
                    it is and restore the file from a backup; or %2$s.""".formatted(path, anotherFile(asked));
    }

    private static String anotherFile(AskedFor asked) {
        return asked.orName(asked.readOnly() ? "another file" : "a new file");
    }

    private static String tooSmall(AskedFor asked) {
        return asked.byProperties() ? "Raise %s, or lower %s or %s: the smallest file has four pages."
                .formatted(asked.property("max-size"), asked.property("initial-size"), asked.property("page-size"))
                : "Raise the maximum size that the pager of " + asked.path()
                        + " is given, or lower its initial size or page size: the smallest file has four pages.";
    }

    private static String fullDisk(AskedFor asked) {
        String smaller = FileFacts.exists(asked.path()) ? ""
                : asked.byProperties() ? ", or lower " + asked.property("initial-size") : ", or lower its initial size";
        return "Make room on the disk of " + asked.path() + FileFacts.room(asked.path()) + smaller + ".";
    }
}
