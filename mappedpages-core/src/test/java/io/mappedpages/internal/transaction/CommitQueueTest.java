package io.mappedpages.internal.transaction;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import io.mappedpages.internal.commit.Batch;
import io.mappedpages.internal.engine.EngineConfig;
import io.mappedpages.internal.engine.EngineEvents;
import io.mappedpages.internal.fault.Fault;
import io.mappedpages.internal.fault.FaultException;
import io.mappedpages.internal.format.PageState;
import io.mappedpages.internal.latch.HeldLatches;
import io.mappedpages.internal.latch.Latch;
import io.mappedpages.internal.storage.FaultyStorageProvider;
import io.mappedpages.internal.storage.FaultyStorageProvider.Call;
import io.mappedpages.internal.storage.FileStorageProvider;
import io.mappedpages.internal.thread.Deadline;
import io.mappedpages.testing.Background;

/** What comes of changes that wait while somebody else leads: in one commit, in the order in which they came. */
@Timeout(60)
class CommitQueueTest {

    @TempDir
    private Path directory;
    private final FaultyStorageProvider storage = new FaultyStorageProvider(new FileStorageProvider());
    private final AtomicInteger commits = new AtomicInteger();
    private final List<Told> told = new CopyOnWriteArrayList<>();
    private LoneFile lone;
    private OpenFile file;

    /** What was told of a commit. */
    private record Told(int callers, int syncs) {
    }

    @BeforeEach
    void open() throws IOException {
        lone = LoneFile.create(new EngineConfig(directory.resolve("pages"), 10, 8_000 << 10, Long.MAX_VALUE, 1 << 20,
                false, Duration.ofSeconds(1), false, false, -1, () -> 1, new EngineEvents() {
                    @Override
                    public void committed(long generation, int callers, long bytes, int syncs, long nanos) {
                        commits.incrementAndGet();
                        told.add(new Told(callers, syncs));
                    }
                }, 1 << 20, storage));
        file = lone.file();
        lone.commit(new Allocation(file, 1, 1)); // the first change of an opening does more
        commits.set(0);
    }

    @AfterEach
    void close() throws IOException {
        lone.close();
    }

    /** Submits changes, one after the other, while nobody may lead. {@return what came of each, in order} */
    private List<Background<Boolean>> together(Change... changes) {
        List<Background<Boolean>> results = new ArrayList<>();
        lone.leadership().occupy();
        try {
            for (Change change : changes) {
                int before = lone.leadership().waiting();
                results.add(Background.start(() -> lone.commit(change)));
                while (lone.leadership().waiting() == before) {
                    Thread.onSpinWait();
                }
            }
        } finally {
            lone.leadership().vacate();
        }
        return results;
    }

    private int state(long page) throws IOException {
        return file.state().map().loadDurableState(page);
    }

    /** Takes the latches of pages that are to be freed. */
    private HeldLatches latched(long... pages) {
        HeldLatches latches = new HeldLatches(file.latches(), Deadline.of(0), false, pages.length);
        for (long page : pages) {
            assertThat(latches.acquire(page, () -> false)).isTrue();
        }
        return latches;
    }

    private Allocation allocated(int count) {
        Allocation allocation = new Allocation(file, count, 0);
        assertThat(lone.commit(allocation)).isTrue();
        commits.set(0);
        return allocation;
    }

    @Test
    void whatWaitsIsCommittedTogether() throws IOException {
        Allocation[] allocations = new Allocation[20];
        for (int i = 0; i < allocations.length; i++) {
            allocations[i] = new Allocation(file, 1 + i, i % 3);
        }
        storage.reset();

        together(allocations).forEach(result -> assertThat(result.result()).isTrue());

        assertThat(commits).hasValue(1);
        assertThat(storage.count(Call.SYNC_RANGES)).isEqualTo(2);
        assertThat(told.getLast().callers()).isEqualTo(20);
        assertThat(told.getLast().syncs()).isEqualTo(2);
        List<Long> pages = new ArrayList<>();
        for (Allocation allocation : allocations) {
            for (long page : allocation.dataPages()) {
                assertThat(state(page)).isEqualTo(PageState.DATA);
                pages.add(page);
            }
        }
        assertThat(pages).doesNotHaveDuplicates().hasSize(210);
    }

