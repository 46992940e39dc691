package io.mappedpages.internal.transaction;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import io.mappedpages.internal.commit.Batch;
import io.mappedpages.internal.engine.Engine;
import io.mappedpages.internal.engine.EngineConfig;
import io.mappedpages.internal.engine.EngineEvents;
import io.mappedpages.internal.engine.EngineState;
import io.mappedpages.internal.fault.FaultException;
import io.mappedpages.internal.format.PageState;
import io.mappedpages.internal.latch.HeldLatches;
import io.mappedpages.internal.latch.Latch;
import io.mappedpages.internal.latch.LatchBlock;
import io.mappedpages.internal.recovery.Recoverer;
import io.mappedpages.internal.storage.FaultyStorageProvider;
import io.mappedpages.internal.storage.FaultyStorageProvider.Call;
import io.mappedpages.internal.storage.FaultyStorageProvider.Fault;
import io.mappedpages.internal.storage.FileStorageProvider;
import io.mappedpages.internal.thread.Deadline;
import io.mappedpages.testing.Background;

/** What a leader owes to the others when something fails that should not: nobody waits for ever, and nothing half-made is committed. */
class CommitQueueFailuresTest {

    @TempDir
    private Path directory;
    private final FaultyStorageProvider storage = new FaultyStorageProvider(new FileStorageProvider());
    private @Nullable LoneFile lone;

    private EngineConfig config(EngineEvents events) {
        return new EngineConfig(directory.resolve("pages"), 10, 8_000 << 10, Long.MAX_VALUE, 1 << 20, false,
                Duration.ofSeconds(1), false, false, -1, () -> 1, events, 1 << 20, storage);
    }

    @AfterEach
    void close() throws IOException {
        if (lone != null) {
            lone.close();
        }
    }

    /** There may be no memory to stop with. */
    @Test
    void membersAreToldEvenIfStoppingThePagerThrows() throws Exception {
        EngineEvents events = new EngineEvents() {
            @Override
            public void stateChanged(EngineState from, EngineState to, @Nullable Throwable cause) {
                if (to == EngineState.UNAVAILABLE) {
                    throw new OutOfMemoryError("for this test");
                }
            }
        };
        Engine engine = Engine.create(config(events));
        engine.alloc(1);
        List<Background<long[]>> others = new ArrayList<>();
        storage.beforeNext(Call.SYNC_RANGES, () -> {
            for (int i = 0; i < 3; i++) {
                others.add(Background.start(() -> engine.alloc(1)).untilItWaits());
            }
            storage.failNth(Call.SYNC_RANGES, 2, Fault.BEFORE);
        });
        engine.alloc(1);

        for (Background<long[]> other : others) {
            assertThatThrownBy(other::result).as("told, and not waiting for ever")
                    .hasStackTraceContaining("for this test");
        }
        assertThat(engine.state()).isEqualTo(EngineState.UNAVAILABLE);
    }

    /** Stopping failed before anything was marked. */
    @Test
    void aHalfMadeChangeIsNeverCarriedAlong() throws Exception {
        lone = LoneFile.create(config(EngineEvents.NONE));
        OpenFile file = lone.file();
        Allocation first = new Allocation(file, 3, 0);
        lone.commit(first);
        long victim = first.dataPages()[1];
        Change half = new Change() {
            @Override
            public boolean plan() {
                return true;
            }

            @Override
            public void apply(Batch batch) throws IOException {
                file.state().map().state(victim, PageState.FREE);
                throw new OutOfMemoryError("half-way");
            }
        };
        assertThatThrownBy(() -> lone.commit(half)).isInstanceOf(AssertionError.class); // Openings.fail threw
        assertThatThrownBy(() -> lone.commit(new PageSync(file, first.dataPages()[0])))
                .isInstanceOf(AssertionError.class);
        assertThat(file.state().map().loadDurableState(victim)).isEqualTo(PageState.DATA);
    }

    /** Whatever fault of ours made it: the file as it was can be opened. */
    @Test
    void metadataThatNobodyCouldReadIsNotWritten() throws Exception {
        lone = LoneFile.create(config(EngineEvents.NONE));
        OpenFile file = lone.file();
        lone.commit(new Allocation(file, 3, 0));
        long generation = file.generation();
        Change takesWhatIsNotThere = new Change() {
            @Override
            public boolean plan() {
                return true;
            }

            @Override
            public void apply(Batch batch) throws IOException {
                file.state().map().state(3, PageState.DATA);
                file.state().metadata().cutTo(3, 0);
            }
        };
        assertThatThrownBy(() -> lone.commit(takesWhatIsNotThere))
                .hasStackTraceContaining("would leave a file that cannot be opened");
        assertThat(Recoverer.recover(file.storage(), Path.of("lone"), false).generation()).isEqualTo(generation);
    }

