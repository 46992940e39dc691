package io.mappedpages.internal.transaction;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import io.mappedpages.internal.commit.Batch;
import io.mappedpages.internal.engine.EngineConfig;
import io.mappedpages.internal.engine.EngineEvents;
import io.mappedpages.internal.storage.FileStorageProvider;
import io.mappedpages.testing.Patience;

/** Who is to be told, and that somebody leads, when there is no memory for a thread. */
@Timeout(60)
class CommitThreadTest {

    /** Threads of other tests may still be there. */
    private final String name = UUID.randomUUID().toString();
    @TempDir
    private Path directory;
    /** So many of the next threads cannot be had. */
    private final AtomicInteger missing = new AtomicInteger();
    private final AtomicInteger refused = new AtomicInteger();
    private final AtomicBoolean hasWork = new AtomicBoolean();
    private final AtomicInteger led = new AtomicInteger();
    /** What leading throws, so many times. */
    private final AtomicInteger failures = new AtomicInteger();
    private final CommitThread committer = new CommitThread(Path.of(name), new CommitThread.Work() {

        @Override
        public boolean leadIfNeeded() {
            if (failures.getAndUpdate(count -> Math.max(0, count - 1)) > 0) {
                throw new OutOfMemoryError("for this test");
            }
            boolean leads = hasWork.getAndSet(false);
            if (leads) {
                led.incrementAndGet();
            }
            return leads;
        }

        @Override
        public boolean isWaitedFor() {
            return hasWork.get();
        }
    }, new CommitThread.Threads() {

        @Override
        public void lead(String name, Runnable work) {
            take();
            CommitThread.OF_SYSTEM.lead(name, work);
        }

        @Override
        public void tell(Runnable work) {
            if (missing.get() % 3 == 2) {
                CommitThread.OF_SYSTEM.tell(work); // a scheduler may have taken it before it finds that there is no memory
            }
            take();
            CommitThread.OF_SYSTEM.tell(work);
        }

        private void take() {
            if (missing.getAndUpdate(count -> Math.max(0, count - 1)) > 0) {
                if (refused.incrementAndGet() % 2 == 0) {
                    throw new RejectedExecutionException("Queue capacity exceeded, for this test");
                }
                throw new OutOfMemoryError("unable to create native thread, for this test");
            }
        }
    });

    @Test
    void aChangeIsNotTakenIfThereIsNoThreadForItAndTheNextOneIs() {
        missing.set(1);

        assertThatExceptionOfType(OutOfMemoryError.class).isThrownBy(committer::expect);

        committer.expect();
        hasWork.set(true);
        committer.signal();
        Patience.await("somebody led", () -> led.get() == 1);
        committer.tell(() -> {
        });
        Patience.await("the thread ends", () -> !isThereAThread());
    }

    @Test
    void withoutMemoryTheThreadGoesOnTrying() {
        failures.set(1000);

        committer.expect();
        hasWork.set(true);
        committer.signal();

        Patience.await("somebody led", () -> led.get() == 1);
        assertThat(failures).hasValue(0);
        committer.tell(() -> {
        });
    }

    @Test
    void theThreadStaysUntilAllAreToldAndNotForEver() throws Exception {
        try (LoneFile lone = file()) {
            committer.expect();
            Thread.sleep(1500); // more than it waits for something to do
            assertThat(isThereAThread()).isTrue();

            LateMember member = new LateMember(lone.file(), new Nothing(), committer, (_, _) -> {
            });
            member.succeed(true);
            member.wake();

            Patience.await("the thread ends", () -> !isThereAThread());
        }
    }

    private boolean isThereAThread() {
        return Thread.getAllStackTraces().keySet().stream()
                .anyMatch(thread -> thread.getName().equals("mappedpages-commit " + name));
    }

    @Test
    void whoCouldNotBeToldForWantOfMemoryIsToldLaterAndOnce() throws Exception {
        List<Integer> told = Collections.synchronizedList(new ArrayList<>());
        try (LoneFile lone = file()) {
            List<LateMember> members = new ArrayList<>();
            for (int i = 0; i < 20; i++) {
                int number = i;
                members.add(new LateMember(lone.file(), new Nothing(), committer, (applied, failure) -> {
                    assertThat(applied).isTrue();
                    assertThat(failure).isNull();
                    told.add(number);
                }));
                committer.expect();
            }
            missing.set(500);

            for (LateMember member : members) {
                member.succeed(true);
                member.wake();
                member.wake(); // once more than needed
            }

            // Some are told though it is said that they are not, so all may be before there is memory again.
            Patience.await("all are told, and it is known of all", () -> told.size() == 20 && refused.get() == 500);
            assertThat(told).doesNotHaveDuplicates();
        }
    }

    private LoneFile file() throws Exception {
        return LoneFile
                .create(new EngineConfig(directory.resolve("pages"), 10, 16 << 10, Long.MAX_VALUE, 1 << 20, false,
                        Duration.ofSeconds(1), false, false, -1, () -> 1, EngineEvents.NONE, 1 << 20,
                        new FileStorageProvider()));
    }

    private static final class Nothing implements Change {

        @Override
        public boolean plan() {
            return false;
        }

        @Override
        public void apply(Batch batch) {
            throw new AssertionError("there is nothing to apply");
        }
    }
}
