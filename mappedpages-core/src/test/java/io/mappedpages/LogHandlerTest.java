package io.mappedpages;

import static io.mappedpages.Pages.assertFilled;
import static io.mappedpages.Pages.filled;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import java.io.IOException;
import java.nio.file.Files;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import java.util.stream.Stream;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.Timeout.ThreadMode;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

import io.mappedpages.internal.storage.FaultyStorageProvider;
import io.mappedpages.internal.storage.FaultyStorageProvider.Call;
import io.mappedpages.internal.storage.FaultyStorageProvider.Fault;
import io.mappedpages.internal.storage.FileStorageProvider;
import io.mappedpages.testing.Background;
import io.mappedpages.testing.HeldCheckpoints;
import io.mappedpages.testing.PageFiles;

/**
 * A log handler of the application calls the pager. It was called by a thread that had the engine lock or was in the middle of
 * a commit: some calls waited for ever, and {@code close} and {@code reopen} were refused when nothing was lent any more.
 */
@Timeout(value = 60, threadMode = ThreadMode.SEPARATE_THREAD)
class LogHandlerTest {

    @RegisterExtension
    private final PageFiles files = PageFiles.onDisk();

    private final FaultyStorageProvider storage = new FaultyStorageProvider(new FileStorageProvider());
    private final Logger logger = Logger.getLogger("io.mappedpages");
    private final Level level = logger.getLevel();
    private final CallingHandler handler = new CallingHandler();

    /** Calls the pager once, at the first line. */
    private static final class CallingHandler extends Handler {
        private volatile @Nullable Runnable call;
        private volatile @Nullable Throwable thrown;
        private volatile int lines;

        @Override
        public void publish(LogRecord line) {
            Runnable once = call;
            call = null;
            if (once != null) {
                lines++;
                try {
                    once.run();
                } catch (RuntimeException | Error e) {
                    thrown = e;
                }
            }
        }

        @Override
        public void flush() {
            // nothing is kept
        }

        @Override
        public void close() {
            // nothing is held
        }
    }

    @BeforeEach
    void handleEveryLine() {
        logger.setLevel(Level.ALL);
        logger.setUseParentHandlers(false);
        logger.addHandler(handler);
    }

    @AfterEach
    void handleNoMore() {
        logger.removeHandler(handler);
        logger.setUseParentHandlers(true);
        logger.setLevel(level);
    }

    private Pager pager() {
        return files.add(files.builder(10).storage(storage).borrowTimeout(Duration.ofMillis(50)).create());
    }

    /** Where something is found that is written to the log. */
    enum Found {
        /** That the file cannot be looked up, by who commits. */
        IN_A_COMMIT {
            @Override
            void find(Pager pager, FaultyStorageProvider storage) {
                storage.failLookups();
                pager.alloc();
            }
        },
        /** The same by who checks the whole file. */
        BY_CHECKFILE {
            @Override
            void find(Pager pager, FaultyStorageProvider storage) {
                storage.failLookups();
                pager.checkFile();
            }
        },
        /** That a commit fails. */
        BY_A_FAILURE {
            @Override
            void find(Pager pager, FaultyStorageProvider storage) {
                storage.failNext(Call.SYNC_RANGES, Fault.SYNC_LOST);
                pager.alloc();
            }
        },
        /** That the file is not there any more. */
        BY_CHECKFILE_OF_A_LOST_FILE {
            @Override
            void find(Pager pager, FaultyStorageProvider storage) {
                delete(pager);
                pager.checkFile();
            }
        },
        /** The same by who commits. */
        IN_A_COMMIT_TO_A_LOST_FILE {
            @Override
            void find(Pager pager, FaultyStorageProvider storage) {
                delete(pager);
                pager.alloc();
            }
        };

        abstract void find(Pager pager, FaultyStorageProvider storage);

        private static void delete(Pager pager) {
            try {
                Files.delete(pager.path());
            } catch (IOException e) {
                throw new AssertionError(e);
            }
        }
    }

    /** What the handler calls. */
    enum Calls {
        CLOSE(Pager::close), REOPEN(Pager::reopen), VERIFY(Pager::verify), ALLOC(Pager::alloc),
        GROW(pager -> pager.allocBulk(100)), TRIM(Pager::trim), SYNC(Pager::sync), CHECK(Pager::checkFile);

        private final Consumer<Pager> call;

        Calls(Consumer<Pager> call) {
            this.call = call;
        }
    }

    static Stream<Arguments> all() {
        List<Arguments> all = new ArrayList<>();
        for (Found found : Found.values()) {
            for (Calls calls : Calls.values()) {
                all.add(Arguments.of(found, calls));
            }
        }
        return all.stream();
    }