    /** What failed stood in front of it. */
    @Test
    void noChangeOutlivesItsCaller() throws Exception {
        lone = LoneFile.create(config(EngineEvents.NONE));
        OpenFile file = lone.file();
        lone.commit(new Allocation(file, 1, 0));
        Change alone = new Change() {
            @Override
            public boolean plan() {
                return true;
            }

            @Override
            public boolean isAlone() {
                return true;
            }

            @Override
            public void apply(Batch batch) {
                throw new OutOfMemoryError("for this test");
            }
        };
        lone.leadership().occupy();
        line(new Member(file, alone)); // its thread is slow to wake up
        Allocation own = new Allocation(file, 5, 0);
        Background<Boolean> caller = Background.start(() -> lone.commit(own));
        while (lone.leadership().waiting() < 2) {
            Thread.onSpinWait();
        }
        lone.leadership().vacate();
        assertThat(caller.result()).as("the other one's failure is not its own").isTrue();
        assertThat(lone.leadership().waiting()).as("changes in line whose callers are gone").isZero();
    }

    private void line(Member member) {
        // what enter() does for another thread while somebody leads
        Background.run(() -> lone.leadership().enter(member)).result();
    }

    /** Between the two, others have had pages that nobody had before, and freed them. */
    @Test
    void aChangeThatIsPostponedTwiceStillZeroesWhatOthersHad() throws Exception {
        lone = LoneFile.create(config(EngineEvents.NONE));
        OpenFile file = lone.file();
        lone.commit(new Allocation(file, 1, 1));
        Allocation needsNodes = new Allocation(file, 4_000, 0);
        Allocation ahead = new Allocation(file, 10, 0);
        AtomicReference<Background<Boolean>> freeing = new AtomicReference<>();
        Change between = new Change() {
            @Override
            public boolean plan() {
                return true;
            }

            @Override
            public void apply(Batch batch) {
                file.state().metadata().raiseHighWater(0);
            }

            @Override
            public void published() {
                // Pages of "ahead" are durable now: their owner stores into them and gives them back.
                try {
                    byte[] ones = new byte[1024];
                    java.util.Arrays.fill(ones, (byte) 0x77);
                    for (long page : ahead.dataPages()) {
                        file.storage().write(file.geometry().offsetOf(page), ones, 0, ones.length);
                    }
                    // A latch block was given up of which a page had been lent: none of its pages is trusted any more.
                    for (long page = 4_000; page < 4_100; page++) {
                        Latch latch = new Latch(file.latches(), page);
                        assertThat(latch.acquireExclusive(Deadline.of(0))).isTrue();
                        latch.block().mark(page, LatchBlock.LENT);
                        latch.release();
                    }
                } catch (IOException e) {
                    throw new AssertionError(e);
                }
                freeing.set(Background
                        .start(() -> lone.commit(new Deallocation.FreePages(file, ahead.dataPages(),
                                new HeldLatches(file.latches(), Deadline.of(0), false, 0)))));
                while (lone.leadership().waiting() == 0) {
                    Thread.onSpinWait();
                }
            }
        };
        lone.leadership().occupy();
        List<Background<Boolean>> all = new ArrayList<>();
        for (Change change : new Change[] {between, ahead, needsNodes}) {
            int before = lone.leadership().waiting();
            all.add(Background.start(() -> lone.commit(change)));
            while (lone.leadership().waiting() == before) {
                Thread.onSpinWait();
            }
        }
        lone.leadership().vacate();
        all.forEach(one -> assertThat(one.result()).isTrue());
        assertThat(freeing.get().result()).isTrue();
        byte[] read = new byte[1024];
        for (long page : needsNodes.dataPages()) {
            file.storage().read(file.geometry().offsetOf(page), read, 0, read.length);
            assertThat(read[0]).as("page " + page).isZero();
        }
    }

    /** That is no damage of the file. */
    @Test
    void verifyStopsWhenTheFileWasCutShort() throws Exception {
        Engine engine = Engine.create(config(EngineEvents.NONE));
        engine.alloc(1);
        try (RandomAccessFile file = new RandomAccessFile(directory.resolve("pages").toFile(), "rw")) {
            file.setLength(100 << 10);
        }
        assertThatThrownBy(engine::verify).isInstanceOf(FaultException.class).hasMessageContaining("CutOff");
        assertThat(engine.state()).isEqualTo(EngineState.UNAVAILABLE);
    }
}