    @Test
    void whatIsRefusedIsRefusedAlone() throws IOException {
        Allocation first = new Allocation(file, 3, 0);
        Allocation tooMany = new Allocation(file, 100_000, 0);
        Change refused = new Change() {
            @Override
            public boolean plan() {
                throw new FaultException(new Fault.DoubleFree(7, false));
            }

            @Override
            public void apply(Batch batch) {
                throw new AssertionError("was refused");
            }
        };
        Allocation last = new Allocation(file, 4, 1);

        List<Background<Boolean>> results = together(first, tooMany, refused, last);

        assertThat(results.get(0).result()).isTrue();
        assertThat(results.get(1).result()).as("needs growth, which is its caller's business").isFalse();
        assertThatThrownBy(results.get(2)::result).hasStackTraceContaining("DoubleFree[number=7");
        assertThat(results.get(3).result()).isTrue();
        assertThat(commits).hasValue(1);
        assertThat(told.getLast().callers()).as("without those that were refused").isEqualTo(2);
        assertThat(state(last.dataPages()[3])).isEqualTo(PageState.DATA);
    }

    /** Until the commit is durable they are part of the generation to fall back to, and must not be zeroed. */
    @Test
    void pagesThatAreFreedAreNotTakenInTheSameCommit() throws IOException {
        Allocation old = allocated(50);
        Allocation first = new Allocation(file, 20, 5);
        Change free = new Deallocation.FreePages(file, old.dataPages(), latched());
        Allocation second = new Allocation(file, 20, 5);

        together(first, free, second).forEach(result -> assertThat(result.result()).isTrue());

        assertThat(commits).hasValue(1);
        for (long page : old.dataPages()) {
            assertThat(state(page)).isEqualTo(PageState.FREE);
            assertThat(first.dataPages()).doesNotContain(page);
            assertThat(second.dataPages()).doesNotContain(page);
        }
        Allocation later = new Allocation(file, 50, 0);
        assertThat(lone.commit(later)).isTrue();
        assertThat(later.dataPages()).isEqualTo(old.dataPages());
    }

    /**
     * Tree nodes may be written only below the mark that is durable; the change that needs them waits for one commit. Those
     * behind it must not take its pages meanwhile: it would need the mark raised again, and again.
     */
    @Test
    void aChangeThatNeedsTheMarkRaisedWaitsForTheNextCommitAndThoseBehindItWithIt() throws IOException {
        Allocation needsNodes = new Allocation(file, 4_000, 0); // more than the metadata page has states for
        Allocation small = new Allocation(file, 1, 0);

        List<Background<Boolean>> results = together(needsNodes, small);

        results.forEach(result -> assertThat(result.result()).isTrue());
        assertThat(commits).hasValue(2);
        assertThat(told.reversed().subList(0, 2)).extracting(Told::callers).containsExactly(2, 0);
        assertThat(state(needsNodes.dataPages()[3_999])).isEqualTo(PageState.DATA);
        assertThat(needsNodes.dataPages()).doesNotContain(small.dataPages());
        assertThat(needsNodes.dataPages()[0]).isLessThan(small.dataPages()[0]);
    }

    @Test
    void pagesThatNobodyUsedAreNotZeroedBecauseTheirChangeHadToWait() {
        Allocation needsNodes = new Allocation(file, 4_000, 0);
        storage.reset();

        assertThat(lone.commit(needsNodes)).isTrue();

        assertThat(commits).hasValue(2);
        assertThat(storage.count(Call.WRITE)).as("metadata and slot twice, and some nodes").isLessThan(20);
    }

    @Test
    void whatMustBeAloneIsAlone() {
        List<String> order = new ArrayList<>();
        Change alone = new Noted("alone", order, true);

        together(new Noted("a", order, false), new Noted("b", order, false), alone, new Noted("c", order, false))
                .forEach(result -> assertThat(result.result()).isTrue());

        assertThat(order).containsExactly("a", "b", "published a", "published b", "alone", "published alone", "c",
                "published c");
        assertThat(commits).hasValue(3);
    }

    /** Allocates nothing, and tells what is done with it. */
    private class Noted implements Change {
        private final String name;
        private final List<String> order;
        private final boolean alone;

        Noted(String name, List<String> order, boolean alone) {
            this.name = name;
            this.order = order;
            this.alone = alone;
        }

        @Override
        public boolean plan() {
            return true;
        }

        @Override
        public boolean isAlone() {
            return alone;
        }

        @Override
        public void apply(Batch batch) {
            order.add(name);
            file.state().metadata().raiseHighWater(0);
        }

        @Override
        public void published() {
            order.add("published " + name);
        }
    }

    @Test
    void syncsOfRegularPagesShareOneSyncAndMakeNoGeneration() {
        long[] pages = allocated(10).dataPages();
        storage.reset();

        together(new PageSync(file, pages[0]), new PageSync(file, pages[5]), new PageSync(file, pages[9]))
                .forEach(result -> assertThat(result.result()).isTrue());

        assertThat(commits).hasValue(0);
        assertThat(storage.count(Call.SYNC_RANGES)).isEqualTo(1);
        assertThat(storage.events().getLast().length()).isEqualTo(3 << 10);
    }

