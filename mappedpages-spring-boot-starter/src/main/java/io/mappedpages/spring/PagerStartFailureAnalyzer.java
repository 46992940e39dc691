package io.mappedpages.spring;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.NoSuchFileException;
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
        String action = action(failure);
        return action == null ? null : new FailureAnalysis(failure.getMessage(), action, failure);
    }

    /** {@return what to do, or null if it is nothing that opening a file throws} */
    private static @Nullable String action(MappedPageException failure) {
        return switch (failure) {
            case InvalidPageSizeException e -> e.fileLog2().isPresent() ? """
                Set mappedpages.page-size to %s, which is the page size of the file, or remove the property; or let \
                mappedpages.path name another file.""".formatted(Sizes.text(1L << e.fileLog2().getAsInt()))
                    : "Set mappedpages.page-size to a power of two from 1KB to 1GB.";
            case PagerLockedException e -> """
                Stop the other application that has %s open, or let mappedpages.path name another file. In one \
                application, declare one pager per file.""".formatted(e.path());
            case CorruptSuperblockException e -> """
                Check that mappedpages.path names a page file. If it does, keep %s as it is, restore the file from a \
                backup, or let mappedpages.path name a new file.""".formatted(e.path());
            case CorruptMetadataException e -> """
                Keep %s as it is, restore the file from a backup, or let mappedpages.path name a new \
                file.""".formatted(e.path());
            case UnsupportedFormatException e -> """
                Use the version of mappedpages that wrote %s, or a newer one; or let mappedpages.path name another \
                file.""".formatted(e.path());
            case PagerFullException e -> """
                Make room on the disk of %s, or correct mappedpages.initial-size and mappedpages.max-size: the \
                smallest file has four pages.""".formatted(e.path());
            case PagerIoException e -> access(e.path(), e.getCause());
            default -> null;
        };
    }

    private static String access(Path path, @Nullable Throwable cause) {
        return switch (cause) {
            case NoSuchFileException _ -> """
                Let mappedpages.path name an existing file, or set mappedpages.create to if-missing to have it \
                created.""";
            case AccessDeniedException _ -> """
                Give the user '%s', who runs this application, permission to read and write %s and to create files in \
                its directory.""".formatted(System.getProperty("user.name"), path);
            case IOException _ -> """
                Check that mappedpages.path names a file, not a directory, on a file system that is writable and in \
                order.""";
            case null, default -> "Check the file that mappedpages.path names.";
        };
    }
}
