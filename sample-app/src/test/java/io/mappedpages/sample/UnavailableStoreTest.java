package io.mappedpages.sample;

import static io.mappedpages.sample.PageClient.header;
import static io.mappedpages.sample.PageClient.json;
import static io.mappedpages.sample.PageClient.text;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.List;

import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.TestConfiguration;
import org.springframework.context.annotation.Bean;

import io.mappedpages.FaultyPagers;
import io.mappedpages.PagerIoException;
import io.mappedpages.internal.storage.FaultyStorageProvider;
import io.mappedpages.internal.storage.FaultyStorageProvider.Call;
import io.mappedpages.internal.storage.FaultyStorageProvider.Fault;
import io.mappedpages.internal.storage.FileStorageProvider;
import io.mappedpages.spring.PagerBuilderCustomizer;

/** A disk that fails under the service. */
class UnavailableStoreTest extends ServiceTest {

    @TestConfiguration(proxyBeanMethods = false)
    static class FaultyDisk {

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
    private FaultyStorageProvider disk;

    @Test
    void afterAFailedRemapEverythingIs503UntilTheStoreIsReopenedAndNothingIsLost() {
        List<String> pages = new ArrayList<>();
        HttpResponse<byte[]> last = client.post("/api/protected", new byte[] {1});
        disk.failNext(Call.MAP, Fault.BEFORE);
        while (last.statusCode() == 201) { // until the file has to grow beyond what is mapped
            pages.add(header(last, "Location"));
            last = client.post("/api/protected", new byte[] {(byte) (pages.size() + 1)});
        }

        assertUnavailable(last);
        assertThat(pages).isNotEmpty();
        String page = pages.getFirst();
        assertUnavailable(client.get(page));
        assertUnavailable(client.put(page, new byte[] {9}));
        assertUnavailable(client.put(page, new byte[] {9}, "If-Match", "*"));
        assertUnavailable(client.delete(page));
        assertUnavailable(client.delete(page, "If-Match", "*"));
        assertUnavailable(client.post("/api/pages", null));
        assertHealth(503, "DOWN", "Unavailable");
        assertStatus(client.get("/actuator/health/readiness"), 503);
        assertStatus(client.get("/actuator/health/liveness"), 200);
        assertThat(json(client.get("/api/pager")))
                .containsEntry("state", "Unavailable").containsKey("failure").doesNotContainKey("counts");

        disk.failNext(Call.OPEN, Fault.BEFORE);
        assertThatThrownBy(pager::reopen).isInstanceOf(PagerIoException.class);
        assertUnavailable(client.get(page));

        pager.reopen();
        assertThat(json(client.get("/api/pager"))).containsEntry("state", "Open").containsKey("counts")
                .doesNotContainKey("failure");
        assertHealth(200, "UP", "Open");
        for (int i = 0; i < pages.size(); i++) {
            assertThat(client.get(pages.get(i)).body()[0]).isEqualTo((byte) (i + 1));
        }
        assertStatus(client.put(page, new byte[] {9}), 204);
        assertStatus(client.post("/api/protected", null), 201);
    }

    @Test
    void aWriteThatFailsIs503AndIsNotThereAfterwards() {
        String page = header(client.post("/api/protected", new byte[] {1}), "Location");
        disk.failNext(Call.WRITE, Fault.BEFORE);

        assertUnavailable(client.put(page, new byte[] {2}));

        pager.reopen();
        assertThat(client.get(page).body()[0]).isEqualTo((byte) 1);
    }

    private static void assertUnavailable(HttpResponse<byte[]> response) {
        assertProblem(response, Problem.UNAVAILABLE);
        assertThat(Integer.parseInt(header(response, "Retry-After"))).isPositive();
    }

    private void assertHealth(int code, String status, String state) {
        HttpResponse<byte[]> health = client.get("/actuator/health/mappedpages");
        assertThat(health.statusCode()).as(text(health)).isEqualTo(code);
        assertThat(json(health)).containsEntry("status", status);
        assertThat(text(health)).contains("\"state\":\"" + state + "\"");
        assertThat(client.get("/actuator/health").statusCode()).isEqualTo(code);
    }
}
