package io.mappedpages;

import static io.mappedpages.Pages.assertFilled;
import static io.mappedpages.Pages.fill;
import static io.mappedpages.Pages.filledProtected;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

import io.mappedpages.testing.Background;
import io.mappedpages.testing.HeldCheckpoints;
import io.mappedpages.testing.PageFiles;
import io.mappedpages.testing.Seed;

/** With a journal, checkpoints are written while others commit. */
@Timeout(120)
class CheckpointsBesideCommitsTest {

    @RegisterExtension
    private final PageFiles files = PageFiles.inMemory();
    private final HeldCheckpoints checkpoints = new HeldCheckpoints();

    @AfterEach
    void letGo() {
        checkpoints.letGo();
    }

    private PagerBuilder journaled(int ringKiB) {
        return files.builder(12).initialSize(4 << 20).reserve(false).commitMode(CommitMode.JOURNAL)
                .journalSize(ringKiB << 10).storage(checkpoints.provider());
    }

    @Test
    void commitsGoOnWhileACheckpointIsBeingSynced() throws InterruptedException {
        Pager pager = files.add(journaled(128).create());
        ProtectedPageId id = filledProtected(pager, 0);
        checkpoints.hold();
        int written = fillUntilACheckpointIsOnItsWay(pager, id);
        for (int i = 1; i <= 10; i++) { // there is room for that
            fill(pager, id, written + i);
        }
        assertFilled(pager, id, written + 10);
        Pager killed = files.add(Pager.builder(files.copyOf(pager)).commitMode(CommitMode.JOURNAL).open());
        assertFilled(killed, id, written + 10);
        checkpoints.letGo();
        fill(pager, id, 1);
        assertThat(pager.verify().findings()).isEmpty();
        assertFilled(files.openAnew(pager), id, 1);
    }

    private int fillUntilACheckpointIsOnItsWay(Pager pager, ProtectedPageId id) throws InterruptedException {
        int written = 0;
        while (pager.stats().recordsSinceCheckpoint() < 17) { // half of 32 blocks, and one
            fill(pager, id, ++written);
        }
        checkpoints.await();
        return written;
    }

    @Test
    void whoAsksForACheckpointWhileAnotherIsOnItsWayHoldsNoCommitUp() throws InterruptedException {
        Pager pager = files.add(journaled(128).create());
        ProtectedPageId id = filledProtected(pager, 0);
        checkpoints.hold();
        fillUntilACheckpointIsOnItsWay(pager, id);
        Background<Boolean> asking = Background.run(pager::checkpoint);
        while (asking.thread().getState() != Thread.State.WAITING) {
            Thread.onSpinWait();
        }

        Background.run(() -> fill(pager, id, 99)).result();

        assertThat(asking.isDone()).isFalse();
        checkpoints.letGo();
        asking.result();
        assertThat(pager.stats().recordsSinceCheckpoint()).isZero();
        assertFilled(pager, id, 99);
    }

    @Test
    void whoFindsTheJournalFullWaitsForTheCheckpoint() throws InterruptedException {
        Pager pager = files.add(journaled(128).create());
        ProtectedPageId id = filledProtected(pager, 0);
        checkpoints.hold();
        fillUntilACheckpointIsOnItsWay(pager, id);
        Background<Boolean> filling = Background.run(() -> {
            for (int i = 0; i < 100; i++) {
                fill(pager, id, i);
            }
        });
        long before;
        do {
            before = pager.stats().generation();
            Thread.sleep(100);
        } while (pager.stats().generation() > before);
        assertThat(filling.isDone()).isFalse();
        checkpoints.letGo();
        filling.result();
        assertFilled(pager, id, 99);
    }

    @Test
    void aCheckpointThatFailsStopsThePagerAndLosesNothing() throws InterruptedException {
        Pager pager = files.add(journaled(128).create());
        ProtectedPageId id = filledProtected(pager, 0);
        checkpoints.hold();
        int written = fillUntilACheckpointIsOnItsWay(pager, id);
        checkpoints.letFail();
        await(() -> pager.state() == PagerState.UNAVAILABLE);
        assertThatExceptionOfType(PagerUnavailableException.class).isThrownBy(() -> fill(pager, id, 100))
                .withStackTraceContaining("told to fail");
        checkpoints.mend();
        pager.reopen();
        assertFilled(pager, id, written);
        fill(pager, id, 101);
        assertThat(pager.verify().findings()).isEmpty();
    }

