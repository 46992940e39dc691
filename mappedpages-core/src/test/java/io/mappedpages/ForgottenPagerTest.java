package io.mappedpages;

import static io.mappedpages.Pages.assertFilled;
import static io.mappedpages.Pages.fill;
import static io.mappedpages.Pages.filled;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.BooleanSupplier;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.Timeout.ThreadMode;
import org.junit.jupiter.api.extension.RegisterExtension;

import io.mappedpages.testing.PageFiles;

/**
 * A pager that is dropped and not closed. Its claim on the file stayed for as long as the JVM lived, while the collector
 * took the locks away: this JVM could not open the file again, and another process could.
 */
@Timeout(value = 120, threadMode = ThreadMode.SEPARATE_THREAD)
class ForgottenPagerTest {

    @RegisterExtension
    private final PageFiles files = PageFiles.onDisk();

    private final Path path = files.path();
    private final Logger logger = Logger.getLogger("io.mappedpages.internal.engine.Forgotten");
    private final Lines lines = new Lines();
    /** All that the test keeps of a pager. */
    private @Nullable Object kept;

    /** What was logged of this test's file. */
    private final class Lines extends Handler {
        private final List<LogRecord> records = new CopyOnWriteArrayList<>();

        @Override
        public void publish(LogRecord line) {
            if (line.getMessage().contains(path.toString())) {
                records.add(line);
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
    void listen() {
        logger.setLevel(Level.ALL);
        logger.setUseParentHandlers(false);
        logger.addHandler(lines);
    }

    @AfterEach
    void stopListening() {
        logger.removeHandler(lines);
        logger.setUseParentHandlers(true);
        logger.setLevel(null);
    }

    private Pager create() {
        return Pager.builder(path).pageSizeLog2(10).borrowTimeout(Duration.ofMillis(10)).create();
    }

    private static void collectUntil(BooleanSupplier over) throws InterruptedException {
        while (!over.getAsBoolean()) {
            System.gc();
            Thread.sleep(10); // interruptible, so that a failure is a timeout and not a hang
        }
    }

    /** Long enough for a pager to be taken for forgotten that is not. */
    private static void collectOften() throws InterruptedException {
        for (int i = 0; i < 4; i++) {
            System.gc();
            Thread.sleep(10);
        }
    }

    private boolean canBeOpened() {
        try {
            Pager.open(path).close();
            return true;
        } catch (PagerLockedException e) {
            return false;
        }
    }

    @Test
    void aForgottenPagerIsReportedWithTheLineThatOpenedItAndClosed() throws Exception {
        PageId id = forget();

        collectUntil(this::canBeOpened);

        assertThat(lines.records).singleElement().satisfies(line -> {
            assertThat(line.getLevel()).isEqualTo(Level.WARNING);
            assertThat(line.getMessage()).contains("was not closed");
            assertThat(line.getThrown()).hasStackTraceContaining("ForgottenPagerTest.forget(");
        });
        assertFilled(files.open(path), id, 1);
    }

    private PageId forget() {
        return filled(create(), 1);
    }

    @Test
    void aPagerIsNotForgottenWhileSomethingOfItIsInHand() throws Exception {
        for (Runnable keep : List.<Runnable>of(() -> kept = openOrCreate(), () -> kept = openOrCreate().pages(),
                () -> kept = openOrCreate().protectedPages(), () -> kept = openOrCreate().allocatedPages(),
                () -> kept = openOrCreate().allocatedProtectedPages().iterator())) {
            keep.run();
            collectOften();

            assertThat(lines.records).as(String.valueOf(kept)).isEmpty();
            assertThat(canBeOpened()).as(String.valueOf(kept)).isFalse();
            kept = null;
            collectUntil(this::canBeOpened);
            assertThat(lines.records).hasSize(1);
            lines.records.clear();
        }
    }

    private Pager openOrCreate() {
        Pager pager = Pager.builder(path).pageSizeLog2(10).openOrCreate();
        pager.alloc();
        pager.allocProtected();
        return pager;
    }

    /** Somebody may be just using the page: its memory must stay mapped, and its content be kept. */
    @Test
    void aPagerOfWhichOnlyABorrowIsInHandStaysOpenUntilThatIsClosed() throws Exception {
        WritablePage page = borrowed();
        collectOften();

        page.bytes().fill((byte) 7);
        page.commit();
        assertThat(canBeOpened()).isFalse();
        page.close();
        page = null;
        collectUntil(this::canBeOpened);

        assertThat(lines.records).hasSize(1);
        try (Pager pager = Pager.open(path)) {
            assertFilled(pager, pager.allocatedPages().findFirst().orElseThrow(), 7);
        }
    }

    private WritablePage borrowed() {
        Pager pager = create();
        return pager.write(pager.alloc());
    }

    /** It can never be given back, so nobody knows whether a segment of it is still in use. */
    @Test
    void aForgottenBorrowKeepsItsFileMappedAndIsReported() throws Exception {
        var segment = borrowed().bytes();

        collectUntil(() -> !lines.records.isEmpty());
        collectOften();

        segment.fill((byte) 1);
        assertThatExceptionOfType(PagerLockedException.class).isThrownBy(() -> Pager.open(path));
        assertThat(lines.records).hasSize(1);
        files.damaged(path); // stays locked, and is deleted with the directory
    }

    @Test
    void aListenerThatKnowsItsPagerDoesNotKeepItAndItsThreadEnds() throws Exception {
        forgetWithListener();

        collectUntil(this::canBeOpened);
        collectUntil(() -> Thread.getAllStackTraces().keySet().stream()
                .noneMatch(thread -> thread.getName().equals("mappedpages-events " + path.getFileName())));

        assertThat(lines.records).hasSize(1);
    }

    private void forgetWithListener() {
        Pager[] self = new Pager[1];
        self[0] = Pager.builder(path).pageSizeLog2(10).listener(new PagerListener() {
            @Override
            public void onCommit(CommitEvent event) {
                if (self[0] != null) {
                    self[0].state();
                }
            }
        }).create();
        fill(self[0], self[0].alloc(), 1);
    }

    @Test
    void aPagerThatWasClosedIsNotReported() throws Exception {
        create().close();

        collectOften();

        assertThat(lines.records).isEmpty();
    }
}
