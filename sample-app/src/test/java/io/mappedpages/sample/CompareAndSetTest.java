package io.mappedpages.sample;

import static io.mappedpages.sample.PageClient.header;
import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.test.context.TestPropertySource;

/** Many clients at one page: of those with the same condition exactly one has its way. */
@TestPropertySource(properties = "mappedpages.borrow-timeout=30s") // twenty commits may take their time
class CompareAndSetTest extends ServiceTest {

    private static final int CLIENTS = 20;
    private static final int INCREMENTS = 10;
    private static final int ROUNDS = 20;

    @ParameterizedTest
    @ValueSource(strings = {"/api/protected", "/api/pages"})
    void twentyClientsThatCountInOnePageLoseNoCount(String path) throws Exception {
        String page = header(client.post(path, null), "Location");

        together(CLIENTS, () -> {
            for (int i = 0; i < INCREMENTS; i++) {
                while (!increment(page)) {
                    // somebody else was faster: read again
                }
            }
            return null;
        });

        assertThat(ByteBuffer.wrap(client.get(page).body()).getInt()).isEqualTo(CLIENTS * INCREMENTS);
    }

    private boolean increment(String page) {
        HttpResponse<byte[]> read = client.get(page);
        if (read.statusCode() == 409) { // too many before it
            return false;
        }
        ByteBuffer content = ByteBuffer.wrap(read.body());
        content.putInt(0, content.getInt(0) + 1);
        HttpResponse<byte[]> write = client.put(page, content.array(), "If-Match", header(read, "ETag"));
        assertThat(write.statusCode()).as(PageClient.problem(write)).isIn(204, 412, 409); // 409: too many before it
        return write.statusCode() == 204;
    }

    @ParameterizedTest
    @ValueSource(strings = {"/api/protected", "/api/pages"})
    void ofADeleteAndWritesWithOneConditionExactlyOneHappens(String path) throws Exception {
        for (int round = 0; round < ROUNDS; round++) {
            HttpResponse<byte[]> created = client.post(path, new byte[] {1});
            String page = header(created, "Location");
            String tag = header(created, "ETag");

            List<Integer> writes = new ArrayList<>();
            Future<Integer> delete;
            CyclicBarrier start = new CyclicBarrier(3);
            try (ExecutorService clients = Executors.newFixedThreadPool(3)) {
                delete = clients.submit(() -> {
                    start.await();
                    return client.delete(page, "If-Match", tag).statusCode();
                });
                List<Future<Integer>> puts = new ArrayList<>();
                for (byte value : new byte[] {2, 3}) {
                    puts.add(clients.submit(() -> {
                        start.await();
                        return client.put(page, new byte[] {value}, "If-Match", tag).statusCode();
                    }));
                }
                for (Future<Integer> put : puts) {
                    writes.add(put.get());
                }
            }

            if (delete.get() == 204) {
                assertThat(writes).isSubsetOf(404);
                assertThat(client.get(page).statusCode()).isEqualTo(404);
            } else {
                assertThat(delete.get()).isEqualTo(412);
                assertThat(writes).containsExactlyInAnyOrder(204, 412);
                assertThat(client.get(page).statusCode()).isEqualTo(200);
            }
        }
    }

    private static void together(int clients, Callable<?> work) throws Exception {
        try (ExecutorService threads = Executors.newFixedThreadPool(clients)) {
            List<Future<?>> running = new ArrayList<>();
            for (int i = 0; i < clients; i++) {
                running.add(threads.submit(work));
            }
            for (Future<?> one : running) {
                one.get();
            }
        }
    }
}
