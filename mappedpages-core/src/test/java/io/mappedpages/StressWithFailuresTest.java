package io.mappedpages;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.EnumSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.function.BooleanSupplier;

import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.Timeout.ThreadMode;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import io.mappedpages.internal.storage.FaultyStorageProvider;
import io.mappedpages.internal.storage.FaultyStorageProvider.Call;
import io.mappedpages.internal.storage.FaultyStorageProvider.Fault;
import io.mappedpages.internal.storage.FileStorageProvider;
import io.mappedpages.testing.Background;
import io.mappedpages.testing.PageFiles;
import io.mappedpages.testing.Patience;
import io.mappedpages.testing.Seed;

/**
 * Many threads at once, while the file grows, writes and syncs fail, and the pager is reopened, or closed and opened again,
 * in the middle of their calls. {@code -Dmappedpages.test.stress.seconds=} makes it go on for longer.
 */
class StressWithFailuresTest {

    private static final int THREADS = 8;
    private static final long SECONDS = Long.getLong("mappedpages.test.stress.seconds", 6);
    private static final int LONGEST_CALM_MILLIS = 120;
    private static final int LONGEST_AFTERMATH_MILLIS = 30;
    /** Far enough away for something else to be under way when it strikes. */
    private static final int LATEST_FAULT = 12;
    /** Of these no other call than opening the file, or one that stops the pager, is told. */
    private static final Set<Call> ON_OPENING = EnumSet.of(Call.LOCK, Call.OPEN, Call.MAP);

    /** What happens to a pager while others call it. */
    private enum Trouble {
        FAILURE_THEN_REOPEN, FAILURE_THEN_CLOSE, REOPEN, CLOSE, FAILURE_WHILE_REOPENING, FAILURE_WHILE_CLOSING
    }

    @RegisterExtension
    private final PageFiles files = PageFiles.inMemory();

    private final FaultyStorageProvider storage = new FaultyStorageProvider(new FileStorageProvider());

    @ParameterizedTest
    @EnumSource
    @Timeout(value = 3, unit = TimeUnit.HOURS, threadMode = ThreadMode.SEPARATE_THREAD)
    void whateverFailsAndWhoeverClosesNothingAcknowledgedIsLostAndNobodyHangs(CommitMode mode) {
        long seed = Seed.next();
        Seed.named(seed, () -> new Run(mode, seed).run());
    }

    /** Some threads, the pager that they call, and who makes trouble. */
    private final class Run {

        private final CommitMode mode;
        private final Random random;
        private final List<StressedThread> threads = new ArrayList<>();
        private final List<Background<Boolean>> running = new ArrayList<>();
        /** Threads have the one lock, which they share, while they call; who has the other one knows that none does. */
        private final ReentrantReadWriteLock calls = new ReentrantReadWriteLock(true);
        private final AtomicInteger checkpoints = new AtomicInteger();
        private volatile Pager pager;
        private volatile boolean isOver;
        private long mostPages;

        Run(CommitMode mode, long seed) {
            this.mode = mode;
            this.random = new Random(seed);
            pager = files.add(with(files.builder(10)).create());
            ProtectedPageId shared = pager.allocProtected();
            Set<PageId> regular = ConcurrentHashMap.newKeySet();
            Set<ProtectedPageId> guarded = ConcurrentHashMap.newKeySet();
            for (int i = 0; i < THREADS; i++) {
                threads.add(new StressedThread(i, new Random(seed + 1 + i), regular, guarded, shared));
            }
        }

        /** Growth in small steps; rings so short that checkpoints hardly ever rest; patience beyond all that is expected. */
        private PagerBuilder with(PagerBuilder builder) {
            return builder.growthStep(16 << 10).commitMode(mode).journalSize(16 << 10)
                    .borrowTimeout(Duration.ofSeconds(40)).storage(storage).listener(new PagerListener() {
                        @Override
                        public void onCheckpoint(CheckpointEvent event) {
                            checkpoints.incrementAndGet();
                        }
                    });
        }

        void run() {
            long pagesAtFirst = pager.pageCount();
            threads.forEach(thread -> running.add(Background.run(() -> work(thread))));
            try {
                long begin = System.nanoTime();
                do {
                    List<Trouble> each = new ArrayList<>(List.of(Trouble.values()));
                    Collections.shuffle(each, random);
                    each.forEach(this::trouble);
                } while (System.nanoTime() - begin < TimeUnit.SECONDS.toNanos(SECONDS));
            } finally {
                isOver = true;
            }
            running.forEach(thread -> Patience.await("a thread ends", thread::isDone));
            running.forEach(Background::result);

            StressedThread.settle(threads, pager);
            closeAndOpen();
            StressedThread.settle(threads, pager);
            assertThat(threads).allSatisfy(thread -> {
                assertThat(thread.done()).isPositive();
                assertThat(thread.refused()).isPositive();
            });
            assertThat(mostPages).as("pages that the file grew to").isGreaterThan(pagesAtFirst);
            if (mode == CommitMode.JOURNAL) {
                assertThat(checkpoints).hasPositiveValue();
            }
        }

