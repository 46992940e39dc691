package io.mappedpages.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;

import org.junit.jupiter.api.Test;

/** What holds for it beside actuator. */
abstract class ActuatorContract extends NotesContract {

    private static final String HEALTH = "/actuator/health";
    private static final String ENDPOINT = "/actuator/mappedpages";
    private static final String METER = "/actuator/metrics/mappedpages.protected?tag=pager:pager";

    @Override
    List<String> questions() {
        return List.of(HEALTH, ENDPOINT, METER);
    }

    @Test
    void healthIsUpAndTellsOfThePager() {
        assertThat(life.answers().get(HEALTH)).startsWith("200 ")
                .contains("\"mappedpages\":{\"details\":{\"state\":\"Open\"");
    }

    @Test
    void theEndpointShowsThePager() {
        assertThat(life.answers().get(ENDPOINT)).startsWith("200 ").contains("\"pager\":{", "\"protectedPages\":2");
    }

    @Test
    void metersCountWhatIsInTheFile() {
        assertThat(life.answers().get(METER)).startsWith("200 ").contains("\"value\":2.0");
    }
}
