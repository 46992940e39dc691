package io.mappedpages.internal.transaction;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;

import com.sun.management.OperatingSystemMXBean;

import io.mappedpages.internal.engine.EngineConfig;
import io.mappedpages.internal.engine.EngineEvents;
import io.mappedpages.internal.storage.FaultyStorageProvider;
import io.mappedpages.internal.storage.FaultyStorageProvider.Call;
import io.mappedpages.internal.storage.FileStorageProvider;
import io.mappedpages.testing.Background;

/**
 * Measures what waiting in line costs: so many threads wait while the leader is in a sync. No test, for a number is not
 * right or wrong. Arguments: threads, seconds.
 */
final class WaitingCost {

    private WaitingCost() {
    }

    public static void main(String[] arguments) throws IOException, InterruptedException {
        int threads = Integer.parseInt(arguments[0]);
        int seconds = Integer.parseInt(arguments[1]);
        Path directory = Files.createTempDirectory("waiting-cost");
        FaultyStorageProvider storage = new FaultyStorageProvider(new FileStorageProvider());
        LoneFile lone = LoneFile.create(new EngineConfig(directory.resolve("pages"), 10, 8_000 << 10, Long.MAX_VALUE,
                1 << 20, false, Duration.ofSeconds(1), false, false, -1, () -> 1, EngineEvents.NONE, 1 << 20, storage));
        lone.commit(new Allocation(lone.file(), 1, 1));
        CountDownLatch go = new CountDownLatch(1);
        storage.beforeNext(Call.SYNC_RANGES, () -> {
            try {
                go.await();
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
        });
        List<Background<Boolean>> all = new ArrayList<>();
        all.add(Background.start(() -> lone.commit(new Allocation(lone.file(), 1, 0))));
        for (int i = 0; i < threads; i++) {
            all.add(Background.start(() -> lone.commit(new Allocation(lone.file(), 1, 0))));
        }
        while (lone.leadership().waiting() < threads) {
            Thread.sleep(10);
        }
        OperatingSystemMXBean system = (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
        Thread.sleep(1_000); // what is compiled now is compiled
        long cpu = system.getProcessCpuTime();
        long begin = System.nanoTime();
        Thread.sleep(1_000L * seconds);
        System.out.printf("%,d threads waited for %,d ms: %,d ms of processor time%n", threads,
                (System.nanoTime() - begin) / 1_000_000, (system.getProcessCpuTime() - cpu) / 1_000_000);
        go.countDown();
        all.forEach(Background::result);
        lone.close();
        Files.delete(directory.resolve("pages"));
        Files.delete(directory);
    }
}
