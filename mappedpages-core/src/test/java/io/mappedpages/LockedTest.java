package io.mappedpages;

import static io.mappedpages.Pages.assertFilled;
import static io.mappedpages.Pages.filled;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.catchThrowable;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.Timeout.ThreadMode;
import org.junit.jupiter.api.extension.RegisterExtension;

import io.mappedpages.testing.Background;
import io.mappedpages.testing.ChildJvm;
import io.mappedpages.testing.PageFiles;
import io.mappedpages.testing.QuietLog;

/** One pager at a time has a file open, by whatever name, in whatever process. */
@Timeout(value = 120, threadMode = ThreadMode.SEPARATE_THREAD)
class LockedTest {

    @RegisterExtension
    private final PageFiles files = PageFiles.onDisk();

    private Path path;
    private Path symbolicLink;
    private Path hardLink;
    private PageId id;

    @BeforeEach
    void aFileOfThreeNames() throws IOException {
        Pager pager = files.create();
        id = filled(pager, 1);
        pager.close();
        path = pager.path();
        symbolicLink = Files.createSymbolicLink(files.directory().resolve("symbolic"), path.getFileName());
        Path elsewhere = Files.createDirectory(files.directory().resolve("elsewhere"));
        hardLink = Files.createLink(elsewhere.resolve("hard"), path);
    }

    private List<Path> names() {
        return List.of(path, symbolicLink, hardLink, path.resolveSibling("elsewhere/../" + path.getFileName()),
                Path.of("").toAbsolutePath().relativize(path));
    }

    private static void assertLocked(Path name, String by) {
        for (Runnable call : new Runnable[] {() -> Pager.open(name), () -> Pager.builder(name).openOrCreate()}) {
            assertThatExceptionOfType(PagerLockedException.class).as(name.toString()).isThrownBy(call::run)
                    .withMessageContaining(by).satisfies(e -> assertThat(e.path()).isEqualTo(name));
        }
    }

    @Test
    void aFileThatIsOpenHereIsNotOpenedASecondTimeByAnyName() throws IOException {
        for (Path opened : names()) {
            try (Pager pager = Pager.open(opened)) {
                byte[] before = Files.readAllBytes(path);
                for (Path name : names()) {
                    assertLocked(name, "in this JVM");
                }
                assertThat(Files.readAllBytes(path)).isEqualTo(before);
                assertFilled(pager, id, 1);
                pager.free(filled(pager, 2));
            }
        }
        files.open(path);
    }

    @Test
    void aFileThatIsOpenInAnotherProcessIsNotOpenedHereByAnyName() throws IOException {
        try (ChildJvm other = ChildJvm.start(Holder.class, path)) {
            assertThat(other.readLine()).isEqualTo("open");
            byte[] before = Files.readAllBytes(path);
            for (Path name : names()) {
                assertLocked(name, "by another process");
            }
            assertThat(Files.readAllBytes(path)).isEqualTo(before);
            assertThat(other.readToEnd()).containsExactly("closed", "exit 0");
        }
        files.open(path);
    }

    /** The name under which the other process has it makes no difference either. */
    @Test
    void aFileThatIsOpenInAnotherProcessByAHardLinkIsNotOpenedHere() {
        try (ChildJvm other = ChildJvm.start(Holder.class, hardLink)) {
            assertThat(other.readLine()).isEqualTo("open");

            assertLocked(path, "by another process");
            assertLocked(symbolicLink, "by another process");
        }
    }

    @Test
    void aFileThatIsOpenHereIsNotOpenedInAnotherProcessNotEvenAfterOthersTriedHere() {
        Pager pager = files.open(path);
        for (Path name : List.of(path, symbolicLink, hardLink)) {
            assertLocked(name, "in this JVM");
            try (ChildJvm other = ChildJvm.start(Holder.class, name)) {
                assertThat(other.readToEnd()).containsExactly(PagerLockedException.class.getName(), "exit 1");
            }
        }
        assertFilled(pager, id, 1);
    }

