package io.mappedpages.spring;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.foreign.ValueLayout;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;

import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.SmartLifecycle;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RestController;

import io.mappedpages.MappedPageException;
import io.mappedpages.Pager;
import io.mappedpages.PagerState;
import io.mappedpages.ProtectedPageId;
import io.mappedpages.testing.PageFiles;
import io.mappedpages.testing.Patience;

/** An application is stopped while requests run: in order, or at once. */
@Timeout(180)
class RequestsAtShutdownTest {

    private static final int REQUESTS = 16;
    /** As a page's buffer is. */
    private static final ValueLayout.OfLong LITTLE = ValueLayout.JAVA_LONG.withOrder(ByteOrder.LITTLE_ENDIAN);

    @RegisterExtension
    private final PageFiles files = PageFiles.onDisk();

    private final Path file = files.path();

    private final HttpClient client = HttpClient.newHttpClient();

    /** A page that was stored, and what is in it. */
    record Stored(long page, long content) {
    }

    @Configuration(proxyBeanMethods = false)
    @EnableAutoConfiguration
    static class Application {

        @Bean
        Requests requests(Pager pager) {
            return new Requests(pager);
        }

        /** Is told first that the application stops. */
        @Bean
        SmartLifecycle herald(Requests requests) {
            return new SmartLifecycle() {
                private volatile boolean running;

                @Override
                public void start() {
                    running = true;
                }

                @Override
                public void stop() {
                    running = false;
                    requests.shutdownBegan.countDown();
                }

                @Override
                public boolean isRunning() {
                    return running;
                }
            };
        }
    }

    @RestController
    static class Requests {

        private final Pager pager;
        private final CountDownLatch arrived = new CountDownLatch(REQUESTS);
        private final CountDownLatch shutdownBegan = new CountDownLatch(1);
        private final CountDownLatch ended = new CountDownLatch(REQUESTS);
        private final Queue<Stored> stored = new ConcurrentLinkedQueue<>();
        private final Queue<Throwable> failures = new ConcurrentLinkedQueue<>();
        private final Queue<Boolean> virtual = new ConcurrentLinkedQueue<>();

        Requests(Pager pager) {
            this.pager = pager;
        }

        /** Begins before the application stops, and stores something then. */
        @PostMapping("/store/{content}")
        String store(@PathVariable long content) throws InterruptedException {
            virtual.add(Thread.currentThread().isVirtual());
            arrived.countDown();
            shutdownBegan.await();
            return Long.toString(store(pager, content).page());
        }

        /** Stores until it cannot any more, whatever its thread is told meanwhile. */
        @PostMapping("/store-on/{content}")
        String storeOn(@PathVariable long content) {
            virtual.add(Thread.currentThread().isVirtual());
            try {
                stored.add(store(pager, content));
                arrived.countDown();
                while (true) {
                    stored.add(store(pager, content));
                }
            } catch (MappedPageException e) {
                failures.add(e);
                throw e;
            } finally {
                ended.countDown();
            }
        }

        /** Has a page borrowed, and a change that is not committed, until the pager is closed. */
        @PostMapping("/keep/{content}")
        String keep(@PathVariable long content) {
            virtual.add(Thread.currentThread().isVirtual());
            try {
                Stored before = store(pager, content);
                stored.add(before);
                try (var writer = pager.write(new ProtectedPageId(before.page()))) {
                    writer.byteBuffer().putLong(0, -content);
                    arrived.countDown();
                    Patience.await("the pager is closed", () -> pager.state() == PagerState.CLOSED);
                    writer.commit();
                }
                return "kept";
            } catch (RuntimeException e) {
                failures.add(e);
                throw e;
            } finally {
                ended.countDown();
            }
        }

        private static Stored store(Pager pager, long content) {
            ProtectedPageId id = pager.transact(transaction -> {
                ProtectedPageId page = transaction.allocProtected();
                transaction.write(page).byteBuffer().putLong(0, content);
                return page;
            });
            return new Stored(id.number(), content);
        }
    }

