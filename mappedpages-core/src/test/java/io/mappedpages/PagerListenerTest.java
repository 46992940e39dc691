package io.mappedpages;

import static io.mappedpages.Pages.fill;
import static io.mappedpages.Pages.filledProtected;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.tuple;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.function.Supplier;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.Timeout.ThreadMode;
import org.junit.jupiter.api.extension.RegisterExtension;

import io.mappedpages.PagerListener.CommitEvent;
import io.mappedpages.PagerListener.GrowthEvent;
import io.mappedpages.PagerListener.RecoveryEvent;
import io.mappedpages.PagerListener.StateEvent;
import io.mappedpages.RecoveryReport.Loss;
import io.mappedpages.internal.storage.FaultyStorageProvider;
import io.mappedpages.internal.storage.FaultyStorageProvider.Call;
import io.mappedpages.internal.storage.FaultyStorageProvider.Fault;
import io.mappedpages.internal.storage.FileStorageProvider;
import io.mappedpages.testing.PageFiles;
import io.mappedpages.testing.RawPageFile;

/** What a listener, and the log, hear of a pager's life. Closing waits for what is still to be delivered. */
@Timeout(value = 60, threadMode = ThreadMode.SEPARATE_THREAD)
class PagerListenerTest {

    @RegisterExtension
    private final PageFiles files = PageFiles.onDisk();

    private final FaultyStorageProvider storage = new FaultyStorageProvider(new FileStorageProvider());
    private final Recording heard = new Recording();

    /** Writes everything down. */
    private static final class Recording implements PagerListener {

        private final List<Object> events = new CopyOnWriteArrayList<>();
        private final List<Thread> threads = new CopyOnWriteArrayList<>();

        private void note(Object event) {
            events.add(event);
            threads.add(Thread.currentThread());
        }

        @Override
        public void onCommit(CommitEvent event) {
            note(event);
        }

        @Override
        public void onGrowth(GrowthEvent event) {
            note(event);
        }

        @Override
        public void onRecovery(RecoveryEvent event) {
            note(event);
        }

        @Override
        public void onState(StateEvent event) {
            note(event);
        }

        <E> List<E> of(Class<E> type) {
            return events.stream().filter(type::isInstance).map(type::cast).toList();
        }
    }

    private Pager pager() {
        return files.add(files.builder(10).storage(storage).listener(heard).create());
    }

    @Test
    void everyCommitIsHeardOnceInOrder() {
        Pager pager = pager();
        pager.allocBulk(1);
        ProtectedPageId id = filledProtected(pager, 1);
        for (int i = 0; i < 10; i++) {
            fill(pager, id, i);
        }
        pager.close();

        List<CommitEvent> commits = heard.of(CommitEvent.class);
        RawPageFile file = new RawPageFile(pager.path());
        // Two generations are there from the beginning; then each commit makes one.
        List<Long> expected = new ArrayList<>();
        for (long generation = 3; generation <= file.slot(file.newestSlot()).generation(); generation++) {
            expected.add(generation);
        }
        assertThat(commits).extracting(CommitEvent::generation).containsExactlyElementsOf(expected);
        assertThat(commits).hasSizeGreaterThanOrEqualTo(13).allSatisfy(event -> {
            assertThat(event.bytesWritten()).isBetween(1024L + 64, 100_000L);
            assertThat(event.duration()).isPositive().isLessThan(Duration.ofMinutes(1));
            assertThat(event.droppedBefore()).isZero();
        });
        // Content, directory leaf, metadata page and slot.
        assertThat(commits.getLast().bytesWritten()).isEqualTo(3 * 1024 + 64);
    }

