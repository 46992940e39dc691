package io.mappedpages.benchmarks;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

import io.mappedpages.CommitMode;
import io.mappedpages.Pager;
import io.mappedpages.PagerBuilder;

/** Files to measure on, and how large they are. */
final class Fixtures {

    /** Bytes in a page. */
    static final int PAGE = 4096;

    static final long MIB = 1L << 20;
    static final long GIB = 1L << 30;

    /** Pages left free at the end of a file that is "full". */
    static final int LEFT_FREE = 200_000;

    /** One bulk call of a fixture: 64 MiB of handles. */
    private static final int BULK = 8_000_000;

    private Fixtures() {
    }

    /** {@return bytes of the large file} */
    static long large() {
        return Long.getLong("benchmark.large", 1L << 40);
    }

    /** {@return how often each contender has its turn in an iteration} */
    static int rounds() {
        return Integer.getInteger("benchmark.rounds", 200);
    }

    /** {@return a path in the directory of benchmarks, where nothing is} */
    static Path fresh(String name) {
        try {
            Path path = at(name);
            Files.deleteIfExists(path);
            Files.deleteIfExists(directory().resolve(name + ".lock"));
            return path;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** {@return a path in the directory of benchmarks} */
    static Path at(String name) throws IOException {
        return directory().resolve(name);
    }

    private static Path directory() throws IOException {
        String named = System.getProperty("benchmark.dir");
        Path path = named != null ? Path.of(named)
                : Path.of(System.getProperty("java.io.tmpdir"), "mappedpages-benchmarks");
        return Files.createDirectories(path);
    }

    /** {@return nothing yet} For fields that JMH's set-up methods fill before anybody reads them. */
    @SuppressWarnings({"NullAway", "TypeParameterUnusedInFormals"})
    static <T> T unset() {
        return null;
    }

    /** A sparse pager of so many bytes, still to be created. */
    static PagerBuilder sparse(Path path, long bytes) {
        return Pager.builder(path).initialSize(bytes).reserve(false);
    }

    /**
     * A sparse file in which all pages but the last few are allocated. It takes a while, so it is made once and found
     * there by later runs, which leave it as it was.
     *
     * @param bytes how long it is
     * @return where it is
     */
    static Path full(long bytes) throws IOException {
        return full(bytes, CommitMode.CHECKPOINT);
    }

    /** The same. A file that is to have a journal is made with it, for else it gets one only when it grows. */
    private static Path full(long bytes, CommitMode mode) throws IOException {
        Path done = directory().resolve((mode == CommitMode.JOURNAL ? "full-journal-" : "full-") + bytes);
        if (!Files.exists(done)) {
            Path making = fresh("making-" + bytes);
            try (Pager pager = sparse(making, bytes).commitMode(mode).create()) {
                long leave = Math.min(LEFT_FREE, pager.freePageCount() / 8);
                for (long left = pager.freePageCount() - leave; left > 0; left = pager.freePageCount() - leave) {
                    pager.allocBulk((int) Math.min(left, BULK));
                }
            }
            Files.move(making, done);
        }
        return done;
    }

    /** A copy of {@link #full} that may be changed, still to be opened. */
    static PagerBuilder copyOfFull(long bytes, CommitMode mode, String name) throws IOException {
        Path copy = fresh(name);
        copy(full(bytes, mode), copy);
        return Pager.builder(copy).commitMode(mode);
    }

    /** Two commits, to see that the pager commits as it should: else a benchmark would measure another thing than it says. */
    static void requireMode(CommitMode mode, Pager pager) {
        long records = 0;
        for (int i = 0; i < 2; i++) { // there may have been a checkpoint after the first
            pager.allocProtected();
            records += pager.stats().recordsSinceCheckpoint();
        }
        if (mode == CommitMode.JOURNAL != records > 0) {
            throw new IllegalStateException(pager.path() + " does not commit with " + mode);
        }
    }

    /** Copies a file as it is now, holes and all. */
    static void copy(Path from, Path to) throws IOException {
        // The holes of a file of a terabyte are known to cp only.
        run("cp", "--sparse=always", from.toString(), to.toString());
    }

    /** Forgets what the kernel keeps of a file in memory. */
    static void evict(Path path) throws IOException {
        run("dd", "if=" + path, "iflag=nocache", "count=0", "status=none");
    }

    private static void run(String... command) throws IOException {
        try {
            int exit = new ProcessBuilder(command).inheritIO().start().waitFor();
            if (exit != 0) {
                throw new IOException(String.join(" ", command) + " ended with " + exit);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException(e);
        }
    }
}
