package io.mappedpages.spring.test;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.DisposableBean;
import org.springframework.util.FileSystemUtils;

/** A directory for the files of one context, which is there from the first question for it until the context ends. */
final class TemporaryDirectory implements DisposableBean {

    private static final Log LOG = LogFactory.getLog(TemporaryDirectory.class);

    private @Nullable Path path;

    /** {@return where a file of this name is to be} */
    synchronized Path file(String name) {
        Path directory = path;
        if (directory == null) {
            directory = create();
            path = directory;
        }
        return directory.resolve(name);
    }

    private static Path create() {
        try {
            Path directory = Files.createTempDirectory("mappedpages-test-").toAbsolutePath();
            // Of a context that never started nobody tells the end. It has no files: an empty directory can go this way.
            directory.toFile().deleteOnExit();
            return directory;
        } catch (IOException e) {
            throw new UncheckedIOException("There can be no temporary directory for page files", e);
        }
    }

    @Override
    public synchronized void destroy() {
        Path directory = path;
        path = null;
        try {
            FileSystemUtils.deleteRecursively(directory);
        } catch (IOException e) {
            LOG.warn("The page files in " + directory + " could not be deleted, now that their context is closed", e);
        }
    }
}
