package io.mappedpages;

import static io.mappedpages.Pages.assertFilled;
import static io.mappedpages.Pages.fill;
import static io.mappedpages.Pages.filled;
import static io.mappedpages.Pages.filledProtected;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.Timeout.ThreadMode;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import io.mappedpages.testing.Background;
import io.mappedpages.testing.PageFiles;

/** An interrupt neither aborts a call nor closes the file nor gets lost. */
@Timeout(value = 120, threadMode = ThreadMode.SEPARATE_THREAD)
class InterruptTest {

    @RegisterExtension
    private final PageFiles files = PageFiles.inMemory();

    @AfterEach
    void nobodyIsInterruptedAnyMore() {
        Thread.interrupted();
    }

    @ParameterizedTest
    @EnumSource(EveryCall.class)
    void everyCallOfAnInterruptedThreadCompletesAndTheFlagIsKept(EveryCall call) {
        Pager pager = files.create(10);
        EveryCall.Fixture fixture = new EveryCall.Fixture(pager);

        Thread.currentThread().interrupt();
        call.run(fixture);

        assertThat(Thread.interrupted()).as("interrupted").isTrue();
        assertThat(pager.state()).isEqualTo(PagerState.OPEN);
        fixture.release();
        assertFilled(pager, filled(pager, 3), 3);
    }

    @Test
    void anInterruptedThreadCreatesGrowsReopensClosesAndOpens() {
        Path path = files.path();
        Thread.currentThread().interrupt();

        PageId id;
        try (Pager pager = Pager.create(path, 10)) {
            pager.allocBulk(100);
            pager.reopen();
            id = filled(pager, 4);
            assertThat(pager.state()).isEqualTo(PagerState.OPEN);
        }
        try (Pager pager = Pager.open(path)) {
            assertFilled(pager, id, 4);
        }

        assertThat(Thread.interrupted()).as("interrupted").isTrue();
    }

    /** The first borrow after opening reads nodes and checks contents. */
    @Test
    void anInterruptedThreadReadsWhatNobodyHasReadSinceOpening() {
        Pager pager = files.create(10);
        ProtectedPageId id = filledProtected(pager, 5);
        Pager opened = files.openAnew(pager);

        Thread.currentThread().interrupt();
        assertFilled(opened, id, 5);

        assertThat(Thread.interrupted()).as("interrupted").isTrue();
    }

    @Test
    void anInterruptWhileWaitingForAPageDoesNotEndTheWait() {
        Pager pager = files.add(files.builder(10).borrowTimeout(Duration.ofSeconds(30)).create());
        PageId id = filled(pager, 1);
        MappedPage reader = pager.read(id);
        Background<Boolean> writing = Background.run(() -> {
            fill(pager, id, 2);
            assertThat(Thread.currentThread().isInterrupted()).as("interrupted").isTrue();
        }).untilItWaits();

        for (int i = 0; i < 100; i++) {
            writing.thread().interrupt();
        }
        writing.untilItWaits();
        reader.close();

        writing.result();
        assertFilled(pager, id, 2);
    }

    @Test
    void anInterruptWhileClosingWaitsForABorrowDoesNotEndTheWait() {
        Pager pager = files.add(files.builder(10).borrowTimeout(Duration.ofSeconds(30)).create());
        MappedPage reader = pager.read(filled(pager, 1));
        Background<Boolean> closing = Background.run(() -> {
            pager.close();
            assertThat(Thread.currentThread().isInterrupted()).as("interrupted").isTrue();
        }).untilItWaits();

        closing.thread().interrupt();
        closing.untilItWaits();
        assertThat(pager.state()).isEqualTo(PagerState.OPEN);
        reader.close();

        closing.result();
    }

    @Test
    void aThousandCallsUnderAHailOfInterruptsAllComplete() {
        Pager pager = files.create(10);
        List<PageId> ids = pager.allocBulk(10);
        ProtectedPageId counter = pager.allocProtected();
        Thread worker = Thread.currentThread();
        AtomicBoolean over = new AtomicBoolean();
        Background<Boolean> hail = Background.run(() -> {
            while (!over.get()) {
                worker.interrupt();
                Thread.onSpinWait();
            }
        });

        for (int i = 0; i < 250; i++) {
            try (ProtectedPageWriter page = pager.write(counter)) {
                page.byteBuffer().putInt(i + 1);
                page.commit();
            }
            PageId id = pager.alloc();
            fill(pager, ids.get(i % 10), i);
            if (i % 3 == 0) {
                pager.free(id);
            }
            if (i % 100 == 99) {
                pager.reopen();
            }
        }
        over.set(true);
        while (!hail.isDone()) {
            Thread.onSpinWait();
        }
        Thread.interrupted();

        assertThat(pager.state()).isEqualTo(PagerState.OPEN);
        try (MappedPage page = pager.read(counter)) {
            assertThat(page.byteBuffer().getInt()).isEqualTo(250);
        }
        for (int i = 240; i < 250; i++) {
            assertFilled(pager, ids.get(i % 10), i);
        }
        assertThat(pager.verify().findings()).isEmpty();
    }
}