        private void work(StressedThread thread) {
            while (!isOver) {
                calls.readLock().lock();
                try {
                    thread.step(pager);
                } finally {
                    calls.readLock().unlock();
                }
            }
        }

        private void trouble(Trouble what) {
            sleep(LONGEST_CALM_MILLIS);
            mostPages = Math.max(mostPages, pager.pageCount());
            switch (what) {
                case FAILURE_THEN_REOPEN -> {
                    fail();
                    reopen();
                }
                case FAILURE_THEN_CLOSE -> {
                    fail();
                    closeAndOpen();
                }
                case REOPEN -> reopen();
                case CLOSE -> closeAndOpen();
                case FAILURE_WHILE_REOPENING -> {
                    arm();
                    storage.failNext(pick(ON_OPENING), Fault.BEFORE);
                    reopenAtTheSecondAttempt();
                }
                case FAILURE_WHILE_CLOSING -> {
                    arm();
                    closeThoughItMayFail();
                    open();
                }
            }
            sleep(LONGEST_AFTERMATH_MILLIS);
            settle();
        }

        /** Has a write or sync fail, some time soon, and waits until that has stopped the pager. */
        private void fail() {
            arm();
            await("the pager is unavailable", () -> pager.state() == PagerState.UNAVAILABLE);
            assertThat(pager.failure()).hasValueSatisfying(
                    failure -> assertThat(failure).hasStackTraceContaining("told to fail"));
            sleep(LONGEST_AFTERMATH_MILLIS);
            storage.reset();
        }

        private void arm() {
            storage.reset(); // also what it has noted
            Call call = pick(List.of(Call.WRITE, Call.WRITE, Call.SYNC_RANGES, Call.SYNC_RANGES, Call.SYNC));
            Fault fault = pick(EnumSet.of(Fault.BEFORE, Fault.HALF, Fault.AFTER, Fault.SYNC_LOST).stream()
                    .filter(each -> each.strikes(call)).toList());
            storage.failNth(call, 1 + random.nextInt(LATEST_FAULT), fault);
        }

        private void reopen() {
            Patience.call("reopening", () -> {
                pager.reopen();
                return true;
            });
        }

        private void reopenAtTheSecondAttempt() {
            boolean isReopened = false;
            try {
                reopen();
                isReopened = true;
            } catch (PagerIoException e) {
                assertThat(e).hasStackTraceContaining("told to fail");
                assertThat(pager.state()).isEqualTo(PagerState.UNAVAILABLE);
            }
            storage.reset();
            if (!isReopened || pager.state() != PagerState.OPEN) {
                reopen();
            }
        }

        private void closeAndOpen() {
            close();
            open();
        }

        private void close() {
            Patience.call("closing", () -> {
                pager.close();
                return true;
            });
        }

        private void closeThoughItMayFail() {
            try {
                close();
            } catch (PagerIoException e) {
                assertThat(e).hasStackTraceContaining("told to fail");
            }
            assertThat(pager.state()).isEqualTo(PagerState.CLOSED);
            storage.reset();
        }

        private void open() {
            sleep(3); // others call the closed one meanwhile
            pager = files.add(Patience.call("opening", with(Pager.builder(pager.path()))::open));
        }

        private void settle() {
            await("all threads pause", this::tryPause);
            try {
                if (pager.state() == PagerState.UNAVAILABLE) { // the fault had struck somebody who did not say so at once
                    assertThat(pager.failure()).hasValueSatisfying(
                            failure -> assertThat(failure).hasStackTraceContaining("told to fail"));
                    reopen();
                }
                Patience.call("comparing", () -> {
                    StressedThread.settle(threads, pager);
                    return true;
                });
            } finally {
                calls.writeLock().unlock();
            }
        }

        private boolean tryPause() {
            try {
                return calls.writeLock().tryLock(1, TimeUnit.SECONDS);
            } catch (InterruptedException e) {
                throw new AssertionError(e);
            }
        }

        /** Also tells at once what a thread has found. */
        private void await(String what, BooleanSupplier condition) {
            Patience.await(what, () -> {
                running.stream().filter(Background::isDone).forEach(Background::result);
                return condition.getAsBoolean();
            });
        }

        private <T> T pick(Collection<T> from) {
            return List.copyOf(from).get(random.nextInt(from.size()));
        }

        private void sleep(int atMostMillis) {
            try {
                Thread.sleep(random.nextInt(atMostMillis));
            } catch (InterruptedException e) {
                throw new AssertionError(e);
            }
        }
    }
}