    /**
     * A lock on the data file vanishes when this JVM closes it elsewhere, after a backup say. The one beside it must stay,
     * also when somebody here has tried to open the file, and must be the same one by whatever link a process comes.
     */
    @Test
    void aFileThatWasCopiedWhileItWasOpenIsStillLockedForOtherProcesses() throws IOException {
        for (Path opened : List.of(path, symbolicLink)) {
            try (Pager pager = Pager.open(opened)) {
                assertLocked(path, "in this JVM");
                Files.copy(path, files.directory().resolve("backup"), StandardCopyOption.REPLACE_EXISTING);

                for (Path name : List.of(path, symbolicLink)) {
                    try (ChildJvm other = ChildJvm.start(Holder.class, name)) {
                        assertThat(other.readToEnd()).containsExactly(PagerLockedException.class.getName(), "exit 1");
                    }
                }
                assertFilled(pager, id, 1);
            }
        }
    }

    @Test
    void whoWaitsForAFileGetsItWhenTheOtherProcessEnds() {
        try (ChildJvm other = ChildJvm.start(Holder.class, path)) {
            assertThat(other.readLine()).isEqualTo("open");
            Background<Pager> waiting = Background
                    .start(() -> files.add(Pager.builder(path).lockTimeout(Duration.ofMinutes(1)).open()))
                    .untilItWaits();

            assertThat(other.readToEnd()).containsExactly("closed", "exit 0");
            assertFilled(waiting.result(), id, 1);
        }
    }

    @Test
    void whoWaitsForAFileOfThisJvmGetsItWhenItIsClosedAndElseSaysAfterThatTimeThatItIsOpen() {
        Pager pager = files.open(path);
        long begun = System.nanoTime();

        assertThatExceptionOfType(PagerLockedException.class)
                .isThrownBy(() -> Pager.builder(path).lockTimeout(Duration.ofMillis(300)).openOrCreate());

        assertThat(Duration.ofNanos(System.nanoTime() - begun)).isGreaterThanOrEqualTo(Duration.ofMillis(300));
        Background<Pager> waiting = Background
                .start(() -> files.add(Pager.builder(path).lockTimeout(Duration.ofSeconds(Long.MAX_VALUE)).open()))
                .untilItWaits();
        pager.close();
        assertFilled(waiting.result(), id, 1);
    }

    @Test
    void aProcessThatIsKilledLeavesNoLock() {
        try (ChildJvm other = ChildJvm.start(Holder.class, path)) {
            assertThat(other.readLine()).isEqualTo("open");
            other.kill();

            assertFilled(files.open(path), id, 1);
        }
    }

    @Test
    void aFileThatIsOpenIsNotCreatedAgain() {
        Pager pager = files.open(path);

        assertThatExceptionOfType(PagerIoException.class).isThrownBy(() -> Pager.create(path, 12));

        assertFilled(pager, id, 1);
    }

    @Test
    void ofManyThatOpenOrCreateAFileAtOnceOneGetsIt() {
        for (int round = 0; round < 10; round++) {
            Path fresh = files.path();
            CountDownLatch start = new CountDownLatch(1);
            List<Background<Object>> attempts = new ArrayList<>();
            for (int i = 0; i < 6; i++) {
                attempts.add(Background.start(() -> {
                    start.await();
                    Pager[] opened = new Pager[1];
                    Throwable failure = catchThrowable(() -> opened[0] = Pager.builder(fresh).openOrCreate());
                    return failure == null ? opened[0] : failure;
                }));
            }
            start.countDown();
            List<Object> results = attempts.stream().map(Background::result).toList();

            assertThat(results).filteredOn(Pager.class::isInstance).hasSize(1);
            assertThat(results).filteredOn(Throwable.class::isInstance)
                    .allSatisfy(e -> assertThat(e).isInstanceOf(PagerLockedException.class));
            results.forEach(result -> {
                if (result instanceof Pager pager) {
                    files.add(pager).alloc();
                }
            });
        }
    }

    /** Opens a file and keeps it until its input ends. */
    static final class Holder {

        public static void main(String[] args) throws IOException {
            QuietLog.use();
            try (Pager pager = Pager.open(Path.of(args[0]))) {
                System.out.println(pager.state() == PagerState.OPEN ? "open" : "?");
                while (System.in.read() >= 0) {
                    // not yet
                }
            } catch (MappedPageException e) {
                System.out.println(e.getClass().getName());
                System.exit(1);
            }
            System.out.println("closed");
        }
    }
}
