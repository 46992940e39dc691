package io.mappedpages.sample;

import static io.mappedpages.sample.PageClient.json;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.test.context.TestPropertySource;

/** Writers inside of the service. */
@TestPropertySource(properties = {"mappedpages.initial-size=2MB", "mappedpages.max-size=2MB"})
class LoadTest extends ServiceTest {

    @AfterEach
    void theWritersEndAndGiveTheirPagesBack() throws InterruptedException {
        assertThat(json(client.put("/api/load?writers=0", null))).containsEntry("writers", 0);

        Eventually.see(pager::protectedPageCount, count -> assertThat(count).isZero());
    }

    private Map<String, Object> load() {
        return json(client.get("/api/load"));
    }

    @Test
    void writersRewriteAPageEach() throws InterruptedException {
        assertThat(json(client.put("/api/load?writers=8", null))).containsEntry("writers", 8);

        Eventually.see(pager::protectedPageCount, count -> assertThat(count).isEqualTo(8));
        int first = (int) load().get("acknowledged");
        Eventually.see(this::load, status -> assertThat((int) status.get("acknowledged")).isGreaterThan(first + 100));
        assertThat(pager.protectedPageCount()).isEqualTo(8);
        assertThat((int) load().get("secondsLeft")).isBetween(1, 120);
    }

    @Test
    void thereAreMoreAndFewerWritersWhileTheyWrite() throws InterruptedException {
        for (int count : new int[] {2, 20, 5, 9}) {
            client.put("/api/load?writers=" + count, null);
            Eventually.see(pager::protectedPageCount, pages -> assertThat(pages).isEqualTo(count));
        }
    }

    @Test
    void writersForWhomThereIsNoRoomStopAndSayWhy() throws InterruptedException {
        client.put("/api/load?writers=256", null); // need 512 pages, which are all of the file

        Map<String, Object> status = Eventually.see(this::load,
                now -> assertThat(now).containsKey("stopped").containsEntry("writers", 0));
        assertThat(status.get("stopped")).isEqualTo("There was no room for more pages.");
    }

    @ParameterizedTest
    @ValueSource(strings = {"-1", "257", "x", ""})
    void thereAreNoMoreThan256Writers(String count) {
        assertProblem(client.put("/api/load?writers=" + count, null), Problem.OUT_OF_RANGE);
    }

    @Test
    void aPageThatSomebodyTakesAwayFromAWriterStopsTheLoadAndLosesNothing() throws InterruptedException {
        client.put("/api/load?writers=1", null);
        Eventually.see(pager::protectedPageCount, count -> assertThat(count).isEqualTo(1));

        long page = pager.allocatedProtectedPages().findFirst().orElseThrow().number();
        Eventually.see(() -> client.delete("/api/protected/" + page).statusCode(),
                status -> assertThat(status).isEqualTo(204));

        Eventually.see(this::load, status -> assertThat(status)
                .containsEntry("stopped", "Somebody deleted a writer's page."));
    }
}