    @Test
    void syncsOfRegularPagesJoinACommit() {
        long[] pages = allocated(10).dataPages();
        storage.reset();

        together(new PageSync(file, pages[0]), new Allocation(file, 1, 0), new PageSync(file, pages[9]))
                .forEach(result -> assertThat(result.result()).isTrue());

        assertThat(commits).hasValue(1);
        assertThat(told.getLast().callers()).isEqualTo(3);
        assertThat(storage.count(Call.SYNC_RANGES)).isEqualTo(2);
    }

    @Test
    void aChangeWhosePlanningFailsForWantOfMemoryFailsAlone() {
        Change hungry = new Change() {
            @Override
            public boolean plan() {
                throw new OutOfMemoryError("for this test");
            }

            @Override
            public void apply(Batch batch) {
                throw new AssertionError("was refused");
            }
        };

        List<Background<Boolean>> results = together(new Allocation(file, 1, 0), hungry, new Allocation(file, 1, 0));

        assertThat(results.get(0).result()).isTrue();
        assertThatThrownBy(results.get(1)::result).hasRootCauseInstanceOf(OutOfMemoryError.class);
        assertThat(results.get(2).result()).isTrue();
        assertThat(commits).hasValue(1);
    }

    /**
     * The next owner of a page that was freed found it latched until the thread that had freed it woke up. What is in the next
     * commit comes later than what is looked at here.
     */
    @Test
    void theLatchesOfFreedPagesAreGivenBackWithTheCommit() {
        long[] pages = allocated(300).dataPages();
        HeldLatches latches = latched(pages);
        List<Boolean> held = new ArrayList<>();
        Change next = new Noted("next", new ArrayList<>(), true) {
            @Override
            public boolean plan() {
                held.add(file.latches().isAnyHeld());
                return true;
            }
        };

        together(new Deallocation.FreePages(file, pages, latches), next)
                .forEach(result -> assertThat(result.result()).isTrue());

        assertThat(held).containsExactly(false);
        assertThat(new Latch(file.latches(), pages[7]).acquireExclusive(Deadline.of(0))).isTrue();
        latches.close(); // gives back nothing that it has not
        assertThat(file.latches().holders(pages[7]).writer()).isTrue();
    }

    @Test
    void theLatchesOfARefusedChangeAreGivenBackWithTheRefusal() {
        long[] pages = allocated(3).dataPages();
        assertThat(lone.commit(new Deallocation.FreePages(file, new long[] {pages[1]}, latched()))).isTrue();
        HeldLatches latches = latched(pages);

        assertThatThrownBy(() -> lone.commit(new Deallocation.FreePages(file, pages, latches)))
                .hasToString(new FaultException(new Fault.DoubleFree(pages[1], false)).toString());

        assertThat(file.latches().isAnyHeld()).isFalse();
    }

    /** It would wait for itself. */
    @Test
    void whoCommitsCannotCommitMeanwhile() {
        lone.leadership().occupy();
        try {
            assertThatExceptionOfType(IllegalStateException.class)
                    .isThrownBy(() -> lone.commit(new Allocation(file, 1, 0)));
            assertThatExceptionOfType(IllegalStateException.class).isThrownBy(lone.leadership()::occupy);
        } finally {
            lone.leadership().vacate();
        }
        assertThat(lone.commit(new Allocation(file, 1, 0))).isTrue();
    }

    /** It would wait for who leads, who waits for the lock. */
    @Test
    void whoHasTheEngineLockCannotCommitMeanwhile() {
        assertThatExceptionOfType(IllegalStateException.class).isThrownBy(
                () -> lone.lock().onCurrent(_ -> lone.commit(new Allocation(file, 1, 0))));
        assertThatExceptionOfType(IllegalStateException.class).isThrownBy(() -> lone.lock().onCurrent(_ -> {
            lone.leadership().occupy();
            return true;
        }));
        assertThat(lone.commit(new Allocation(file, 1, 0))).isTrue();
    }

    @Test
    void anInterruptCutsNothingShortAndIsKept() {
        lone.leadership().occupy();
        Background<Boolean> result = Background.start(() -> {
            Thread.currentThread().interrupt();
            boolean done = lone.commit(new Allocation(file, 1, 0));
            return done && Thread.interrupted();
        });
        while (lone.leadership().waiting() == 0) {
            Thread.onSpinWait();
        }
        lone.leadership().vacate();

        assertThat(result.result()).isTrue();
    }
}
