package io.mappedpages.spring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.Map;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
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

import io.mappedpages.FaultyPagers;
import io.mappedpages.PageId;
import io.mappedpages.Pager;
import io.mappedpages.PagerUnavailableException;
import io.mappedpages.internal.storage.FaultyStorageProvider;
import io.mappedpages.internal.storage.FaultyStorageProvider.Call;
import io.mappedpages.internal.storage.FaultyStorageProvider.Fault;
import io.mappedpages.internal.storage.FileStorageProvider;
import io.mappedpages.testing.PageFiles;

/** A whole application with a web server, whose pager fails and comes back. */
@SpringBootTest(webEnvironment = WebEnvironment.RANDOM_PORT, properties = {
    "management.endpoints.web.exposure.include=health,mappedpages,prometheus",
    "management.endpoint.health.show-details=always",
    "management.endpoint.health.probes.enabled=true"})
@DirtiesContext
class UnavailablePagerHttpTest {

    @RegisterExtension
    static final PageFiles FILES = PageFiles.onDisk();

    @DynamicPropertySource
    static void path(DynamicPropertyRegistry properties) {
        properties.add("mappedpages.path", FILES.path()::toString);
    }

    @Configuration(proxyBeanMethods = false)
    @EnableAutoConfiguration
    static class Application {

        @Bean
        FaultyStorageProvider disk() {
            return new FaultyStorageProvider(new FileStorageProvider());
        }

        @Bean
        PagerBuilderCustomizer onDisk(FaultyStorageProvider disk) {
            return builder -> FaultyPagers.on(disk, builder);
        }
    }

    @Autowired
    private Pager pager;

    @Autowired
    private FaultyStorageProvider disk;

    @LocalServerPort
    private int port;

    private final HttpClient client = HttpClient.newHttpClient();

    private HttpResponse<String> get(String path) throws IOException, InterruptedException {
        URI uri = URI.create("http://localhost:" + port + "/actuator/" + path);
        return client.send(HttpRequest.newBuilder(uri).build(), BodyHandlers.ofString());
    }

    @SuppressWarnings("unchecked")
    private static Map<String, Object> part(HttpResponse<String> response, String... names) {
        Map<String, Object> part = JsonParserFactory.getJsonParser().parseMap(response.body());
        for (String name : names) {
            part = (Map<String, Object>) part.get(name);
        }
        return part;
    }

    private static void assertHealth(HttpResponse<String> response, int code, String status, String state) {
        assertThat(response.statusCode()).as(response.body()).isEqualTo(code);
        assertThat(part(response)).containsEntry("status", status);
        assertThat(part(response, "components", "mappedpages")).containsEntry("status", status);
        assertThat(part(response, "components", "mappedpages", "details")).containsEntry("state", state);
    }

    @Test
    void afterAFailedRemapHealthIs503WithTheStateAndLivenessIs200UntilThePagerIsReopened() throws Exception {
        FILES.add(pager); // verified, and closed, after the test
        PageId kept = pager.alloc();
        assertHealth(get("health"), 200, "UP", "Open");

        disk.failNext(Call.MAP, Fault.BEFORE);
        long pages = pager.pageCount();
        assertThatExceptionOfType(PagerUnavailableException.class).isThrownBy(() -> {
            while (true) {
                pager.alloc(); // sooner or later the file has to grow, and to be mapped again
            }
        }).withRootCauseInstanceOf(IOException.class);

        HttpResponse<String> down = get("health");
        assertHealth(down, 503, "DOWN", "Unavailable");
        assertThat((String) part(down, "components", "mappedpages", "details").get("cause"))
                .contains("told to fail: MAP");
        assertThat(get("health/mappedpages").statusCode()).isEqualTo(503);
        assertThat(get("health/liveness").statusCode()).isEqualTo(200);
        assertThat(get("health/liveness").body()).doesNotContain("mappedpages");
        assertThat(part(get("mappedpages"), "pagers", "pager")).containsEntry("state", "Unavailable")
                .containsKey("failure").doesNotContainKey("pages");
        assertThat(get("prometheus").body()).contains("mappedpages_pages{pager=\"pager\"} NaN");

        pager.reopen();

        assertHealth(get("health"), 200, "UP", "Open");
        assertThat(get("health/liveness").statusCode()).isEqualTo(200);
        assertThat(part(get("mappedpages/pager"))).containsEntry("state", "Open").doesNotContainKey("failure");
        assertThat(pager.pageCount()).isGreaterThanOrEqualTo(pages);
        assertThat(pager.allocatedPages()).contains(kept);
    }
}
