package io.mappedpages.sample;

import static io.mappedpages.sample.PageClient.header;
import static io.mappedpages.sample.PageClient.json;
import static io.mappedpages.sample.PageClient.text;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;

import com.jayway.jsonpath.JsonPath;
import org.junit.jupiter.api.Test;
import org.springframework.test.context.ActiveProfiles;

import io.mappedpages.PagerState;

/** The failure switches. */
@ActiveProfiles("demo")
class DemoTest extends ServiceTest {

    @Test
    void aFullStoreSaysSoAndGoesOnWhenItHasRoomAgain() {
        String page = header(client.post("/api/protected", new byte[] {1}), "Location");

        int filled = (int) json(client.post("/api/demo/fill", null)).get("filled");
        assertThat(pager.allocatedPages()).hasSize(filled).isNotEmpty();
        assertThat(json(client.post("/api/demo/fill", null))).containsEntry("filled", 0);
        assertProblem(client.post("/api/pages", null), Problem.FULL);
        assertStatus(client.put(page, new byte[] {2}), 204);
        assertStatus(client.get("/actuator/health"), 200);

        assertStatus(client.delete("/api/demo/fill"), 204);
        assertThat(pager.allocatedPages()).isEmpty();
        assertStatus(client.delete(page), 204);
        assertStatus(client.post("/api/pages", null), 201);
        pager.freeBulk(pager.allocatedPages().toList());
    }

    @Test
    void aSyncThatFailsMakesTheStoreUnavailableUntilItIsReopenedAndNothingIsLost() throws Exception {
        assertStatus(client.put("/api/load?writers=4", null), 200);
        Eventually.see(() -> json(client.get("/api/load")),
                load -> assertThat((int) load.get("acknowledged")).isGreaterThan(50));

        assertStatus(client.post("/api/demo/fail-sync", null), 200);
        Eventually.see(() -> json(client.get("/api/pager")),
                status -> assertThat(status).containsEntry("state", "Unavailable"));
        assertStatus(client.get("/actuator/health/readiness"), 503);
        Eventually.see(() -> json(client.get("/api/load")),
                load -> assertThat(load).containsEntry("writers", 0).hasEntrySatisfying("stopped",
                        why -> assertThat((String) why)
                                .matches("The store became unavailable\\.|The file could not be written\\.")));

        Eventually.see(() -> {
            assertStatus(client.post("/api/demo/reopen", null), 200);
            return pager.protectedPageCount();
        }, count -> assertThat(count).isZero());
        assertThat(pager.state()).isEqualTo(PagerState.OPEN);
        assertThat(text(client.get("/actuator/health"))).contains("\"state\":\"Open\"");
        try (LiveEvents browser = new LiveEvents(port, "")) {
            Map<String, Object> stats = browser.next("stats", event -> event.containsKey("survival"));
            // Not all 50: a writer that was just coming to its end may have given its page back after reopening.
            assertThat(JsonPath.<Integer>read(stats, "$.survival.acknowledged")).isPositive();
            assertThat(JsonPath.<Integer>read(stats, "$.survival.lost")).isZero();
            assertThat(JsonPath.<Integer>read(stats, "$.survival.protectedPages")).isBetween(1, 4);
        }
    }

    @Test
    void aSyncCanFailInAFullStoreToo() {
        assertStatus(client.post("/api/demo/fill", null), 200);

        assertThat(json(client.post("/api/demo/fail-sync", null))).containsEntry("state", "Unavailable");
        assertStatus(client.post("/api/demo/reopen", null), 200);
        assertStatus(client.delete("/api/demo/fill"), 204);
        assertThat(pager.allocatedPages()).isEmpty();
    }

    /** A fault that had nothing to strike would strike the reopening. */
    @Test
    void aSyncThatIsToFailInAStoreThatIsUnavailableAlreadyIsRefused() {
        assertStatus(client.post("/api/demo/fail-sync", null), 200);

        assertProblem(client.post("/api/demo/fail-sync", null), Problem.UNAVAILABLE);
        assertStatus(client.post("/api/demo/reopen", null), 200);
        assertThat(pager.state()).isEqualTo(PagerState.OPEN);
    }

    @Test
    void aPageOfAnotherSiteCannotUseTheSwitches() {
        for (String path : new String[] {"kill", "fill", "fail-sync", "reopen"}) {
            assertProblem(client.post("/api/demo/" + path, null, "Sec-Fetch-Site", "cross-site"), Problem.CROSS_SITE);
        }
        assertProblem(client.delete("/api/demo/fill", "Origin", "http://elsewhere.example"), Problem.CROSS_SITE);
        assertThat(pager.state()).isEqualTo(PagerState.OPEN);
    }
}
