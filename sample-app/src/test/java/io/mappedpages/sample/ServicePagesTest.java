package io.mappedpages.sample;

import static io.mappedpages.sample.PageClient.header;
import static io.mappedpages.sample.PageClient.json;
import static io.mappedpages.sample.PageClient.text;
import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpResponse;
import java.util.List;
import java.util.Map;

import com.jayway.jsonpath.JsonPath;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import io.mappedpages.PagerState;

/** What the service says about itself. */
class ServicePagesTest extends ServiceTest {

    @Test
    void thePagerTellsGeometryCountsAndState() {
        client.post("/api/protected", null);

        assertThat(json(client.get("/api/pager")))
                .containsEntry("state", "Open")
                .containsEntry("pageSize", 4096)
                .containsEntry("counts", Map.of(
                        "pages", (int) pager.pageCount(),
                        "free", (int) pager.freePageCount(),
                        "protectedPages", (int) pager.protectedPageCount()))
                .doesNotContainKeys("failure", "recovery");
    }

    @Test
    void healthWithProbesMetersAndTheEndpointAreThere() {
        assertThat(text(client.get("/actuator/health"))).contains("\"mappedpages\":{", "\"state\":\"Open\"");
        assertStatus(client.get("/actuator/health/liveness"), 200);
        assertStatus(client.get("/actuator/health/readiness"), 200);
        assertThat(text(client.get("/actuator/health/liveness"))).doesNotContain("mappedpages");
        assertThat(text(client.get("/actuator/metrics/mappedpages.pages"))).contains("\"baseUnit\":\"pages\"");
        assertThat(text(client.get("/actuator/prometheus"))).contains("mappedpages_pages{", "mappedpages_free_pages{");
        assertStatus(client.get("/actuator/mappedpages"), 200);
        assertStatus(client.get("/actuator/env"), 404);
    }

    @Test
    void theRootIsThePageThatLeadsToTheOpenApiPage() {
        assertThat(text(client.get("/"))).contains("<title>mappedpages</title>", "href=\"/swagger-ui.html\"");

        HttpResponse<byte[]> page = client.get("/swagger-ui.html");
        assertStatus(page, 302);
        assertThat(text(client.get(header(page, "Location")))).contains("swagger-ui");
    }

    @ParameterizedTest
    @ValueSource(strings = {"/js/app.js", "/style.css", "/webjars/uplot/dist/uPlot.esm.js",
        "/webjars/uplot/dist/uPlot.min.css"})
    void whatThePageNeedsComesFromThisService(String path) {
        assertStatus(client.get(path), 200);
    }

    @ParameterizedTest
    @ValueSource(strings = {"/", "/js/app.js", "/api/pager", "/api/pages/999999"})
    void nothingFromElsewhereAndNothingInlineRunsInThePage(String path) {
        HttpResponse<byte[]> answer = client.get(path);

        assertThat(header(answer, "Content-Security-Policy"))
                .contains("default-src 'none'", "script-src 'self'", "frame-ancestors 'none'").doesNotContain("unsafe");
        assertThat(header(answer, "X-Content-Type-Options")).isEqualTo("nosniff");
    }

    @Test
    void nobodyCanReopenTheStoreOrMakeItFail() {
        for (String path : List.of("/api/pager/reopen", "/api/demo/reopen", "/api/demo/kill", "/api/demo/fill",
                "/api/demo/fail-sync")) {
            assertStatus(client.post(path, null), 404);
        }
        assertStatus(client.delete("/api/demo/fill"), 404);
        int actuator = client.post("/actuator/mappedpages/pager/suspend", null).statusCode();
        assertThat(actuator).isIn(404, 405);
        assertThat(pager.state()).isEqualTo(PagerState.OPEN);
    }

    @Test
    void anotherWebSiteCannotMakeAVisitorsBrowserChangeAnything() {
        String page = header(client.post("/api/pages", null), "Location");

        for (String[] foreign : new String[][] {{"Sec-Fetch-Site", "cross-site"}, {"Sec-Fetch-Site", "same-site"},
            {"Origin", "http://elsewhere.example"}, {"Origin", "null"}}) {
            assertProblem(client.post("/api/pages", null, foreign), Problem.CROSS_SITE);
            assertProblem(client.delete(page, foreign), Problem.CROSS_SITE);
            assertProblem(client.put("/api/load?writers=1", null, foreign), Problem.CROSS_SITE);
            assertStatus(client.get(page, foreign), 200);
        }
        assertStatus(client.put(page, new byte[1], "Origin", "http://localhost:" + port), 204);
        assertStatus(client.delete(page, "Sec-Fetch-Site", "same-origin"), 204);
    }

    @Test
    void theOpenApiDocumentTellsOfEveryStatus() {
        String document = text(client.get("/v3/api-docs"));

        for (String kind : List.of("pages", "protected")) {
            assertStatuses(document, "/api/" + kind, "get", "200", "400", "500", "503");
            assertStatuses(document, "/api/" + kind, "post", "201", "400", "403", "413", "415", "503", "507");
            assertStatuses(document, "/api/" + kind + "/{id}", "get", "200", "304", "400", "404", "409", "500", "503");
            assertStatuses(document, "/api/" + kind + "/{id}", "put", "204", "400", "403", "404", "409", "412", "413",
                    "415",
                    "500", "503");
            assertStatuses(document, "/api/" + kind + "/{id}", "delete", "204", "400", "403", "404", "409", "412",
                    "500",
                    "503");
        }
        assertThat(JsonPath.<List<String>>read(document, "$..operationId")).doesNotHaveDuplicates().contains(
                "createProtectedPage", "readRegularPage", "listRegularPage", "describePager", "watchLive");
        assertThat(JsonPath.<List<String>>read(document,
                "$..['application/octet-stream'].schema.format")).hasSize(7).containsOnly("binary");
        assertThat(JsonPath.<List<String>>read(document, "$..parameters[?(@.name=='id')].schema.type"))
                .hasSize(7).containsOnly("integer");
    }

    private static void assertStatuses(String document, String path, String method, String... statuses) {
        Map<String, Object> responses = JsonPath.read(document,
                "$.paths['%s'].%s.responses".formatted(path, method));
        assertThat(responses).as(method + " " + path).containsOnlyKeys(statuses);
        responses.forEach((status, response) -> {
            if (Integer.parseInt(status) >= 400) {
                assertThat(response.toString()).contains("application/problem+json", "#/components/schemas/Problem");
            }
        });
    }
}
