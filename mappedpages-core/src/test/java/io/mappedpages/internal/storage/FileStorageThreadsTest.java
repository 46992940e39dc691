package io.mappedpages.internal.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** Many threads at one file, each in a region of its own. */
@ParameterizedClass
@EnumSource(Way.class)
@Timeout(60)
class FileStorageThreadsTest {

    private static final int REGION = 64 * 1024;
    private static final int THREADS = 6;

    @TempDir
    Path directory;

    private final FileStorageProvider provider;
    private PageStorage storage;

    FileStorageThreadsTest(Way way) {
        this.provider = way.provider();
    }

    @BeforeEach
    void createFile() throws IOException {
        storage = provider.createTemporary(directory.resolve("pages"));
        storage.extend(0, (long) THREADS * REGION, true);
    }

    @AfterEach
    void discardFile() {
        provider.discard(storage);
    }

    @Test
    void threadsNeverMixUpEachOthersBytes() throws Exception {
        AtomicBoolean stop = new AtomicBoolean();
        run(stop, 1_500, thread -> {
            Random random = new Random(thread);
            while (!stop.get()) {
                byte[] bytes = new byte[1 + random.nextInt(5_000)];
                Arrays.fill(bytes, (byte) random.nextInt());
                long offset = (long) thread * REGION + random.nextInt(REGION - bytes.length);
                storage.write(offset, bytes, 0, bytes.length);
                byte[] read = new byte[bytes.length];
                storage.read(offset, read, 0, read.length);
                assertThat(read).isEqualTo(bytes);
            }
        });
    }

    @Test
    void syncsRunWhileOthersMapReadAndGrow() throws Exception {
        AtomicBoolean stop = new AtomicBoolean();
        run(stop, 1_500, thread -> {
            Random random = new Random(thread);
            byte[] bytes = new byte[1_000];
            while (!stop.get()) {
                long offset = (long) thread * REGION + random.nextInt(REGION - bytes.length);
                switch (thread) {
                    case 0 -> storage.sync();
                    case 1 -> {
                        storage.truncate((long) THREADS * REGION);
                        storage.extend((long) THREADS * REGION, THREADS * REGION + random.nextLong(100_000),
                                random.nextBoolean());
                    }
                    case 2 -> {
                        try (Arena arena = Arena.ofShared()) { // unmapped at once, perhaps under a sync of the range
                            storage.map(0, (long) THREADS * REGION, arena);
                        }
                    }
                    default -> {
                        storage.write(offset, bytes, 0, bytes.length);
                        storage.read(offset, bytes, 0, bytes.length);
                        storage.sync(List.of(new ByteRange(offset, bytes.length), new ByteRange(0, 1)));
                    }
                }
            }
        });
    }

    @Test
    void closingUnderEverybodysHandsIsAnIoExceptionAndNothingWorse() throws Exception {
        storage.map(0, (long) THREADS * REGION, Arena.ofAuto());
        List<Throwable> ends = new ArrayList<>();
        try (ExecutorService pool = Executors.newFixedThreadPool(THREADS)) {
            List<Future<Throwable>> futures = new ArrayList<>();
            for (int thread = 0; thread < THREADS; thread++) {
                int me = thread;
                futures.add(pool.submit(() -> workUntilItFails(me)));
            }
            TimeUnit.MILLISECONDS.sleep(100);
            storage.close();
            for (Future<Throwable> future : futures) {
                ends.add(future.get());
            }
        }
        assertThat(ends)
                .allSatisfy(end -> assertThat(end).isInstanceOf(IOException.class).hasMessageContaining("closed"));
    }

    @Test
    void closingWaitsForASyncThatIsUnderWay() throws Exception {
        byte[] bytes = new byte[1 << 20];
        for (int i = 0; i < 128; i++) {
            storage.write((long) i << 20, bytes, 0, bytes.length);
        }
        CountDownLatch started = new CountDownLatch(1);
        try (ExecutorService pool = Executors.newSingleThreadExecutor()) {
            Future<Long> syncing = pool.submit(() -> {
                started.countDown();
                storage.sync();
                return System.nanoTime();
            });
            started.await();
            TimeUnit.MILLISECONDS.sleep(10);
            long closing = System.nanoTime();
            storage.close();
            long closed = System.nanoTime();
            long rest = syncing.get() - closing;
            assumeTrue(rest > 10_000_000, "the disk is too fast for this test");
            assertThat(closed - closing).as("nanoseconds closing took, while the sync went on for " + rest)
                    .isGreaterThan(rest / 2);
        }
    }

    private Throwable workUntilItFails(int thread) {
        byte[] bytes = new byte[100];
        try {
            while (true) {
                switch (thread % 3) {
                    case 0 -> storage.sync();
                    case 1 -> storage.sync(List.of(new ByteRange(0, 100_000)));
                    default -> storage.write(0, bytes, 0, bytes.length);
                }
            }
        } catch (Throwable e) {
            return e;
        }
    }

    private interface Work {
        void run(int thread) throws Exception;
    }

    private static void run(AtomicBoolean stop, long millis, Work work) throws Exception {
        try (ExecutorService pool = Executors.newFixedThreadPool(THREADS)) {
            List<Future<?>> futures = new ArrayList<>();
            for (int thread = 0; thread < THREADS; thread++) {
                int me = thread;
                futures.add(pool.submit(() -> {
                    try {
                        work.run(me);
                    } finally {
                        stop.set(true);
                    }
                    return null;
                }));
            }
            for (long waited = 0; waited < millis && !stop.get(); waited += 10) {
                TimeUnit.MILLISECONDS.sleep(10);
            }
            stop.set(true);
            for (Future<?> future : futures) {
                future.get();
            }
        }
    }
}
