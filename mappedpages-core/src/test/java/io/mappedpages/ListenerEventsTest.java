package io.mappedpages;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import io.mappedpages.internal.engine.EngineState;
import io.mappedpages.internal.fault.Fault;
import io.mappedpages.internal.fault.FaultException;
import io.mappedpages.internal.recovery.Recovery;

@Timeout(20)
class ListenerEventsTest {

    private static final Path FILE = Path.of("/data/store.pages");

    private final Recording recording = new Recording();

    /** Notes what it hears; holds up the first commit until the gate opens. */
    private static final class Recording implements PagerListener {

        private final List<Object> heard = new CopyOnWriteArrayList<>();
        private final CountDownLatch gate = new CountDownLatch(1);
        private final CountDownLatch busy = new CountDownLatch(1);
        private volatile boolean holdingUp;

        @Override
        public void onCommit(CommitEvent event) {
            heard.add(event);
            if (holdingUp) {
                busy.countDown();
                try {
                    gate.await();
                } catch (InterruptedException e) {
                    throw new IllegalStateException(e);
                }
            }
        }

        @Override
        public void onCheckpoint(CheckpointEvent event) {
            heard.add(event);
        }

        @Override
        public void onGrowth(GrowthEvent event) {
            heard.add(event);
        }

        @Override
        public void onRecovery(RecoveryEvent event) {
            heard.add(event);
        }

        @Override
        public void onState(StateEvent event) {
            heard.add(event);
        }
    }

    private static boolean eventThreadIsRunning(String name) {
        return Thread.getAllStackTraces().keySet().stream().anyMatch(thread -> thread.getName().equals(name));
    }

    @Test
    void aListenerHearsEveryKindOfEventInOrderAndInTheWordsOfTheApi() {
        ListenerEvents events = new ListenerEvents(recording, FILE);
        FaultException failure = new FaultException(new Fault.Unavailable(FILE, "a sync failed"), null);

        events.recovered(new Recovery(7, 8, Recovery.Loss.POSSIBLE, List.of("generation 8 is damaged")));
        events.stateChanged(EngineState.UNAVAILABLE, EngineState.OPEN, null);
        events.grew(4, 8, 1_000);
        events.committed(9, 3, 4160, 1, 2_000_000);
        events.checkpointed(10, 7, 8320, 2, 3_000_000);
        events.stateChanged(EngineState.OPEN, EngineState.UNAVAILABLE, failure);
        events.close();

        assertThat(recording.heard).hasSize(6).startsWith(
                new PagerListener.RecoveryEvent(new RecoveryReport(7, 8, RecoveryReport.Loss.POSSIBLE,
                        List.of("generation 8 is damaged"))),
                new PagerListener.StateEvent(PagerState.UNAVAILABLE, PagerState.OPEN, Optional.empty()),
                new PagerListener.GrowthEvent(4, 8, Duration.ofNanos(1_000)),
                new PagerListener.CommitEvent(9, 4160, 3, 1, Duration.ofMillis(2), 0),
                new PagerListener.CheckpointEvent(10, 7, 8320, 2, Duration.ofMillis(3)));
        assertThat(recording.heard.getLast()).isInstanceOfSatisfying(PagerListener.StateEvent.class,
                event -> assertThat(event.cause()).containsInstanceOf(PagerUnavailableException.class));
    }

    @Test
    void aSlowListenerLosesCommitsIsToldHowManyAndLosesNothingElse() throws Exception {
        ListenerEvents events = new ListenerEvents(recording, FILE);
        recording.holdingUp = true;
        events.committed(1, 1, 1, 2, 1);
        recording.busy.await();
        recording.holdingUp = false;
        int commits = DeliveryThread.CAPACITY + 10;
        for (int i = 0; i < commits; i++) {
            events.committed(2 + i, 1, 1, 2, 1);
        }
        for (int i = 0; i < commits; i++) {
            events.stateChanged(EngineState.OPEN, EngineState.UNAVAILABLE, null);
            events.checkpointed(2 + commits + i, 1, 1, 2, 1);
        }
        recording.gate.countDown();
        while (recording.heard.size() < 1 + DeliveryThread.CAPACITY + 2 * commits) {
            Thread.sleep(1); // interruptible, so that a failure is a timeout and not a hang
        }
        events.committed(5000, 1, 1, 2, 1);
        events.close();

        assertThat(recording.heard).filteredOn(PagerListener.StateEvent.class::isInstance).hasSize(commits);
        assertThat(recording.heard).filteredOn(PagerListener.CheckpointEvent.class::isInstance).hasSize(commits);
        assertThat(recording.heard).filteredOn(PagerListener.CommitEvent.class::isInstance)
                .hasSize(1 + DeliveryThread.CAPACITY + 1);
        assertThat(recording.heard.getLast()).isEqualTo(
                new PagerListener.CommitEvent(5000, 1, 1, 2, Duration.ofNanos(1), 10));
    }

    @Test
    void aListenerThatThrowsHearsTheNextEventAllTheSame() {
        ListenerEvents events = new ListenerEvents(new PagerListener() {
            @Override
            public void onCommit(CommitEvent event) {
                throw new IllegalStateException("a listener's mistake");
            }

            @Override
            public void onState(StateEvent event) {
                recording.onState(event);
            }
        }, FILE);

        events.committed(1, 1, 1, 2, 1);
        events.stateChanged(EngineState.OPEN, EngineState.CLOSED, null);
        events.close();

        assertThat(recording.heard)
                .containsExactly(new PagerListener.StateEvent(PagerState.OPEN, PagerState.CLOSED, Optional.empty()));
    }

    /** There is no memory for the words, say: that is no reason for a pager that fails to fail to say so. */
    @Test
    void aFailureThereAreNoWordsForIsToldAllTheSame() {
        ListenerEvents events = new ListenerEvents(recording, FILE);
        @SuppressWarnings("NullAway")
        FaultException wordless = new FaultException(new Fault.Unavailable(FILE, (Fault.Stop) null), null);

        events.stateChanged(EngineState.OPEN, EngineState.UNAVAILABLE, wordless);
        events.close();

        assertThat(recording.heard).containsExactly(
                new PagerListener.StateEvent(PagerState.OPEN, PagerState.UNAVAILABLE, Optional.of(wordless)));
    }

    @Test
    void theThreadLivesFromTheListenersBeginningToItsEndOnly() {
        ListenerEvents without = new ListenerEvents(null, Path.of("/data/unheard.pages"));
        without.committed(1, 1, 1, 2, 1);
        without.checkpointed(2, 1, 1, 2, 1);
        without.grew(4, 8, 1);
        without.recovered(new Recovery(7, 0, Recovery.Loss.NONE, List.of()));
        without.stateChanged(EngineState.OPEN, EngineState.CLOSED, null);
        assertThat(eventThreadIsRunning("mappedpages-events unheard.pages")).isFalse();
        without.close();

        ListenerEvents with = new ListenerEvents(recording, Path.of("/data/heard.pages"));
        assertThat(eventThreadIsRunning("mappedpages-events heard.pages")).isTrue();
        with.close();
        assertThat(eventThreadIsRunning("mappedpages-events heard.pages")).isFalse();
    }
}
