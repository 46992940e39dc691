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

/** What the service says about itself. */
class ServicePagesTest extends ServiceTest {

    @Test
    void thePagerTellsGeometryCountsAndState() {
        client.post("/api/protected", null);

        assertThat(json(client.get("/api/pager")))
                .containsEntry("state", "OPEN")
                .containsEntry("pageSize", 4096)
                .containsEntry("counts", Map.of(
                        "pages", (int) pager.pageCount(),
                        "freePages", (int) pager.freePageCount(),
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
    void theRootLeadsToTheOpenApiPage() {
        HttpResponse<byte[]> root = client.get("/");
        assertStatus(root, 302);

        HttpResponse<byte[]> page = client.get(header(root, "Location"));
        assertStatus(page, 302);
        assertThat(text(client.get(header(page, "Location")))).contains("swagger-ui");
    }

    @Test
    void theOpenApiDocumentTellsOfEveryStatus() {
        String document = text(client.get("/v3/api-docs"));

        for (String kind : List.of("pages", "protected")) {
            assertStatuses(document, "/api/" + kind, "post", "201", "400", "413", "415", "503", "507");
            assertStatuses(document, "/api/" + kind + "/{id}", "get", "200", "304", "400", "404", "409", "500", "503");
            assertStatuses(document, "/api/" + kind + "/{id}", "put", "204", "400", "404", "409", "412", "413", "415",
                    "500", "503");
            assertStatuses(document, "/api/" + kind + "/{id}", "delete", "204", "400", "404", "409", "412", "500",
                    "503");
        }
        assertThat(JsonPath.<List<String>>read(document, "$..operationId")).doesNotHaveDuplicates().contains(
                "createProtectedPage", "readRegularPage", "describePager");
        assertThat(JsonPath.<List<String>>read(document,
                "$..['application/octet-stream'].schema.format")).hasSize(6).containsOnly("binary");
        assertThat(JsonPath.<List<String>>read(document, "$..parameters[?(@.name=='id')].schema.type"))
                .hasSize(6).containsOnly("integer");
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
