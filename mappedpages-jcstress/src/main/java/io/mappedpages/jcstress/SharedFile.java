package io.mappedpages.jcstress;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

import io.mappedpages.CommitMode;
import io.mappedpages.Pager;
import io.mappedpages.PagerBuilder;

/** A page file that is there as long as the process, in memory where there is a file system for that. */
public final class SharedFile {

    private static final Path IN_MEMORY = Path.of("/dev/shm");
    private static final int PAGE_SIZE_LOG2 = 10;

    private SharedFile() {
    }

    /**
     * What creates a file of {@code pages} pages, which cannot grow. Without a journal, so that no thread makes checkpoints
     * meanwhile: there is a processor for each actor and none for others.
     *
     * @param pages how many
     * @return its builder
     */
    public static PagerBuilder of(long pages) {
        long bytes = pages << PAGE_SIZE_LOG2;
        return Pager.builder(path()).pageSizeLog2(PAGE_SIZE_LOG2).initialSize(bytes).maxSize(bytes)
                .commitMode(CommitMode.CHECKPOINT);
    }

    private static Path path() {
        try {
            Path directory = Files.isWritable(IN_MEMORY)
                    ? Files.createTempDirectory(IN_MEMORY, "mappedpages-jcstress")
                    : Files.createTempDirectory("mappedpages-jcstress");
            Path file = directory.resolve("pages");
            Runtime.getRuntime().addShutdownHook(new Thread(() -> delete(file)));
            return file;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void delete(Path file) {
        try {
            Files.deleteIfExists(file);
            Files.deleteIfExists(file.resolveSibling(file.getFileName() + ".lock"));
            Files.deleteIfExists(file.getParent());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
