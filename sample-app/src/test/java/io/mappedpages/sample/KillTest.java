package io.mappedpages.sample;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestReporter;
import org.junit.jupiter.api.io.TempDir;

import io.mappedpages.Pager;
import io.mappedpages.sample.PageClient.NoAnswerException;

/** {@code kill -9} while clients write, and every acknowledged protected write is there afterwards. */
class KillTest {

    private static final int KILLS = 3;
    private static final int CLIENTS = 6;
    private static final int PAGES_PER_CLIENT = 3;
    private static final int PAGE_SIZE = 4096;
    /** A kill comes after so many acknowledged writes at most. */
    private static final int MOST_WRITES = 400;

    @TempDir
    private Path directory;

    private long seed;
    private Random random;

    /** What was written to a page: its client alone writes to it, one version after the other. */
    private record Version(int acknowledged, int attempted) {
    }

    /** By the page's path. */
    private final Map<String, Version> written = new ConcurrentHashMap<>();

    @BeforeEach
    void seed(TestReporter reporter) {
        seed = Long.getLong("seed", System.nanoTime());
        random = new Random(seed);
        reporter.publishEntry("seed", Long.toString(seed));
    }

    @Test
    void everyAcknowledgedProtectedWriteSurvivesTheKillOfTheProcess() throws Exception {
        Path pages = directory.resolve("pages.mp");
        SampleProcess service = SampleProcess.start(pages, directory.resolve("0.log"));
        try {
            for (int kill = 1; kill <= KILLS; kill++) {
                writeUntilKilled(service, 1 + random.nextInt(MOST_WRITES));
                service = SampleProcess.start(pages, directory.resolve(kill + ".log"));
                checkAll(service);
            }
            writeOnce(service);
            assertThat(service.stop()).as("ended by itself").isTrue();
        } finally {
            service.close();
        }

        try (Pager pager = Pager.open(pages)) {
            assertThat(pager.recovery()).as("after an orderly end").isEmpty();
            assertThat(pager.verify().findings()).isEmpty();
        }
    }

    private void writeUntilKilled(SampleProcess service, int writes) throws Exception {
        CountDownLatch due = new CountDownLatch(writes);
        try (PageClient client = new PageClient(service.port());
                ExecutorService clients = Executors.newFixedThreadPool(CLIENTS)) {
            List<Future<?>> running = new ArrayList<>();
            for (int i = 0; i < CLIENTS; i++) {
                Random choice = new Random(random.nextLong());
                running.add(clients.submit(() -> writeOn(client, choice, due)));
            }
            assertThat(due.await(1, TimeUnit.MINUTES)).as("%d writes, seed %d", writes, seed).isTrue();
            service.kill();
            for (Future<?> one : running) {
                one.get();
            }
        }
    }

    /** The first write puts the file in order; until then every opening reports what the kill left behind. */
    private void writeOnce(SampleProcess service) {
        try (PageClient client = new PageClient(service.port())) {
            create(client);
        }
    }

    /** What one client does, until nobody answers any more. */
    private void writeOn(PageClient client, Random choice, CountDownLatch due) {
        try {
            List<String> mine = new ArrayList<>();
            while (mine.size() < PAGES_PER_CLIENT) {
                mine.add(create(client));
            }
            while (true) {
                put(client, mine.get(choice.nextInt(mine.size())));
                due.countDown();
            }
        } catch (NoAnswerException e) {
            // the process is gone
        }
    }

    private String create(PageClient client) {
        HttpResponse<byte[]> created = client.post("/api/protected", null);
        assertThat(created.statusCode()).as(PageClient.problem(created)).isEqualTo(201);
        String page = "/api/protected/" + PageClient.json(created).get("id");
        assertThat(written.putIfAbsent(page, new Version(0, 0))).as(page + " was handed out already").isNull();
        return page;
    }

    private void put(PageClient client, String page) {
        Version before = written.get(page);
        int next = before.attempted() + 1;
        written.put(page, new Version(before.acknowledged(), next));
        HttpResponse<byte[]> answer = client.put(page, content(page, next));
        assertThat(answer.statusCode()).as(PageClient.problem(answer)).isEqualTo(204);
        written.put(page, new Version(next, next));
    }

    private void checkAll(SampleProcess service) {
        try (PageClient client = new PageClient(service.port())) {
            written.forEach((page, version) -> {
                HttpResponse<byte[]> read = client.get(page);
                assertThat(read.statusCode()).as("%s of %s, seed %d", page, version, seed).isEqualTo(200);
                int found = ByteBuffer.wrap(read.body()).getInt();
                assertThat(found).as("%s, seed %d", page, seed)
                        .isBetween(version.acknowledged(), version.attempted());
                assertThat(read.body()).as("%s, whole, seed %d", page, seed).isEqualTo(content(page, found));
                written.put(page, new Version(found, found)); // what is seen once stays
            });
        }
    }

    /** Version 0 is what a new page holds; every other fills the page with bytes of its own. */
    private static byte[] content(String page, int version) {
        byte[] bytes = new byte[PAGE_SIZE];
        if (version > 0) {
            new Random(page.hashCode() * 31L + version).nextBytes(bytes);
            ByteBuffer.wrap(bytes).putInt(version);
        }
        return bytes;
    }
}