    @Test
    void aPagerThatIsIdleGetsACheckpointAndItsThreadEnds() throws InterruptedException {
        Pager pager = files.add(journaled(128).create());
        ProtectedPageId id = filledProtected(pager, 0);
        fill(pager, id, 1);
        assertThat(pager.stats().recordsSinceCheckpoint()).isPositive();
        await(() -> pager.stats().recordsSinceCheckpoint() == 0);
        await(() -> threadsOf(pager).isEmpty());
        fill(pager, id, 2);
        assertThat(threadsOf(pager)).hasSize(1);
        await(() -> pager.stats().recordsSinceCheckpoint() == 0);
    }

    @Test
    void afterClosingThereIsNothingToReplayAndNoThread() throws InterruptedException {
        Pager pager = files.add(journaled(128).create());
        ProtectedPageId id = filledProtected(pager, 0);
        fill(pager, id, 1);
        pager.close();
        await(() -> threadsOf(pager).isEmpty());
        Pager again = files.add(Pager.builder(pager.path()).commitMode(CommitMode.JOURNAL).open());
        assertThat(again.stats().recordsSinceCheckpoint()).isZero();
        assertFilled(again, id, 1);
    }

    @Test
    void closingWaitsForTheCheckpointThatIsOnItsWay() throws InterruptedException {
        Pager pager = files.add(journaled(128).create());
        ProtectedPageId id = filledProtected(pager, 0);
        checkpoints.hold();
        int written = fillUntilACheckpointIsOnItsWay(pager, id);
        Background<Boolean> closing = Background.run(pager::close);
        Thread.sleep(100);
        assertThat(closing.isDone()).isFalse();
        checkpoints.letGo();
        closing.result();
        assertFilled(files.add(Pager.open(pager.path())), id, written);
    }

    /** Rings so short that checkpoints hardly ever rest. */
    @Test
    void manyThreadsAndManyCheckpointsLoseNothing() throws InterruptedException {
        long seed = Seed.next();
        Seed.named(seed, () -> {
            Pager pager = files.add(journaled(16).create());
            List<ProtectedPageId> ids = pager.allocProtectedBulk(8);
            int[] last = new int[ids.size()];
            List<Background<Boolean>> writers = new ArrayList<>();
            for (int i = 0; i < ids.size(); i++) {
                int own = i;
                Random random = new Random(seed + i);
                writers.add(Background.run(() -> {
                    for (int n = 1; n <= 150; n++) {
                        fill(pager, ids.get(own), n);
                        last[own] = n;
                        if (random.nextInt(4) == 0) {
                            pager.free(pager.alloc());
                        }
                    }
                }));
            }
            for (Background<Boolean> writer : writers) {
                writer.result();
            }
            Pager killed = files.add(Pager.builder(files.copyOf(pager)).commitMode(CommitMode.JOURNAL).open());
            for (Pager found : List.of(pager, killed)) {
                for (int i = 0; i < last.length; i++) {
                    assertFilled(found, ids.get(i), last[i]);
                }
                assertThat(found.verify().findings()).isEmpty();
            }
        });
    }

    private static List<Thread> threadsOf(Pager pager) {
        String name = "mappedpages-checkpoint " + pager.path().getFileName();
        return Thread.getAllStackTraces().keySet().stream().filter(thread -> thread.getName().equals(name)).toList();
    }

    private interface Condition {
        boolean holds();
    }

    private static void await(Condition condition) throws InterruptedException {
        long end = System.nanoTime() + Duration.ofMinutes(1).toNanos();
        while (!condition.holds()) {
            assertThat(System.nanoTime() - end).as("nothing happens").isNegative();
            Thread.sleep(10);
        }
    }
}
