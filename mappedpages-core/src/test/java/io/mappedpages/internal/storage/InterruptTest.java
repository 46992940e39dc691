package io.mappedpages.internal.storage;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.foreign.Arena;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** No call minds an interrupt, and no call swallows it. */
@ParameterizedClass
@EnumSource(Way.class)
class InterruptTest {

    @TempDir
    Path directory;

    private final FileStorageProvider provider;
    private final Arena arena = Arena.ofShared();
    private Path path;
    private PageStorage storage;

    private interface Call {
        void run() throws Exception;
    }

    InterruptTest(Way way) {
        this.provider = way.provider();
    }

    @BeforeEach
    void openAFile() throws Exception {
        path = provider.resolve(directory.resolve("pages"));
        HeldLock lock = provider.lock(path);
        provider.publish(provider.createTemporary(path), path);
        storage = provider.open(path, lock);
    }

    @AfterEach
    void closeIt() throws Exception {
        storage.close();
        arena.close();
    }

    private Map<String, Call> calls() {
        byte[] bytes = new byte[100];
        Path other = path.resolveSibling("other");
        Map<String, Call> calls = new LinkedHashMap<>();
        calls.put("length", () -> storage.length());
        calls.put("write", () -> storage.write(50, bytes, 0, 100));
        calls.put("read", () -> storage.read(50, bytes, 0, 100));
        calls.put("extend", () -> storage.extend(100, 200, false));
        calls.put("extend and reserve", () -> storage.extend(200, 20_000, true));
        calls.put("truncate", () -> storage.truncate(10_000));
        calls.put("map", () -> storage.map(0, 10_000, arena));
        calls.put("sync", () -> storage.sync());
        calls.put("sync of ranges", () -> storage.sync(List.of(new ByteRange(0, 10), new ByteRange(9_000, 10))));
        calls.put("exists", () -> provider.exists(path));
        calls.put("resolve", () -> provider.resolve(path));
        calls.put("identity", () -> provider.identity(path));
        calls.put("create and discard", () -> provider.discard(provider.createTemporary(other)));
        calls.put("lock, create, publish, open, close", () -> {
            HeldLock lock = provider.lock(other);
            provider.publish(provider.createTemporary(other), other);
            provider.open(other, lock).close();
            Files.delete(other);
        });
        calls.put("map in chunks, close", () -> {
            PageStorage file = provider.createTemporary(other);
            ChunkedMapping mapping = new ChunkedMapping(file, 1 << 16);
            mapping.ensure(100_000);
            assertThat(mapping.close(Duration.ofSeconds(1))).isTrue();
            provider.discard(file);
        });
        return calls;
    }

    @TestFactory
    Stream<DynamicTest> aCallOfAnInterruptedThreadSucceedsAndTheThreadIsStillInterrupted() {
        return eachCall((name, call) -> {
            Thread.currentThread().interrupt();
            call.run();
            assertThat(Thread.interrupted()).as("still interrupted after: " + name).isTrue();
        });
    }

    @TestFactory
    Stream<DynamicTest> aCallThatIsInterruptedOverAndOverSucceedsAndTheThreadIsStillInterrupted() {
        return eachCall((name, call) -> {
            AtomicBoolean stop = new AtomicBoolean();
            Thread target = Thread.currentThread();
            Thread nuisance = Thread.ofPlatform().start(() -> {
                while (!stop.get()) {
                    target.interrupt();
                    Thread.onSpinWait();
                }
            });
            boolean interrupted;
            try {
                for (long end = System.nanoTime() + 50_000_000; System.nanoTime() < end;) {
                    call.run();
                }
            } finally {
                stop.set(true);
                interrupted = joinUninterruptibly(nuisance);
            }
            assertThat(interrupted).as("still interrupted after: " + name).isTrue();
        });
    }

    @Test
    void aThreadThatWasNotInterruptedIsNotInterruptedAfterwards() throws Exception {
        for (Call call : calls().values()) {
            call.run();
        }
        assertThat(Thread.interrupted()).isFalse();
    }

    private interface Check {
        void run(String name, Call call) throws Exception;
    }

    private Stream<DynamicTest> eachCall(Check check) {
        return calls().entrySet().stream().map(entry -> DynamicTest.dynamicTest(entry.getKey(), () -> {
            try {
                storage.extend(0, 20_000, false);
                check.run(entry.getKey(), entry.getValue());
            } finally {
                Thread.interrupted();
            }
            byte[] bytes = {1, 2, 3};
            storage.write(10, bytes, 0, 3);
            storage.read(10, new byte[3], 0, 3);
            storage.map(0, 5_000, arena);
            storage.sync();
        }));
    }

    /** Waits for the thread, and tells whether the waiting one had been interrupted before. */
    private static boolean joinUninterruptibly(Thread thread) {
        boolean interrupted = Thread.interrupted();
        while (true) {
            try {
                thread.join();
                return interrupted;
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
    }
}
