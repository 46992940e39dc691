package io.mappedpages.spring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.UUID;

import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.json.JsonParserFactory;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.SpringBootTest.WebEnvironment;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.test.annotation.DirtiesContext;
import org.springframework.test.context.DynamicPropertyRegistry;
import org.springframework.test.context.DynamicPropertySource;

import io.mappedpages.FaultInjection;
import io.mappedpages.Pager;
import io.mappedpages.PagerState;
import io.mappedpages.PagerUnavailableException;
import io.mappedpages.testing.Patience;

/** What the actuator endpoint does over HTTP. */
class EndpointOperationsHttpTest {

    @TempDir
    static Path directory;

    @Configuration(proxyBeanMethods = false)
    @EnableAutoConfiguration
    static class Application {

        @Bean
        FaultInjection faults() {
            return new FaultInjection();
        }

        @Bean
        PagerBuilderCustomizer withFaults(FaultInjection faults) {
            return builder -> builder.faults(faults);
        }
    }

    abstract static class Service {

        @Autowired
        Pager pager;

        @Autowired
        FaultInjection faults;

        @LocalServerPort
        int port;

        private final HttpClient client = HttpClient.newHttpClient();

        @DynamicPropertySource
        static void path(DynamicPropertyRegistry properties) {
            properties.add("mappedpages.path", () -> directory.resolve(UUID.randomUUID() + ".pages").toString());
        }

        HttpResponse<String> get(String path) throws IOException, InterruptedException {
            return client.send(HttpRequest.newBuilder(uri(path)).build(), BodyHandlers.ofString());
        }

        HttpResponse<String> post(String path) throws IOException, InterruptedException {
            return client.send(HttpRequest.newBuilder(uri(path)).POST(BodyPublishers.noBody()).build(),
                    BodyHandlers.ofString());
        }

        private URI uri(String path) {
            return URI.create("http://localhost:" + port + "/actuator/mappedpages/" + path);
        }

        void fail() {
            faults.failNext(FaultInjection.Call.SYNC);
            assertThatExceptionOfType(PagerUnavailableException.class).isThrownBy(pager::alloc);
        }

        String events() {
            try {
                return json(get("pager/events")).get("events").toString();
            } catch (IOException | InterruptedException e) {
                throw new AssertionError(e);
            }
        }

        static Map<String, Object> json(HttpResponse<String> response) {
            assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
            return JsonParserFactory.getJsonParser().parseMap(response.body());
        }
    }

    @Nested
    @SpringBootTest(classes = Application.class, webEnvironment = WebEnvironment.RANDOM_PORT, properties = {
        "management.endpoints.web.exposure.include=mappedpages"})
    @DirtiesContext
    class WhereNothingIsSaid extends Service {

        @Test
        void nobodyCanDoAnythingButRead() throws Exception {
            fail();

            for (String action : List.of("reopen", "verify", "trim", "checkpoint")) {
                assertThat(post("pager/" + action).statusCode()).isEqualTo(405);
            }

            assertThat(pager.state()).isEqualTo(PagerState.UNAVAILABLE);
            assertThat(json(get("pager"))).containsEntry("state", "Unavailable");
            Patience.await("the event is told", () -> events().contains("to=Unavailable"));
            assertThat(events()).contains("FaultInjection");
            assertThat(get("pager/map").statusCode()).isEqualTo(503);
        }
    }

    @Nested
    @SpringBootTest(classes = Application.class, webEnvironment = WebEnvironment.RANDOM_PORT, properties = {
        "management.endpoints.web.exposure.include=mappedpages",
        "management.endpoint.mappedpages.access=unrestricted", "mappedpages.initial-size=1MB"})
    @DirtiesContext
    class WhereTheApplicationGrantsIt extends Service {

        @Test
        void thePagerIsReopened() throws Exception {
            fail();

            assertThat(json(post("pager/reopen"))).containsEntry("state", "Open");

            pager.alloc();
            Patience.await("both events are told", () -> events().contains("to=Open"));
            assertThat(events()).containsSubsequence("to=Open", "to=Unavailable");
        }

        @Test
        void theFileIsCheckedTrimmedAndGetsACheckpoint() throws Exception {
            assertThat(json(post("pager/verify")).get("report").toString()).contains("findings=[]");
            pager.allocBulk(3);
            assertThat(json(post("pager/checkpoint")).get("counters").toString())
                    .contains("recordsSinceCheckpoint=0");
            long pages = pager.pageCount();
            Object trimmed = json(post("pager/trim")).get("pages");
            assertThat(((Number) trimmed).longValue()).isEqualTo(pages - pager.pageCount()).isPositive();
        }

        @Test
        @SuppressWarnings("unchecked")
        void theMapIsToldInRangesPieceByPiece() throws Exception {
            pager.allocProtected();
            Map<String, Object> all = json(get("pager/map"));
            assertThat((List<Map<String, Object>>) all.get("ranges")).first()
                    .isEqualTo(Map.of("first", 0, "count", 3, "use", "INTERNAL"));
            assertThat(all).doesNotContainKey("next");

            Map<String, Object> first = json(get("pager/map?limit=1"));
            assertThat((List<?>) first.get("ranges")).hasSize(1);
            Map<String, Object> second = json(get("pager/map?limit=1&from=" + first.get("next")));
            assertThat((List<?>) second.get("ranges")).first().isEqualTo(((List<?>) all.get("ranges")).get(1));

            assertThat(get("pager/map?limit=0").statusCode()).isEqualTo(400);
            assertThat(get("pager/map?from=-1").statusCode()).isEqualTo(400);
        }

        @Test
        void whatIsRefusedIsSaidWithTheReason() throws Exception {
            pager.suspend();

            HttpResponse<String> refused = post("pager/trim");

            assertThat(refused.statusCode()).isEqualTo(503);
            assertThat(refused.body()).contains("is suspended");
            pager.reopen();
        }

        @Test
        void whatIsNotThereIsNotFound() throws Exception {
            assertThat(get("nobody").statusCode()).isEqualTo(404);
            assertThat(get("nobody/map").statusCode()).isEqualTo(404);
            assertThat(post("nobody/reopen").statusCode()).isEqualTo(400);
            assertThat(post("pager/explode").statusCode()).isEqualTo(400);
        }
    }
}
