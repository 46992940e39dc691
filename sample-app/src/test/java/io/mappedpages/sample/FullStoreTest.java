package io.mappedpages.sample;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.List;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.test.context.TestPropertySource;

@TestPropertySource(properties = "mappedpages.max-size=64KB")
class FullStoreTest extends ServiceTest {

    @ParameterizedTest
    @ValueSource(strings = {"/api/protected", "/api/pages"})
    void aFullStoreRefusesNewPagesAndGoesOnWithTheOthers(String path) {
        List<String> pages = new ArrayList<>();
        HttpResponse<byte[]> last = client.post(path, new byte[] {7});
        while (last.statusCode() == 201) {
            pages.add(PageClient.header(last, "Location"));
            last = client.post(path, new byte[] {7});
        }

        assertProblem(last, Problem.FULL);
        assertThat(pages).hasSizeGreaterThan(4);
        assertStatus(client.put(pages.getFirst(), new byte[] {8}), 204);
        assertThat(client.get(pages.getFirst()).body()[0]).isEqualTo((byte) 8);
        assertStatus(client.get("/actuator/health"), 200);
        assertStatus(client.delete(pages.removeLast()), 204);
        HttpResponse<byte[]> again = client.post(path, null);
        assertStatus(again, 201);
        pages.add(PageClient.header(again, "Location"));
        pages.forEach(client::delete);
    }
}
