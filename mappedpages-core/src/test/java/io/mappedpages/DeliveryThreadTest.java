package io.mappedpages;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(20)
class DeliveryThreadTest {

    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final DeliveryThread thread = new DeliveryThread("delivery-under-test");
    private final CountDownLatch gate = new CountDownLatch(1);
    private final List<Object> delivered = new CopyOnWriteArrayList<>();

    @AfterEach
    void endTheThread() {
        gate.countDown();
        thread.stop(PATIENCE);
    }

    /** Keeps the thread busy until the gate opens, and returns when it is busy. */
    private void occupy() throws InterruptedException {
        CountDownLatch busy = new CountDownLatch(1);
        thread.deliver(() -> {
            busy.countDown();
            passGate();
        });
        busy.await();
    }

    private void passGate() {
        try {
            gate.await();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void nothingRunsOnTheThreadThatHandsOver() throws Exception {
        CompletableFuture<Thread> first = new CompletableFuture<>();
        CompletableFuture<Thread> second = new CompletableFuture<>();
        thread.deliver(() -> first.complete(Thread.currentThread()));
        thread.deliverOrDrop(() -> second.complete(Thread.currentThread()));

        assertThat(first.get()).isNotSameAs(Thread.currentThread()).isSameAs(second.get());
        assertThat(first.get().isDaemon()).isTrue();
        assertThat(first.get().getName()).isEqualTo("delivery-under-test");
    }

    @Test
    void handingOverDoesNotWaitForABusyThreadAndOnlyWhatMayBeDroppedIsDropped() throws Exception {
        occupy();
        int tooMany = 3;
        IntStream.range(0, DeliveryThread.CAPACITY + tooMany)
                .forEach(i -> thread.deliverOrDrop(() -> delivered.add(i)));
        IntStream.range(0, 2 * DeliveryThread.CAPACITY).forEach(i -> thread.deliver(() -> delivered.add("kept " + i)));

        assertThat(thread.dropped()).isEqualTo(tooMany);
        assertThat(delivered).isEmpty();

        gate.countDown();
        thread.stop(PATIENCE);
        List<Object> expected = new ArrayList<>();
        IntStream.range(0, DeliveryThread.CAPACITY).forEach(expected::add);
        IntStream.range(0, 2 * DeliveryThread.CAPACITY).forEach(i -> expected.add("kept " + i));
        assertThat(delivered).isEqualTo(expected);
    }

    @Test
    void thereIsRoomAgainAfterWhatWaitedWasRun() throws Exception {
        occupy();
        IntStream.range(0, DeliveryThread.CAPACITY + 1).forEach(i -> thread.deliverOrDrop(() -> {
        }));
        gate.countDown();
        CountDownLatch drained = new CountDownLatch(1);
        thread.deliver(drained::countDown);
        drained.await();

        IntStream.range(0, 10).forEach(i -> thread.deliverOrDrop(() -> delivered.add(i)));
        thread.stop(PATIENCE);

        assertThat(delivered).hasSize(10);
        assertThat(thread.dropped()).isEqualTo(1);
    }

    @Test
    void whateverADeliveryThrowsTheNextOneIsRun() {
        thread.deliverOrDrop(() -> {
            throw new IllegalStateException("a listener's mistake");
        });
        thread.deliver(() -> {
            throw new AssertionError("a listener's error");
        });
        thread.deliver(() -> Thread.currentThread().interrupt());
        thread.deliver(() -> delivered.add(Thread.currentThread().isInterrupted()));
        thread.stop(PATIENCE);

        assertThat(delivered).containsExactly(false);
    }

    @Test
    void stoppingRunsEverythingThatWasHandedOverBefore() throws Exception {
        occupy();
        IntStream.range(0, 100).forEach(i -> thread.deliverOrDrop(() -> delivered.add(i)));
        CompletableFuture.runAsync(gate::countDown, CompletableFuture.delayedExecutor(50, TimeUnit.MILLISECONDS));

        thread.stop(PATIENCE);

        assertThat(delivered).hasSize(100);
    }

    @Test
    void stoppingDoesNotWaitForeverForABusyListener() throws Exception {
        occupy();
        long begin = System.nanoTime();

        thread.stop(Duration.ofMillis(50));

        assertThat(Duration.ofNanos(System.nanoTime() - begin)).isBetween(Duration.ofMillis(50),
                Duration.ofSeconds(20));
    }

    @Test
    void anInterruptNeitherShortensStoppingNorGetsLost() throws Exception {
        occupy();
        thread.deliver(() -> delivered.add("last"));
        CompletableFuture.runAsync(gate::countDown, CompletableFuture.delayedExecutor(50, TimeUnit.MILLISECONDS));

        Thread.currentThread().interrupt();
        thread.stop(PATIENCE);

        assertThat(Thread.interrupted()).isTrue();
        assertThat(delivered).containsExactly("last");
    }

    @Test
    void aListenerMayStopItsOwnThread() throws Exception {
        CompletableFuture<String> stopped = new CompletableFuture<>();
        thread.deliver(() -> {
            thread.stop(PATIENCE);
            stopped.complete("returned");
        });

        assertThat(stopped.get(10, TimeUnit.SECONDS)).isEqualTo("returned");
    }
}