    private ConfigurableApplicationContext start(boolean virtual, String... more) {
        List<String> arguments = new ArrayList<>(List.of(more));
        arguments.addAll(List.of("--server.port=0", "--mappedpages.path=" + file,
                ClosedFile.JOURNAL,
                "--spring.threads.virtual.enabled=" + virtual));
        return SpringApplication.run(Application.class, arguments.toArray(String[]::new));
    }

    private CompletableFuture<HttpResponse<String>> post(ConfigurableApplicationContext context, String path) {
        URI uri = URI.create("http://localhost:" + context.getEnvironment().getProperty("local.server.port") + path);
        return client.sendAsync(HttpRequest.newBuilder(uri).POST(HttpRequest.BodyPublishers.noBody()).build(),
                BodyHandlers.ofString());
    }

    private void assertThatTheFileIsInOrderAndHas(Iterable<Stored> all) {
        ClosedFile.assertThatItWasClosed(file);
        try (Pager again = Pager.open(file)) {
            assertThat(all).isNotEmpty().allSatisfy(stored -> assertThat(
                    (long) again.read(new ProtectedPageId(stored.page()), page -> page.get(LITTLE, 0)))
                    .isEqualTo(stored.content()));
        }
    }

    @ParameterizedTest(name = "on virtual threads: {0}")
    @ValueSource(booleans = {false, true})
    void requestsThatAreUnderWayFinishAndWhatTheyStoreIsThere(boolean virtual) throws Exception {
        List<CompletableFuture<HttpResponse<String>>> responses;
        Requests requests;
        try (var context = start(virtual)) {
            requests = context.getBean(Requests.class);
            responses = IntStream.range(0, REQUESTS).mapToObj(i -> post(context, "/store/" + (i + 1))).toList();
            assertThat(requests.arrived.await(60, TimeUnit.SECONDS)).isTrue();
        }

        List<Stored> acknowledged = new ArrayList<>();
        for (int i = 0; i < REQUESTS; i++) {
            HttpResponse<String> response = responses.get(i).get(60, TimeUnit.SECONDS);
            assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
            acknowledged.add(new Stored(Long.parseLong(response.body()), i + 1));
        }
        assertThat(requests.virtual).containsOnly(virtual);
        assertThatTheFileIsInOrderAndHas(acknowledged);
    }

    @ParameterizedTest(name = "on virtual threads: {0}")
    @ValueSource(booleans = {false, true})
    void whereNobodyWaitsForThemTheyFailAndTheFileIsInOrder(boolean virtual) throws Exception {
        List<CompletableFuture<HttpResponse<String>>> responses;
        Requests requests;
        try (var context = start(virtual, "--server.shutdown=immediate", "--mappedpages.borrow-timeout=100ms")) {
            requests = context.getBean(Requests.class);
            responses = IntStream.range(0, REQUESTS)
                    .mapToObj(i -> post(context, (i % 4 == 0 ? "/keep/" : "/store-on/") + (i + 1))).toList();
            assertThat(requests.arrived.await(60, TimeUnit.SECONDS)).isTrue();
        }

        assertThat(requests.ended.await(60, TimeUnit.SECONDS)).as("no request hangs").isTrue();
        assertThat(requests.failures).hasSize(REQUESTS).hasOnlyElementsOfTypes(MappedPageException.class,
                IllegalStateException.class);
        assertThat(requests.virtual).containsOnly(virtual);
        for (CompletableFuture<HttpResponse<String>> response : responses) {
            HttpResponse<String> answer = response.handle((some, _) -> some).get(60, TimeUnit.SECONDS);
            assertThat(answer == null ? 500 : answer.statusCode()).as("cut off, or an error")
                    .isGreaterThanOrEqualTo(500);
        }
        assertThatTheFileIsInOrderAndHas(requests.stored);
    }
}