    @ParameterizedTest
    @MethodSource("all")
    void aHandlerMayCallThePager(Found found, Calls calls) {
        Pager pager = pager();
        PageId id = filled(pager, 1);
        handler.call = () -> calls.call.accept(pager);

        if (found == Found.BY_CHECKFILE_OF_A_LOST_FILE || found == Found.IN_A_COMMIT_TO_A_LOST_FILE) {
            files.damaged(pager.path());
        }

        try {
            found.find(pager, storage);
        } catch (MappedPageException e) {
            assertThat(found).isNotEqualTo(Found.BY_CHECKFILE);
        }

        assertThat(handler.lines).isEqualTo(1);
        if (handler.thrown != null) {
            assertThat(handler.thrown).isInstanceOf(MappedPageException.class);
        }
        if (calls == Calls.CLOSE) {
            assertThat(pager.state()).isEqualTo(PagerState.CLOSED);
        } else if (pager.state() == PagerState.OPEN) {
            assertFilled(pager, id, 1);
        }
        if (found == Found.BY_A_FAILURE && calls == Calls.REOPEN) {
            assertThat(pager.state()).isEqualTo(PagerState.OPEN);
        }
        storage.reset();
    }

    /** The line comes from the thread that has made the checkpoint, and closing waits for that checkpoint. */
    @Test
    void aHandlerMayCloseThePagerWhenACheckpointHasFailed() throws Exception {
        HeldCheckpoints checkpoints = new HeldCheckpoints();
        Pager pager = files.add(files.builder(12).initialSize(4 << 20).reserve(false).commitMode(CommitMode.JOURNAL)
                .journalSize(64 << 10).storage(checkpoints.provider()).create());
        CountDownLatch closed = new CountDownLatch(1);
        handler.call = () -> {
            pager.close();
            closed.countDown();
        };
        checkpoints.letFail();
        Throwable refused = catchThrowable(() -> {
            for (int i = 0; i < 100_000; i++) {
                pager.free(pager.alloc());
            }
        });
        assertThat(refused).isInstanceOfAny(PagerUnavailableException.class, PagerClosedException.class);
        assertThat(closed.await(30, TimeUnit.SECONDS)).as("the handler came back").isTrue();
        assertThat(pager.state()).isEqualTo(PagerState.CLOSED);
    }

    /**
     * One thread finds the file deleted, and its handler closes the pager, which waits for the commit that another thread
     * is making; and that one wants the engine lock.
     */
    @Test
    void aHandlerThatClosesWaitsForACommitWhichDoesNotWaitForTheHandler() throws Exception {
        Pager pager = pager();
        pager.alloc();
        CountDownLatch closing = new CountDownLatch(1);
        handler.call = () -> {
            closing.countDown();
            pager.close();
        };
        List<Background<PagerState>> looks = new ArrayList<>();
        storage.beforeNext(Call.SYNC_RANGES, () -> {
            try {
                Files.delete(pager.path());
                looks.add(Background.start(pager::checkFile));
                assertThat(closing.await(30, TimeUnit.SECONDS)).isTrue();
                Thread.sleep(50); // so that it surely waits, or would
            } catch (IOException | InterruptedException e) {
                throw new AssertionError(e);
            }
        });

        Background<PageId> commit = Background.start(pager::alloc);
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
        while (!commit.isDone() && System.nanoTime() < end) {
            Thread.sleep(1);
        }

        assertThat(commit.isDone()).as("the commit has come to its end").isTrue();
        assertThat(looks.getFirst().result()).isEqualTo(PagerState.CLOSED);
        assertThat(handler.thrown).isNull();
    }

    /** The file grew inside of the growth, which then added pages that nobody had made. */
    @Test
    void whatAGrowthHasToSayIsSaidWhenItIsOver() {
        Pager pager = pager();
        List<PageId> own = new ArrayList<>();
        handler.call = () -> own.addAll(pager.allocBulk(10));
        storage.failNth(Call.EXTEND, 1, Fault.OUT_OF_SPACE);

        List<PageId> ids = pager.allocBulk(4);

        assertThat(handler.lines).isEqualTo(1);
        assertThat(handler.thrown).isNull();
        assertThat(own).hasSize(10).doesNotContainAnyElementsOf(ids);
        assertThat(pager.verify().findings()).isEmpty();
        assertThat(pager.freePageCount() + 10 + 4 + 3).isEqualTo(pager.pageCount());
    }

    /** As a handler that hears how far a long reservation has come. */
    @Test
    void whoIsInTheMiddleOfAGrowthCannotChangeTheLengthMeanwhile() {
        Pager pager = pager();
        List<Throwable> thrown = new ArrayList<>();
        storage.beforeNext(Call.EXTEND, () -> {
            thrown.add(catchThrowable(() -> pager.allocBulk(100)));
            thrown.add(catchThrowable(pager::trim));
        });

        pager.allocBulk(4);

        assertThat(thrown).hasSize(2).allSatisfy(e -> assertThat(e).isInstanceOf(IllegalStateException.class));
        assertThat(pager.verify().findings()).isEmpty();
        assertThat(pager.allocatedPages()).hasSize(4);
    }
}
