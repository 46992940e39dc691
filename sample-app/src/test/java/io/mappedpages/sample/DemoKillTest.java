package io.mappedpages.sample;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;

import com.jayway.jsonpath.JsonPath;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** In the demo the service is killed, started again, and says what was lost. */
class DemoKillTest {

    @TempDir
    private Path directory;

    @Test
    void aServiceThatWasKilledIsThereAgainWithAllThatWasAcknowledgedAndEndsWhenItIsAskedTo() throws Exception {
        try (SampleProcess service = SampleProcess.startDemo(directory.resolve("pages.mp"), directory.resolve("log"));
                PageClient client = new PageClient(service.port())) {
            for (int kill = 0; kill < 2; kill++) {
                List<ProcessHandle> before = service.descendants();
                assertThat(before).hasSize(1);
                assertThat(client.post("/api/demo/kill", null).statusCode()).isEqualTo(202);
                Eventually.see(() -> before.getFirst().isAlive(), alive -> assertThat(alive).isFalse());
                Eventually.see(() -> client.get("/api/pager").statusCode(),
                        status -> assertThat(status).isEqualTo(200));

                try (LiveEvents browser = new LiveEvents(service.port(), "")) {
                    assertThat(browser.next("hello")).containsEntry("demo", true);
                    Map<String, Object> stats = browser.next("stats", event -> event.containsKey("survival"));
                    assertThat(JsonPath.<Integer>read(stats, "$.survival.acknowledged")).isPositive();
                    assertThat(JsonPath.<Integer>read(stats, "$.survival.lost")).isZero();
                    assertThat(JsonPath.<Integer>read(stats, "$.survival.protectedPages")).isEqualTo(16);
                    assertThat(JsonPath.<Integer>read(stats, "$.survival.tornProtectedPages")).isZero();
                    assertThat(JsonPath.<Integer>read(stats, "$.protectedPages")).isZero();
                }
            }
            List<ProcessHandle> last = service.descendants();
            assertThat(service.stop()).as("ended by itself").isTrue();
            assertThat(last).hasSize(1).noneMatch(ProcessHandle::isAlive);
        }
    }

    @Test
    void aServiceEndsWithTheProcessThatWouldStartItAgain() throws Exception {
        try (SampleProcess service = SampleProcess.startDemo(directory.resolve("pages.mp"), directory.resolve("log"))) {
            ProcessHandle child = service.descendants().getFirst();

            service.kill();

            Eventually.see(child::isAlive, alive -> assertThat(alive).isFalse());
        }
    }

    /** Beans that depend on a profile are decided when an application is processed, and the sample is processed without one. */
    @Test
    void theSwitchesAreThereEvenWhereTheSampleWasProcessedAheadOfTime() throws Exception {
        try (SampleProcess service = SampleProcess.startDemo(directory.resolve("pages.mp"), directory.resolve("log"),
                "-Dspring.aot.enabled=true");
                PageClient client = new PageClient(service.port())) {
            assertThat(client.delete("/api/demo/fill").statusCode()).isEqualTo(204);
        }
    }
}
