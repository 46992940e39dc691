package io.mappedpages.spring;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.context.SmartLifecycle;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;

import io.mappedpages.Pager;
import io.mappedpages.PagerState;
import io.mappedpages.testing.PageFiles;

/** That a pager is closed only when nobody can ask for it any more. */
class ShutdownOrderTest {

    @RegisterExtension
    private final PageFiles files = PageFiles.onDisk();

    private final Path file = files.path();

    /** Where in its shutdown the application is. */
    static final class Progress {
        final CountDownLatch requestArrived = new CountDownLatch(1);
        final CountDownLatch shutdownBegan = new CountDownLatch(1);
        final AtomicReference<PagerState> whenAllElseHadStopped = new AtomicReference<>();
    }

    /** Stops when told by its phase: the highest first. */
    private record Observer(int phase, Runnable onStop) implements SmartLifecycle {

        @Override
        public int getPhase() {
            return phase;
        }

        @Override
        public void start() {
            // only stopping is of interest
        }

        @Override
        public void stop() {
            onStop.run();
        }

        @Override
        public boolean isRunning() {
            return true;
        }
    }

    @Configuration(proxyBeanMethods = false)
    @EnableAutoConfiguration
    static class Application {

        @Bean
        Progress progress() {
            return new Progress();
        }

        @Bean
        Observer first(Progress progress) {
            return new Observer(Integer.MAX_VALUE, progress.shutdownBegan::countDown);
        }

        @Bean
        Observer last(Progress progress, Pager pager) {
            return new Observer(Integer.MIN_VALUE, () -> progress.whenAllElseHadStopped.set(pager.state()));
        }

        @Bean
        Slow slow(Progress progress, Pager pager) {
            return new Slow(progress, pager);
        }
    }

    /** Answers once the shutdown has begun, and needs the pager for it. */
    @RestController
    static class Slow {

        private final Progress progress;
        private final Pager pager;

        Slow(Progress progress, Pager pager) {
            this.progress = progress;
            this.pager = pager;
        }

        @GetMapping("/slow")
        String slow() throws InterruptedException {
            progress.requestArrived.countDown();
            if (!progress.shutdownBegan.await(30, TimeUnit.SECONDS)) {
                return "no shutdown";
            }
            return "page " + pager.alloc().number();
        }
    }

    @Test
    @Timeout(120)
    void aRequestThatIsInFlightAtShutdownStillHasThePager() throws Exception {
        var context = SpringApplication.run(Application.class, "--server.port=0",
                "--mappedpages.path=" + file);
        Progress progress = context.getBean(Progress.class);
        Pager pager = context.getBean(Pager.class);
        CompletableFuture<HttpResponse<String>> response;
        try {
            URI uri = URI.create("http://localhost:" + context.getEnvironment().getProperty("local.server.port")
                    + "/slow");
            response = HttpClient.newHttpClient().sendAsync(HttpRequest.newBuilder(uri).build(),
                    BodyHandlers.ofString());
            assertThat(progress.requestArrived.await(30, TimeUnit.SECONDS)).isTrue();
        } finally {
            context.close(); // returns when all is stopped and destroyed
        }

        assertThat(response.get().statusCode()).isEqualTo(200);
        assertThat(response.get().body()).isEqualTo("page 3");
        assertThat(progress.whenAllElseHadStopped).hasValue(PagerState.OPEN);
        assertThat(pager.state()).isEqualTo(PagerState.CLOSED);
        try (Pager again = Pager.open(file)) {
            assertThat(again.allocatedPages()).hasSize(1);
            assertThat(again.recovery()).isEmpty();
        }
    }
}