    /** What a commit writes before its nodes took no time: zeros and protected contents came before the clock was started. */
    @Test
    void aCommitLastsFromItsFirstWriteOn() {
        Pager pager = pager();
        ProtectedPageId id = filledProtected(pager, 1);
        PageId used = pager.alloc();
        pager.free(used);
        Duration pause = Duration.ofMillis(20);
        long before = heard.of(CommitEvent.class).size();

        storage.beforeNext(Call.WRITE, () -> sleep(pause)); // zeros
        assertThat(pager.alloc()).isEqualTo(used);
        storage.beforeNext(Call.WRITE, () -> sleep(pause)); // the content
        fill(pager, id, 2);
        pager.close();

        assertThat(heard.of(CommitEvent.class)).hasSizeGreaterThan((int) before + 1);
        assertThat(heard.of(CommitEvent.class).reversed().subList(0, 2))
                .allSatisfy(event -> assertThat(event.duration()).isGreaterThanOrEqualTo(pause));
    }

    private static void sleep(Duration time) {
        try {
            Thread.sleep(time);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void readingAndStoringAreNoCommits() {
        Pager pager = pager();
        PageId id = pager.alloc();
        fill(pager, id, 1);
        pager.sync();
        pager.verify();
        pager.read(id).close();
        pager.close();

        assertThat(heard.of(CommitEvent.class)).hasSize(1);
    }

    @Test
    void everyGrowthIsHeard() {
        Pager pager = pager();
        for (int i = 0; i < 20; i++) {
            pager.alloc();
        }
        pager.close();

        assertThat(heard.of(GrowthEvent.class))
                .extracting(GrowthEvent::oldPageCount, GrowthEvent::newPageCount)
                .containsExactly(tuple(4L, 8L), tuple(8L, 16L),
                        tuple(16L, 32L));
        assertThat(heard.of(GrowthEvent.class)).allSatisfy(event -> assertThat(event.duration()).isPositive());
    }

    @Test
    void aGrowthThatFailsIsNotHeard() {
        Pager pager = pager();
        pager.alloc();
        storage.failNth(Call.EXTEND, 1, Fault.OUT_OF_SPACE);
        storage.failNth(Call.EXTEND, 2, Fault.OUT_OF_SPACE);
        assertThatExceptionOfType(PagerFullException.class).isThrownBy(pager::alloc);
        pager.close();

        assertThat(heard.of(GrowthEvent.class)).isEmpty();
        assertThat(heard.of(StateEvent.class)).hasSize(1);
    }

    @Test
    void everyChangeOfStateIsHeardWithItsCause() {
        Pager pager = pager();
        pager.alloc();
        storage.failNth(Call.MAP, 1, Fault.BEFORE);
        assertThatExceptionOfType(PagerUnavailableException.class).isThrownBy(() -> pager.allocBulk(100));
        assertThatExceptionOfType(PagerUnavailableException.class).isThrownBy(pager::alloc);
        pager.reopen();
        pager.reopen();
        pager.close();
        pager.close();

        List<StateEvent> states = heard.of(StateEvent.class);
        assertThat(states).extracting(StateEvent::from).containsExactly(PagerState.OPEN, PagerState.UNAVAILABLE,
                PagerState.OPEN);
        assertThat(states).extracting(StateEvent::to).containsExactly(PagerState.UNAVAILABLE, PagerState.OPEN,
                PagerState.CLOSED);
        assertThat(states.get(0).cause()).hasValueSatisfying(
                cause -> assertThat(cause).isInstanceOf(IOException.class).hasMessageContaining("told to fail: MAP"));
        assertThat(states.get(1).cause()).isEmpty();
        assertThat(states.get(2).cause()).isEmpty();
    }

    @Test
    void aRecoveryIsHeardAndLoggedWithWhatWasLost() {
        RawPageFile file = damaged();
        List<LogRecord> log = new ArrayList<>();
        try (Pager pager = logged(log, () -> files.add(Pager.builder(file.path()).listener(heard).open()))) {
            RecoveryReport report = pager.recovery().orElseThrow();

            assertThat(report.loss()).isEqualTo(Loss.POSSIBLE);
            assertThat(log).singleElement().satisfies(entry -> {
                assertThat(entry.getLevel()).isEqualTo(Level.WARNING);
                assertThat(entry.getParameters()).contains(file.path(), report);
            });
            pager.alloc();
        }

        assertThat(heard.events.getFirst()).isEqualTo(new RecoveryEvent(heard.of(RecoveryEvent.class).get(0).report()));
        assertThat(heard.of(RecoveryEvent.class)).hasSize(1);
    }

    @Test
    void aFileInOrderIsNeitherHeardOfNorLogged() {
        Pager pager = files.create();
        pager.alloc();
        pager.close();
        List<LogRecord> log = new ArrayList<>();

        logged(log, () -> files.add(Pager.builder(pager.path()).listener(heard).open())).close();

        assertThat(log).isEmpty();
        assertThat(heard.of(RecoveryEvent.class)).isEmpty();
    }

    private RawPageFile damaged() {
        Pager pager = files.create(10);
        pager.alloc();
        pager.close();
        RawPageFile file = new RawPageFile(pager.path());
        file.spoilPage(file.currentMetadata());
        return file;
    }

    private static Pager logged(List<LogRecord> log, Supplier<Pager> opening) {
        Logger logger = Logger.getLogger(Pager.class.getName());
        Handler handler = new Handler() {
            @Override
            public void publish(LogRecord entry) {
                log.add(entry);
            }

            @Override
            public void flush() {
                // nothing is kept back
            }

            @Override
            public void close() {
                // nothing to close
            }
        };
        logger.setLevel(Level.ALL);
        logger.setUseParentHandlers(false);
        logger.addHandler(handler);
        try {
            return opening.get();
        } finally {
            logger.removeHandler(handler);
            logger.setUseParentHandlers(true);
            logger.setLevel(null);
        }
    }

    @Test
    void allIsHeardOnOneThreadThatIsNobodysCaller() {
        Pager pager = pager();
        pager.allocBulk(10);
        pager.close();

        assertThat(heard.threads).isNotEmpty().doesNotContain(Thread.currentThread());
        assertThat(heard.threads.stream().distinct()).hasSize(1);
        assertThat(heard.threads.getFirst().isDaemon()).isTrue();
    }

    /** A listener may take its time, fail, and call the pager: commits go on meanwhile. */
    @Test
    void aListenerThatIsBusyFailsOrCallsThePagerHoldsNobodyUp() throws InterruptedException {
        CountDownLatch gate = new CountDownLatch(1);
        CountDownLatch closed = new CountDownLatch(1);
        Pager[] self = new Pager[1];
        Pager pager = files.add(files.builder(10).listener(new PagerListener() {
            private int commits;

            @Override
            public void onCommit(CommitEvent event) {
                commits++;
                try {
                    gate.await();
                } catch (InterruptedException e) {
                    throw new IllegalStateException(e);
                }
                if (commits == 1) {
                    throw new IllegalStateException("a listener's mistake");
                }
                if (commits == 2) {
                    self[0].alloc();
                    self[0].close();
                    closed.countDown();
                }
            }
        }).create());
        self[0] = pager;
        List<PageId> ids = pager.allocBulk(20);
        pager.freeBulk(ids);
        assertThat(pager.alloc()).isEqualTo(ids.get(0));

        gate.countDown();
        closed.await();

        assertThat(pager.state()).isEqualTo(PagerState.CLOSED);
        assertThat(files.open(pager.path()).allocatedPages()).hasSize(2);
    }

    @Test
    void aPagerThatCannotBeOpenedLeavesNoThreadBehind() {
        Path path = files.directory().resolve("nowhere.pages");

        assertThatExceptionOfType(PagerIoException.class)
                .isThrownBy(() -> Pager.builder(path).listener(heard).open());

        assertThat(Thread.getAllStackTraces().keySet()).extracting(Thread::getName)
                .doesNotContain("mappedpages-events nowhere.pages");
    }
}
