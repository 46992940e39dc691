package io.mappedpages.sample;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpResponse;
import java.util.Map;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.SpringBootTest.WebEnvironment;
import org.springframework.boot.test.web.server.LocalServerPort;

import io.mappedpages.Pager;

/** The whole service over real HTTP, on a file of its own that must be in order after each test. */
@SpringBootTest(webEnvironment = WebEnvironment.RANDOM_PORT, properties = {
    "mappedpages.path=target/pages/${random.uuid}.mp",
    "mappedpages.borrow-timeout=300ms"})
abstract class ServiceTest {

    @Autowired
    Pager pager;

    @LocalServerPort
    int port;

    PageClient client;

    @BeforeEach
    void connect() {
        client = new PageClient(port);
    }

    @AfterEach
    void theFileIsInOrder() {
        client.close();
        assertThat(pager.verify().findings()).isEmpty();
    }

    /** Checks that the answer is this problem, with all that belongs to it. */
    static Map<String, Object> assertProblem(HttpResponse<byte[]> response, Problem problem) {
        assertThat(response.statusCode()).as(PageClient.problem(response)).isEqualTo(problem.status().value());
        assertThat(PageClient.header(response, "Content-Type")).isEqualTo("application/problem+json");
        Map<String, Object> document = PageClient.json(response);
        assertThat(document)
                .containsEntry("type", problem.type().toString())
                .containsEntry("title", problem.title())
                .containsEntry("status", problem.status().value())
                .containsEntry("instance", response.uri().getRawPath());
        assertThat((String) document.get("detail")).isNotBlank().doesNotContain("target/pages", "Exception");
        return document;
    }

    static void assertStatus(HttpResponse<byte[]> response, int status) {
        assertThat(response.statusCode()).as(PageClient.problem(response)).isEqualTo(status);
    }
}
