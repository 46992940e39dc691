package io.mappedpages.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

import io.mappedpages.MappedPageException;
import io.mappedpages.Pager;
import io.mappedpages.PagerBuilder;
import io.mappedpages.PagerIoException;
import io.mappedpages.PagerState;
import io.mappedpages.VerifyReport;

/**
 * Gives each test page files in a directory of its own, and looks after the test whether they are sound: every pager that
 * is still open is verified and closed, and then every file that was handed out is opened anew and verified. A test that
 * damages a file on purpose says so with {@link #damaged}.
 *
 * <pre>{@code
 * @RegisterExtension
 * private final PageFiles files = PageFiles.onDisk();
 * }</pre>
 *
 * <p>
 * The pagers may be used by any thread; this object by the test's thread alone.
 */
public final class PageFiles implements AfterEachCallback {

    /** Where Linux keeps files in memory. */
    private static final Path MEMORY = Path.of("/dev/shm");
    /** With less room than this the disk is preferred. */
    private static final long ENOUGH = 4L << 30;

    private final Path parent;
    private final Set<Path> handedOut = new LinkedHashSet<>();
    private final Set<Path> damaged = new HashSet<>();
    private final List<Pager> pagers = new ArrayList<>();
    private @Nullable Path directory;

    private PageFiles(Path parent) {
        QuietLog.use();
        this.parent = parent;
    }

    /** Files where temporary files are, which is a real disk in most places. */
    public static PageFiles onDisk() {
        return new PageFiles(Path.of(System.getProperty("java.io.tmpdir")));
    }

    /** Files in memory where there is such a thing, for tests that commit thousands of times. */
    public static PageFiles inMemory() {
        return Files.isWritable(MEMORY) && MEMORY.toFile().getUsableSpace() >= ENOUGH ? new PageFiles(MEMORY)
                : onDisk();
    }

    /** The directory of this test's files, which is deleted after the test. Its path has no symbolic links. */
    public Path directory() {
        if (directory == null) {
            try {
                directory = Files.createTempDirectory(parent, "mappedpages-test").toRealPath();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
        return directory;
    }

    /** A path at which there is nothing yet. What is there after the test is checked. */
    public Path path() {
        Path path = directory().resolve("file-" + (handedOut.size() + 1) + ".pages");
        handedOut.add(path);
        return path;
    }

    /** A new file of 4 KiB pages. */
    public Pager create() {
        return create(12);
    }

    /** A new file of pages of {@code 1 << log2} bytes. */
    public Pager create(int log2) {
        return add(builder(log2).create());
    }

    /** Options for a new file; what comes of them is for {@link #add}. */
    public PagerBuilder builder(int log2) {
        return Pager.builder(path()).pageSizeLog2(log2);
    }

    /** Opens a file that the test has closed. */
    public Pager open(Path path) {
        return add(Pager.open(path));
    }

    /** Closes a pager and opens its file again. */
    public Pager openAnew(Pager pager) {
        pager.close();
        return open(pager.path());
    }

    /** A copy of an open file as it is now: what a process would find if the one that has it open were killed. */
    public Path copyOf(Pager pager) {
        Path copy = path();
        try {
            return Files.copy(pager.path(), copy);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Takes care of a pager that the test opened: it is verified and closed after the test. */
    public Pager add(Pager pager) {
        pagers.add(pager);
        handedOut.add(pager.path());
        return pager;
    }

    /** Says that this file is not expected to be a sound page file when the test is over. */
    public void damaged(Path path) {
        damaged.add(path);
    }

    @Override
    public void afterEach(@Nullable ExtensionContext context) {
        List<String> problems = new ArrayList<>();
        try {
            // In the background, for a pager that hangs shall not hold up the tests that follow.
            Background.run(() -> checkAll(problems)).result();
        } finally {
            deleteAll();
        }
        if (!problems.isEmpty()) {
            throw new AssertionError("After the test:\n" + String.join("\n", problems));
        }
    }

    private void checkAll(List<String> problems) {
        for (Pager pager : pagers) {
            checkAndClose(pager, problems);
        }
        for (Path path : handedOut) {
            if (!damaged.contains(path) && Files.exists(path)) {
                checkAgain(path, problems);
            }
        }
    }

    private void checkAndClose(Pager pager, List<String> problems) {
        try {
            if (pager.state() != PagerState.CLOSED && !damaged.contains(pager.path())) {
                if (pager.state() != PagerState.OPEN) {
                    pager.reopen();
                }
                add(problems, pager.path() + " while open", pager.verify());
            }
        } catch (MappedPageException e) {
            problems.add(pager.path() + " could not be verified: " + e);
        } finally {
            close(pager);
        }
    }

    /** A pager says when it is closed that somebody else wrote to its file; the test that did knows. */
    private void close(Pager pager) {
        try {
            pager.close();
        } catch (PagerIoException e) {
            if (!damaged.contains(pager.path())) {
                throw e;
            }
        }
    }

    private static void checkAgain(Path path, List<String> problems) {
        try (Pager pager = Pager.open(path)) {
            add(problems, path + " opened anew", pager.verify());
        } catch (MappedPageException e) {
            problems.add(path + " could not be opened anew: " + e);
        }
    }

    private static void add(List<String> problems, String what, VerifyReport report) {
        if (!report.isSound()) {
            problems.add(what + " is not sound: " + report);
        }
    }

    private void deleteAll() {
        if (directory == null) {
            return;
        }
        try {
            Files.walkFileTree(directory, new SimpleFileVisitor<>() {
                @Override
                public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                    Files.delete(file);
                    return FileVisitResult.CONTINUE;
                }

                @Override
                public FileVisitResult postVisitDirectory(Path visited, @Nullable IOException failure)
                        throws IOException {
                    Files.delete(visited);
                    return FileVisitResult.CONTINUE;
                }
            });
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
